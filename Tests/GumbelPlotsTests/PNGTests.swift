import Testing

@testable import GumbelPlots

@Suite struct PNGTests {
  /// Whatever the pixels, decoding gives them back: patterns that favour each of the filters.
  @Test(arguments: [Bitmap.Channels.gray, .rgb, .rgba], 0..<6)
  func roundTrip(channels: Bitmap.Channels, pattern: Int) throws {
    let (width, height, count) = (37, 23, channels.rawValue)
    var seed: UInt64 = 3
    let bytes = (0..<width * height * count).map { index -> UInt8 in
      let (x, y, channel) = (index / count % width, index / count / width, index % count)
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value =
        switch pattern {
        case 0: 0
        case 1: x * 7 + channel
        case 2: y * 11 + channel
        case 3: (x + y) * 5
        case 4: x * y + channel * 60
        default: Int(seed >> 56)
        }
      return UInt8(truncatingIfNeeded: value)
    }
    let bitmap = Bitmap(width: width, height: height, channels: channels, bytes: bytes)
    let decoded = try DecodedPNG(bitmap.png())
    #expect((decoded.width, decoded.height, decoded.channels) == (width, height, count))
    #expect(decoded.pixels == bytes)
    #expect(decoded.chunkNames == ["IHDR", "IDAT", "IEND"])
    #expect(decoded.density == nil)
  }

  @Test func smoothPicturesAreFiltered() {
    let bytes = (0..<256 * 256).map { UInt8(truncatingIfNeeded: ($0 % 256 + $0 / 256) / 2) }
    let bitmap = Bitmap(width: 256, height: 256, channels: .gray, bytes: bytes)
    #expect(bitmap.png().count < 2000)
  }

  @Test func fileOfOnePixel() throws {
    let decoded = try DecodedPNG(Bitmap(width: 1, height: 1, channels: .gray, bytes: [9]).png())
    #expect(decoded.pixels == [9])
  }

  /// The test's own decoder notices damage, so that it can be trusted with the encoder.
  @Test func decoderNoticesDamage() {
    let file = Bitmap(width: 2, height: 1, channels: .gray, bytes: [1, 2]).png()
    for position in file.indices {
      var damaged = file
      damaged[position] ^= 16
      #expect(throws: (any Error).self) {
        _ = try DecodedPNG(damaged)
      }
    }
  }

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
