/// The extents of images, taken from those of an array and from options.
struct ImageExtents: Equatable {
  let images, height, width, channels: Int

  /// The values of one image.
  var count: Int { height * width * channels }

  /// Checks the extents of an array: `[images, height, width]`, with channels as a fourth, or
  /// `[images, values]`, which are square unless the options say otherwise.
  init(
    _ extents: [Int], _ options: ImageFileOptions, limit: Int, source: InputSource, byte: Int?,
    line: Int? = nil
  ) throws(InputError) {
    func failure(_ problem: ImageProblem) -> InputError {
      InputError(source: source.name, line: line, problem: .image(problem, byte: byte))
    }
    guard 2...4 ~= extents.count else {
      throw failure(
        .extents(extents, expected: "images, height, width, or channels as a fourth"))
    }
    if extents[0] == 0 { throw failure(.noImages) }
    guard !extents.contains(0) else {
      throw failure(.extents(extents, expected: "positive ones"))
    }
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      if overflow || next > limit {
        throw failure(.tooManyPixels(extents: extents, limit: limit))
      }
      product = next
    }
    images = extents[0]
    if extents.count == 2 {
      guard let (height, width, channels) = options.shape(ofImagesWith: extents[1]) else {
        throw failure(.extents(extents, expected: options.expectation))
      }
      (self.height, self.width, self.channels) = (height, width, channels)
      return
    }
    height = extents[1]
    width = extents[2]
    channels = extents.count == 4 ? extents[3] : 1
    guard options.height ?? height == height, options.width ?? width == width else {
      throw failure(.extents(extents, expected: options.expectation))
    }
  }
}
