/// Reads a folder of PNG files, in the order of their names, or of folders of them, whose names
/// are the classes.
struct PNGFolder {
  let path: String
  /// The most bytes of pixels to be held in memory.
  let limit: Int
  let shouldStop: (@Sendable () -> Bool)?

  func images() throws(InputError) -> LoadedImages {
    let root = path.hasSuffix("/") ? String(path.dropLast()) : path
    let entries = try sortedEntries(root)
    var files: [String] = []
    // Folders without images, such as those of other tools, are no classes.
    var classes: [(name: String, files: [String])] = []
    for entry in entries {
      if shouldStop?() == true { throw InputError(source: path, problem: .interrupted) }
      if isDirectory("\(root)/\(entry)") {
        let inside = try sortedEntries("\(root)/\(entry)").filter {
          isPNG($0, in: "\(root)/\(entry)")
        }
        if !inside.isEmpty { classes.append((entry, inside)) }
      } else if isPNG(entry, in: root) {
        files.append(entry)
      }
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
      throw InputError(source: path, problem: .image(.mixedFolder))
    }
    guard let first = stack.first else {
      throw InputError(
        source: path, problem: .image(.noPNGFiles(others: entries.count, first: entries.first)))
    }
    return LoadedImages(
      pixels: .bytes(stack.bytes), height: first.height, width: first.width,
      channels: first.channels, labels: classes.isEmpty ? nil : stack.labels,
      classNames: classes.isEmpty ? nil : classes.map(\.name))
  }

  private func sortedEntries(_ folder: String) throws(InputError) -> [String] {
    try directoryEntries(folder).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// By its name, unless it is a folder, or a pipe that would be waited for.
  private func isPNG(_ name: String, in folder: String) -> Bool {
    let path = "\(folder)/\(name)"
    // Opening complains of a link that is broken.
    return name.lowercased().hasSuffix(".png") && (isRegularFile(path) || !exists(path))
  }

  private func read(_ file: String, onto stack: inout ImageStack) throws(InputError) {
    let input = try ChunkedInput(.file(file), chunk: 1 << 14, shouldStop: shouldStop)
    var decoder = PNGDecoder(
      input, limit: min(limit, ImageFileOptions.pngPixelLimit), shouldStop: shouldStop)
    let image = try decoder.decode()
    if let problem = stack.append(image) {
      throw InputError(source: file, problem: .image(problem))
    }
  }
}

/// Images of one size, one after the other; in colour from the first one on that is.
private struct ImageStack {
  let limit: Int
  var bytes: [UInt8] = []
  var labels: [Int32] = []
  /// The extents of the first.
  private(set) var first: PNGDecoder.Image?

  init(limit: Int) { self.limit = limit }

  mutating func append(_ image: PNGDecoder.Image) -> ImageProblem? {
    guard var first else {
      bytes = image.bytes
      self.first = image
      self.first!.bytes = []
      return tooLarge
    }
    guard image.height == first.height, image.width == first.width else {
      return .sizeDiffers(
        found: [image.height, image.width], expected: [first.height, first.width])
    }
    if image.channels > first.channels {
      bytes = repeatedThrice(bytes)
      first.channels = image.channels
      self.first = first
    }
    bytes +=
      image.channels < first.channels ? repeatedThrice(image.bytes) : image.bytes
    return tooLarge
  }

  private var tooLarge: ImageProblem? {
    guard let first, bytes.count > limit else { return nil }
    let images = bytes.count / (first.height * first.width * first.channels)
    return .tooManyPixels(extents: [images, first.height, first.width], limit: limit)
  }
}
