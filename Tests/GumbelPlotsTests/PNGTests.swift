import Testing
import _GumbelTestBytes

@testable import GumbelPlots

@Suite struct PNGTests {
  @Test func grayPicturesTakeOneChannel() throws {
    var drawing = Drawing(size: Drawing.Size(width: 4, height: 4))
    drawing.fill(Drawing.Rectangle(x: 0, y: 0, width: 2, height: 4), .black)
    #expect(try DecodedPNG(drawing.png(scale: 1)).channels == 1)
    drawing.fill(Drawing.Rectangle(x: 0, y: 0, width: 1, height: 1), .blue)
    #expect(try DecodedPNG(drawing.png(scale: 1)).channels == 3)
  }

  @Test func enlargedBitmapsRepeatPixels() {
    let bitmap = Bitmap(width: 2, height: 1, channels: .gray, bytes: [1, 2])
    let large = bitmap.enlarged(for: Drawing.Rectangle(x: 0, y: 0, width: 3.2, height: 1.1))
    #expect((large.width, large.height) == (6, 2))
    #expect(large.bytes == [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2])
  }

  /// Cells of a heat map have the colours of their values, in the middle of where they stand.
  @Test func heatMapColors() throws {
    let map = HeatMap([[-2, 0, 2], [-9, .nan, 9], [-1, 1, 0]], range: -2...2)
    let figure = Figure(columns: [map])
    let area = try #require(
      figure.drawing().elements.compactMap { element -> Drawing.Rectangle? in
        if case .image(let bitmap, let area) = element, bitmap.width == 3 { area } else { nil }
      }.first)
    let image = try DecodedPNG(figure.png(scale: 1))
    let expected: [[UInt32]] = [
      [0x0000FF, 0xFFFFFF, 0xFF0000], [0x0000FF, 0xB8B8B8, 0xFF0000],
      [0x8080FF, 0xFF8080, 0xFFFFFF],
    ]
    for row in 0..<3 {
      for column in 0..<3 {
        let x = area.x + (Double(column) + 0.5) * area.width / 3
        let y = area.y + (Double(row) + 0.5) * area.height / 3
        let pixel = image.pixel(x: Int(x), y: Int(y))
        let color = pixel.reduce(0) { $0 << 8 | UInt32($1) }
        #expect(color == expected[row][column], "row \(row), column \(column)")
      }
    }
  }
}
