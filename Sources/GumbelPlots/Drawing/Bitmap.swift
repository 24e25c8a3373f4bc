import GumbelFiles

/// A picture made of pixels, eight bits a channel, row by row from the top left.
public struct Bitmap: Sendable, Equatable {
  /// What the bytes of one pixel are.
  public enum Channels: Int, Sendable {
    case gray = 1
    case rgb = 3
    case rgba = 4
  }

  public let width: Int
  public let height: Int
  public let channels: Channels
  /// `width * height * channels` bytes; opacity, where there is one, is not premultiplied.
  public let bytes: [UInt8]

  /// Traps when the picture is empty, or `bytes` do not fill it exactly.
  public init(width: Int, height: Int, channels: Channels, bytes: [UInt8]) {
    require(
      width > 0 && height > 0, "Bitmap: \(width)x\(height); expected at least one pixel")
    require(
      bytes.count == width * height * channels.rawValue,
      "Bitmap: \(bytes.count) bytes; expected \(width)x\(height)x\(channels.rawValue)")
    self.width = width
    self.height = height
    self.channels = channels
    self.bytes = bytes
  }

  /// An opaque picture of rows of colours, which must be equally long.
  init(width: Int, height: Int, color: (_ row: Int, _ column: Int) -> Drawing.Color) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * 3)
    for row in 0..<height {
      for column in 0..<width {
        let color = color(row, column)
        bytes.append(color.red)
        bytes.append(color.green)
        bytes.append(color.blue)
      }
    }
    self.init(width: width, height: height, channels: .rgb, bytes: bytes)
  }

  /// The picture as a PNG file (ISO/IEC 15948), without loss.
  ///
  /// `pixelsPerPoint`, where there is one, records how large the picture should appear, for
  /// points of 1/96 inch. Traps when memory runs out, as any allocation does.
  public func png(pixelsPerPoint: Double? = nil) -> [UInt8] {
    let colour: PNGHeader.Colour =
      switch channels {
      case .gray: .grey
      case .rgb: .rgb
      case .rgba: .rgbAlpha
      }
    return PNGEncoder.encode(
      bytes, width: width, height: height, colour: colour,
      pixelsPerMetre: pixelsPerPoint.map { Int(min(max($0 * 96 / 0.0254, 1), 0x1p31).rounded()) })
  }

  /// The same picture with every pixel repeated until there are about two a point.
  ///
  /// Viewers that would blur enlarged pixels then show them sharp, and the repetition costs next
  /// to nothing in a compressed file.
  func enlarged(for rectangle: Drawing.Rectangle) -> Bitmap {
    func factor(_ length: Double, _ count: Int) -> Int {
      length.isFinite ? wholePart(of: 2 * length / Double(count), in: 1...512) : 1
    }
    let across = factor(rectangle.width, width)
    let down = factor(rectangle.height, height)
    let pixel = channels.rawValue
    var enlarged: [UInt8] = []
    enlarged.reserveCapacity(bytes.count * across * down)
    for row in 0..<height {
      var line: [UInt8] = []
      line.reserveCapacity(width * across * pixel)
      for column in 0..<width {
        let start = (row * width + column) * pixel
        for _ in 0..<across { line += bytes[start..<start + pixel] }
      }
      for _ in 0..<down { enlarged += line }
    }
    return Bitmap(
      width: width * across, height: height * down, channels: channels, bytes: enlarged)
  }

  /// The same picture in one channel if every pixel is an opaque grey, else unchanged.
  func reducedToGray() -> Bitmap {
    guard channels == .rgb else { return self }
    var gray: [UInt8] = []
    gray.reserveCapacity(width * height)
    for pixel in stride(from: 0, to: bytes.count, by: 3) {
      let level = bytes[pixel]
      guard bytes[pixel + 1] == level, bytes[pixel + 2] == level else { return self }
      gray.append(level)
    }
    return Bitmap(width: width, height: height, channels: .gray, bytes: gray)
  }
}
