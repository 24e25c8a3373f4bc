import GumbelTensors

/// How to read a user's file of images, as far as the file leaves it open.
public struct ImageFileOptions: Equatable, Sendable {
  /// The images' extents, where a file has only the number of their values and they are not square.
  public var height, width: Int?
  /// The column of labels in a text.
  public var labels: LabelColumn
  /// Where the channels are: in the last place, those of a pixel together, or before height and
  /// width. Nil to find it out where an array has them as an extent of their own, and for the last
  /// place elsewhere.
  public var channels: ChannelOrder?
  /// The most bytes that the images of a file or folder may take in memory: one a pixel and channel
  /// where pixels are whole numbers, four where they are not. It is asked before memory is taken.
  public var limit: Int

  /// The fewest bytes of images that are left in their file and read when they are asked for: those of
  /// an IDX file or `.npy` array of bytes that is not compressed, has its channels last and its rows
  /// one after the other. The file must not become shorter meanwhile. No limit holds for such images.
  public var leastMapped = 1 << 26

  /// The usual limit: 1 GiB.
  public static let usualLimit = 1 << 30
  /// The most pixels of one PNG file: an image of 8192x8192.
  public static let pngPixelLimit = 1 << 26

  /// The place of the channels among the extents of an image.
  public enum ChannelOrder: String, CaseIterable, Sendable { case first, last }

  /// Which column of a text has the labels.
  public enum LabelColumn: Equatable, Sendable {
    /// The one named `label`, `class`, `target` or `y`, or one that is not a number, or none.
    case automatic
    /// There are no labels.
    case none
    /// The first.
    case first
    /// The last.
    case last
    /// The one that the first line gives this name.
    case named(String)
  }

  /// Traps unless what is given is positive.
  public init(
    height: Int? = nil, width: Int? = nil, labels: LabelColumn = .automatic,
    channels: ChannelOrder? = nil, limit: Int = usualLimit
  ) {
    for extent in [height, width, limit] {
      if let extent {
        require(extent > 0, "ImageFileOptions: \(extent), expected a positive number")
      }
    }
    self.height = height
    self.width = width
    self.labels = labels
    self.channels = channels
    // Far more than there is, and far less than what sums of such numbers overflow with.
    self.limit = min(limit, 1 << 50)
  }

  /// The extents of images of so many values: a square of one channel unless they are given.
  func shape(ofImagesWith count: Int) -> (height: Int, width: Int, channels: Int)? {
    if height == nil, width == nil {
      let side = Int(Double(count).squareRoot().rounded())
      return side * side == count ? (side, side, 1) : nil
    }
    if let known = height ?? width, height == nil || width == nil {
      guard count % known == 0 else { return nil }
      return height == nil ? (count / known, known, 1) : (known, count / known, 1)
    }
    let (area, overflow) = height!.multipliedReportingOverflow(by: width!)
    guard !overflow, count % area == 0, [1, 3, 4].contains(count / area) else { return nil }
    return (height!, width!, count / area)
  }

  var expectation: String {
    switch (height, width) {
    case (nil, nil): "a square number of pixels, or height and width to be given"
    case (let height?, nil): "images of height \(height)"
    case (nil, let width?): "images of width \(width)"
    case (let height?, let width?): "images of \(height)x\(width)"
    }
  }
}
