/// Reads a folder of PNG files, in the order of their names, or of folders of them, whose names
/// are the classes.
struct PNGFolder {
  let path: String
  /// The most pixels to be held in memory.
  let limit: Int
  let shouldStop: (@Sendable () -> Bool)?

  func images() throws(InputError) -> LoadedImages {
    let root = path.hasSuffix("/") ? String(path.dropLast()) : path
    let entries = try sortedEntries(root)
    let files = entries.filter { isPNG($0) && !isDirectory("\(root)/\($0)") }
    // Folders without images, such as those of other tools, are no classes.
    var classes: [(name: String, files: [String])] = []
    for entry in entries where isDirectory("\(root)/\(entry)") {
      let inside = try sortedEntries("\(root)/\(entry)").filter(isPNG)
      if !inside.isEmpty { classes.append((entry, inside)) }
    }
    var stack = ImageStack(limit: limit)
    if classes.isEmpty {
      for file in files { try read("\(root)/\(file)", onto: &stack) }
    } else if files.isEmpty {
      for (label, part) in classes.enumerated() {
        for file in part.files {
          try read("\(root)/\(part.name)/\(file)", onto: &stack)
          stack.labels.append(Int32(label))
        }
      }
    } else {
      throw InputError(source: path, problem: .image(.mixedFolder, byte: nil))
    }
    guard let first = stack.first else {
      throw InputError(source: path, problem: .image(.noImages, byte: nil))
    }
    return LoadedImages(
      pixels: .bytes(stack.bytes), height: first.height, width: first.width,
      channels: first.channels, labels: classes.isEmpty ? nil : stack.labels,
      classNames: classes.isEmpty ? nil : classes.map(\.name))
  }

  private func sortedEntries(_ folder: String) throws(InputError) -> [String] {
    try directoryEntries(folder).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private func isPNG(_ name: String) -> Bool { name.lowercased().hasSuffix(".png") }

  private func read(_ file: String, onto stack: inout ImageStack) throws(InputError) {
    let input = try ChunkedInput(.file(file), chunk: 1 << 14, shouldStop: shouldStop)
    while try input.readMore() {}
    if input.isStopped { throw InputError(source: path, problem: .interrupted) }
    let image: PNGDecoder.Image
    do throws(PNGFailure) {
      var decoder = PNGDecoder(Array(input.unread), limit: limit)
      image = try decoder.decode()
    } catch {
      throw InputError(source: file, problem: .image(.png(error.problem), byte: error.byte))
    }
    if let problem = stack.append(image) {
      throw InputError(source: file, problem: .image(problem, byte: nil))
    }
  }
}

/// Images of one size, one after the other; in colour from the first one on that is.
private struct ImageStack {
  let limit: Int
  var bytes: [UInt8] = []
  var labels: [Int32] = []
  private(set) var first: PNGDecoder.Image?

  init(limit: Int) { self.limit = limit }

  mutating func append(_ image: PNGDecoder.Image) -> ImageProblem? {
    guard var first else {
      self.first = image
      bytes = image.bytes
      return nil
    }
    guard image.height == first.height, image.width == first.width else {
      return .sizeDiffers(
        found: [image.height, image.width], expected: [first.height, first.width])
    }
    if image.channels > first.channels {
      bytes = bytes.flatMap { [$0, $0, $0] }
      first.channels = image.channels
      self.first = first
    }
    bytes +=
      image.channels < first.channels ? image.bytes.flatMap { [$0, $0, $0] } : image.bytes
    if bytes.count > limit {
      let images = bytes.count / (first.height * first.width * first.channels)
      return .tooManyPixels(extents: [images, first.height, first.width], limit: limit)
    }
    return nil
  }
}
