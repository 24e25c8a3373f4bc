/// Reads a folder of IDX or `.npy` files, in the order of their names, as one set.
struct ArrayFolder {
  let path: String
  let options: ImageFileOptions
  let shouldStop: (@Sendable () -> Bool)?
  private let files: [String]

  /// Nil for a folder without such files, or with PNG files or folders as well.
  init?(
    path: String, options: ImageFileOptions, shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) {
    let root = path.hasSuffix("/") ? String(path.dropLast()) : path
    let entries = try directoryEntries(root).sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
    files = entries.filter(Self.isImageFile).map { "\(root)/\($0)" }
    guard !files.isEmpty, files.allSatisfy({ !isDirectory($0) }),
      !entries.contains(where: { $0.lowercased().hasSuffix(".png") })
    else { return nil }
    (self.path, self.options, self.shouldStop) = (path, options, shouldStop)
  }

  private static func isImageFile(_ name: String) -> Bool {
    var name = name.lowercased()
    if name.hasSuffix(".gz") { name.removeLast(3) }
    return [".npy", ".idx", "idx3-ubyte", "idx4-ubyte"].contains(where: name.hasSuffix)
      || name.contains("images-idx3") || name.contains("images.idx3")
  }

  func images(name: String) throws(InputError) -> ImageSet {
    var sets: [ImageSet] = []
    var bytes = 0
    var options = options
    // So that what is white is found out for all of them together, and not for each.
    options.leastMapped = 1
    for file in files {
      let set = try ImageSet.load(file, options: options, name: name, shouldStop: shouldStop)
      func failure(_ problem: ImageProblem) -> InputError {
        InputError(source: file, problem: .image(problem))
      }
      if let first = sets.first {
        func size(_ set: ImageSet) -> [Int] {
          [set.height, set.width] + (set.channels == first.channels ? [] : [set.channels])
        }
        if (set.height, set.width, set.channels) != (first.height, first.width, first.channels) {
          let expected = [first.height, first.width]
          throw failure(
            .sizeDiffers(
              found: size(set),
              expected: expected + (set.channels == first.channels ? [] : [first.channels])))
        }
        if (set.labels == nil) != (first.labels == nil) {
          throw failure(.labelsDiffer(areThere: set.labels != nil))
        }
      }
      bytes += set.byteCount
      if bytes > options.limit {
        let count = sets.reduce(set.count) { $0 + $1.count }
        throw failure(
          .tooManyPixels(extents: [count, set.height, set.width], limit: options.limit))
      }
      sets.append(set)
    }
    let first = sets[0]
    return ImageSet(
      name: name, pixels: joined(sets), height: first.height, width: first.width,
      channels: first.channels,
      labels: first.labels == nil ? nil : sets.flatMap { $0.labels ?? [] }, classNames: nil)
  }

  private func joined(_ sets: [ImageSet]) -> ImageSet.Pixels {
    var maps: [MappedPixels] = []
    for case .mapped(let map) in sets.lazy.map(\.pixels) { maps.append(map) }
    if maps.count == sets.count {
      let map = MappedPixels(
        maps.flatMap { $0.parts.map { ($0.file, $0.offset, $0.count) } },
        imageSize: sets[0].imageSize)
      return map.count < options.leastMapped ? .bytes(map.bytes) : .mapped(map)
    }
    let bytes = sets.compactMap(\.pixels.bytes)
    return bytes.count == sets.count
      ? .bytes(Array(bytes.joined())) : .floats(sets.flatMap { $0.pixels(of: 0..<$0.count) })
  }
}
