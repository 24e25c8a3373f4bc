/// Images side by side, row by row, with a thin gap between them.
package struct ImageSheet: Sendable {
  /// The extents of an image.
  package struct Shape: Sendable {
    package let height, width, channels: Int

    package init(height: Int, width: Int, channels: Int) {
      self.height = height
      self.width = width
      self.channels = channels
    }

    /// The numbers of an image.
    package var count: Int { height * width * channels }
    /// As 28x28, or 32x32x3.
    package var text: String { "\(height)x\(width)" + (channels == 1 ? "" : "x\(channels)") }
  }

  /// One after the other, from 0 to 1, the channels of a pixel together.
  package let pixels: [Float]
  package let image: Shape
  package let columns: Int

  private static let gap = 2
  private static let paper: UInt8 = 255

  package init(_ pixels: [Float], image: Shape, columns: Int) {
    self.pixels = pixels
    self.image = image
    self.columns = min(columns, max(1, pixels.count / image.count))
  }

  /// Rows of the first list, each followed by that of the others; what does not fill a row is
  /// left blank.
  package static func interleaved(_ lists: [[Float]], image: Shape, columns: Int) -> [Float] {
    let length = columns * image.count
    return stride(from: 0, to: lists[0].count, by: length).flatMap { start in
      lists.flatMap { list in
        let row = list[start..<min(start + length, list.count)]
        return row + [Float](repeating: .nan, count: length - row.count)
      }
    }
  }

  /// The lists but for those that are as the one before.
  package static func differing(_ lists: [[Float]]) -> [[Float]] {
    lists.enumerated().filter { $0 == 0 || lists[$0 - 1] != $1 }.map(\.element)
  }

  private var count: Int { pixels.count / image.count }
  private var rows: Int { (count + columns - 1) / columns }
  private var height: Int { rows * (image.height + Self.gap) - Self.gap }
  private var width: Int { columns * (image.width + Self.gap) - Self.gap }

  /// The whole sheet, each pixel a square of so many pixels.
  package func bitmap(magnified factor: Int = 1) -> Bitmap {
    let channels = image.channels >= 3 ? 3 : 1
    let (width, height) = (width * factor, height * factor)
    var bytes = [UInt8](repeating: Self.paper, count: width * height * channels)
    for index in 0..<count {
      let top = index / columns * (image.height + Self.gap)
      let left = index % columns * (image.width + Self.gap)
      for row in 0..<(image.height * factor) {
        for column in 0..<(image.width * factor) {
          let from =
            index * image.count
            + (row / factor * image.width + column / factor) * image.channels
          let to = ((top * factor + row) * width + left * factor + column) * channels
          for channel in 0..<channels { bytes[to + channel] = byte(pixels[from + channel]) }
        }
      }
    }
    return Bitmap(
      width: width, height: height, channels: channels == 1 ? .gray : .rgb, bytes: bytes)
  }

  private func byte(_ value: Float) -> UInt8 {
    value.isNaN ? Self.paper : UInt8((min(max(value, 0), 1) * 255).rounded())
  }

  /// Large enough to see.
  package var magnification: Int { max(1, min(4, 84 / max(image.height, image.width))) }

  /// The sheet as a picture of its own.
  package func drawing(title: String) -> Drawing {
    let bitmap = bitmap()
    let size = Drawing.Size(
      width: Double(bitmap.width * magnification), height: Double(bitmap.height * magnification))
    var drawing = Drawing(
      size: size, title: title,
      summary: "\(count) images of \(image.text) pixels, \(columns) in a row.")
    drawing.image(
      bitmap, in: Drawing.Rectangle(x: 0, y: 0, width: size.width, height: size.height))
    return drawing
  }
}
