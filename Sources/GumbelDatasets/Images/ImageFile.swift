extension ImageSet {
  /// Reads images from a file or folder, by its first bytes:
  ///
  /// - an IDX file, with the labels in the file beside it whose name has `labels-idx1` in the place
  ///   of `images-idx3`, or `labels-idx2-int`, a table whose first column they are;
  /// - an `.npy` file of `[images, height, width]`, with channels as a fourth extent or behind the
  ///   first, or of `[images, pixels]`, or such an array in an `.npz` file: the only one, or the one
  ///   that is named behind a colon, `file.npz:name`;
  /// - text with an image a line, its pixels between commas, semicolons, tabs or spaces;
  /// - a folder of PNG files, or of folders of them, whose names are then the classes;
  /// - a folder of IDX or `.npy` files, in the order of their names: all of one size, and with labels or
  ///   without. Whether 1 is white is found out for all of them together, except that each file that is
  ///   compressed or has other numbers than bytes is taken by itself.
  ///
  /// Files may be gzipped. Pixels are bytes, whole numbers from 0 to 255, or numbers from 0 to 1;
  /// where no whole number is above 1, 1 is white. Arrays of unsigned 16-bit numbers one of which is
  /// above 255 are parts of 65,535. Large files of bytes that are not compressed stay where they are: see
  /// ``ImageFileOptions/leastMapped``.
  ///
  /// - Throws: If it cannot be read, or holds something else.
  public static func load(
    _ path: String, options: ImageFileOptions = ImageFileOptions(), name: String? = nil,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> ImageSet {
    if isDirectory(path) {
      let arrays = try ArrayFolder(path: path, options: options, shouldStop: shouldStop)
      if let arrays { return try arrays.images(name: name ?? path) }
      return try PNGFolder(path: path, limit: options.limit, shouldStop: shouldStop).images()
        .set(name: name ?? path, labels: nil, from: .file(path), classNames: nil)
    }
    return try load(
      .file(path), labels: labelFile(beside: path).map { .file($0) }, options: options, name: name,
      shouldStop: shouldStop)
  }

  /// Reads images from a file in one of these forms, and labels from an IDX or `.npy` file if one
  /// is given.
  ///
  /// - Throws: If a file cannot be read, is not of the form, or has another number of labels.
  public static func load(
    _ source: InputSource, labels: InputSource? = nil, classNames: [String]? = nil,
    options: ImageFileOptions = ImageFileOptions(), name: String? = nil,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> ImageSet {
    let images = try ImageFile(source, options.limit, shouldStop).images(options)
    let found: [Int32]? =
      if let labels { try ImageFile(labels, options.limit, shouldStop).labels() } else { nil }
    return try images.set(
      name: name ?? source.name, labels: found, from: labels ?? source, classNames: classNames)
  }

  /// The IDX file of labels that goes with one of images: of bytes, or QMNIST's table of numbers.
  private static func labelFile(beside path: String) -> String? {
    let (folder, file) = folderAndFile(path)
    for (images, labels) in [("images-idx3", "labels-idx"), ("images.idx3", "labels.idx")] {
      guard let range = file.firstRange(of: images) else { continue }
      let ending = String(file[range.upperBound...])
      // One may have been unpacked, and the other not.
      let other = ending.hasSuffix(".gz") ? String(ending.dropLast(3)) : ending + ".gz"
      for ending in [ending, other] {
        var endings = ["1" + ending]
        if ending.contains("ubyte") {
          endings.append("2" + ending.replacing("ubyte", with: "int", maxReplacements: 1))
        }
        let candidates = endings.map { folder + file[..<range.lowerBound] + labels + $0 }
        if let found = candidates.first(where: isReadableFile) { return found }
      }
    }
    return nil
  }
}

/// A file of images or labels, or an array of an `.npz` file, opened, its form to be seen from its
/// first bytes.
private struct ImageFile {
  let input: ChunkedInput
  let limit: Int

  init(
    _ source: InputSource, _ limit: Int, _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) {
    input = try NPZArchive.open(source, chunk: 1 << 17, shouldStop: shouldStop)
    self.limit = limit
    _ = try input.has(512)
  }

  func images(_ options: ImageFileOptions) throws(InputError) -> LoadedImages {
    if input.unread.starts(with: NPYHeader.magic) {
      return try NPYReader(input: input, limit: limit).images(options)
    }
    try checkKind(ImageProblem.imageFile)
    if input.unread.starts(with: [0, 0]) {
      return try IDXReader(input: input, limit: limit).images(options)
    }
    // Text has neither zeros nor other control characters, but for those that end lines.
    let isText = input.unread.prefix(8).allSatisfy {
      $0 >= 0x20 && $0 != 0x7F || $0 == lineFeed || $0 == carriageReturn || $0 == 0x09
    }
    if !isText { throw unknownForm }
    var reader = CSVImageReader(input: input, options: options)
    return try reader.read()
  }

  func labels() throws(InputError) -> [Int32] {
    if input.unread.starts(with: NPYHeader.magic) {
      return try NPYReader(input: input, limit: limit).labels()
    }
    try checkKind(ImageProblem.labelFile)
    if input.unread.starts(with: [0, 0]) {
      return try IDXReader(input: input, limit: limit).labels()
    }
    throw unknownForm
  }

  /// Throws if the file is known to be something else.
  private func checkKind(_ expected: String) throws(InputError) {
    guard let kind = kindOfFile(startingWith: input.unread.prefix(512)) else { return }
    throw input.error(.otherKind(kind, expected: expected))
  }

  private var unknownForm: InputError {
    input.error(.image(.unknownForm(start: Array(input.unread.prefix(4))), byte: 0))
  }
}

/// A path's folder, with the slash at its end, and the name in it.
func folderAndFile(_ path: String) -> (folder: String, file: String) {
  guard let slash = path.lastIndex(of: "/") else { return ("", path) }
  return (String(path[...slash]), String(path[path.index(after: slash)...]))
}
