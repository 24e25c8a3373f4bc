extension ImageSet {
  /// Reads an IDX file of images, gzipped or not, and one of labels.
  ///
  /// - Throws: If a file cannot be read, is not of the form, or has another number of labels.
  public static func loadIDX(
    images: InputSource, labels: InputSource? = nil, classNames: [String]? = nil,
    name: String? = nil, options: ImageFileOptions = ImageFileOptions(),
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> ImageSet {
    let (pixels, size) = try IDXReader(
      input: imageInput(images, shouldStop), limit: options.limit
    ).images(options)
    var found: [Int32]?
    if let labels {
      let values = try IDXReader(input: imageInput(labels, shouldStop), limit: options.limit)
        .labels()
      try check(values, source: labels, images: size.images, classNames: classNames)
      found = values
    }
    return ImageSet(
      name: name ?? images.name, pixels: pixels, height: size.height, width: size.width,
      channels: size.channels, labels: found, classNames: classNames)
  }

  private static func imageInput(
    _ source: InputSource, _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> ChunkedInput {
    try ChunkedInput(source, chunk: 1 << 17, inflatingGzip: true, shouldStop: shouldStop)
  }

  /// Throws unless there is a label for each image, and a class for each label.
  private static func check(
    _ labels: [Int32], source: InputSource, images: Int, classNames: [String]?
  ) throws(InputError) {
    func failure(_ problem: ImageProblem) -> InputError {
      InputError(source: source.name, problem: .image(problem, byte: nil))
    }
    if labels.count != images {
      throw failure(.labelCount(found: labels.count, expected: images))
    }
    guard let classes = classNames?.count else { return }
    if let index = labels.firstIndex(where: { !(0..<Int32(classes) ~= $0) }) {
      throw failure(
        .labelOutOfRange(found: Double(labels[index]), image: index + 1, classes: classes))
    }
  }
}
