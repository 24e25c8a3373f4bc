/// The extents of images, taken from those of an array and from options.
struct ImageExtents: Equatable {
  let images, height, width, channels: Int
  /// Whether an image has its channels one after the other, rather than those of each pixel.
  let areChannelsFirst: Bool

  /// The values of one image.
  var count: Int { height * width * channels }

  /// Checks the extents of an array: `[images, height, width]`, with channels as a fourth or behind
  /// the first, or `[images, values]`, which are square unless the options say otherwise.
  ///
  /// Every value takes at least one of `limit` bytes.
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
    if extents[0] == 0 { throw failure(.extents(extents, expected: "at least one image")) }
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
      areChannelsFirst = channels > 1 && options.channels == .first
      return
    }
    if extents.count == 4 {
      guard let order = options.channels ?? Self.channelOrder(extents) else {
        throw failure(.channelsUnknown(extents))
      }
      areChannelsFirst = order == .first
    } else {
      areChannelsFirst = false
    }
    (height, width) = areChannelsFirst ? (extents[2], extents[3]) : (extents[1], extents[2])
    channels = extents.count == 3 ? 1 : areChannelsFirst ? extents[1] : extents[3]
    guard options.height ?? height == height, options.width ?? width == width else {
      throw failure(.extents(extents, expected: options.expectation))
    }
  }

  /// Where the channels are, if one place alone has a number that is usual for them.
  ///
  /// A last extent of 1, or a second one of 1, is no width or height of pictures.
  private static func channelOrder(_ extents: [Int]) -> ImageFileOptions.ChannelOrder? {
    let (second, last) = (extents[1], extents[3])
    if second == 1 || last == 1 { return [1, 3, 4].contains(last) ? .last : .first }
    switch ([3, 4].contains(second), [3, 4].contains(last)) {
    case (false, true): return .last
    case (true, false): return .first
    default: return nil
    }
  }

  /// What to say of more bytes than the limit.
  func tooLarge(_ limit: Int) -> ImageProblem {
    .tooManyPixels(
      extents: [images, height, width] + (channels == 1 ? [] : [channels]), limit: limit)
  }
}
