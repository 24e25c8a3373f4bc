import GumbelFiles
import Testing
import _GumbelTestBytes

/// What a file of these bytes holds.
func decoded(_ bytes: [UInt8]) throws -> PNGDecoder.Image {
  try withSource(bytes) { source in
    let input = try ChunkedInput(source, chunk: 1 << 14, shouldStop: nil)
    var decoder = PNGDecoder(input, limit: 1 << 26, shouldStop: nil)
    return try decoder.decode()
  }
}

private func expectProblem(
  _ expected: String, _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) {
  expectMessage("data: " + expected, sourceLocation: sourceLocation) { try decoded(bytes) }
}

@Suite struct PNGDecoderTests {
  @Test func greyOfAllDepths() throws {
    for bits in [1, 2, 4, 8] {
      // Seven pixels a line, so that the last byte is not full.
      let largest = 1 << bits - 1
      let values = (0..<7).map { row in (0..<7).map { ($0 * 5 + row * 3) % (largest + 1) } }
      let lines = values.map { line in
        var packed = [UInt8](repeating: 0, count: (7 * bits + 7) / 8)
        for (i, value) in line.enumerated() {
          let bit = i * bits
          packed[bit / 8] |= UInt8(value << (8 - bits - bit % 8))
        }
        return packed
      }
      let image = try decoded(PNGFile(width: 7, height: 7, bits: bits, lines: lines).bytes)
      #expect((image.height, image.width, image.channels) == (7, 7, 1))
      #expect(image.bytes == values.joined().map { UInt8($0 * 255 / largest) })
    }
  }

  @Test func sixteenBitsAreRounded() throws {
    let lines: [[UInt8]] = [[0x00, 0x00, 0x80, 0x80, 0x00, 0x80, 0xFF, 0xFF]]
    let image = try decoded(PNGFile(width: 4, height: 1, bits: 16, lines: lines).bytes)
    #expect(image.bytes == [0, 128, 0, 255])
  }

  @Test func colours() throws {
    let line: [UInt8] = [255, 0, 51, 1, 2, 3]
    let lines = (0..<6).map { row in line.map { $0 &+ UInt8(7 * row) } }
    let image = try decoded(PNGFile(width: 2, height: 6, colour: 2, lines: lines).bytes)
    #expect((image.height, image.width, image.channels) == (6, 2, 3))
    #expect(image.bytes == Array(lines.joined()))
    // Colours that are all grey.
    let grey = try decoded(
      PNGFile(width: 2, height: 1, colour: 2, lines: [[9, 9, 9, 200, 200, 200]]).bytes)
    #expect(grey.channels == 1)
    #expect(grey.bytes == [9, 200])
    // 51 over white at opacity 1/5 is 214.2.
    let alpha = try decoded(
      PNGFile(width: 2, height: 1, colour: 6, lines: [[51, 0, 255, 51, 1, 2, 3, 0]]).bytes)
    #expect(alpha.bytes == [214, 204, 255, 255, 255, 255])
    let greyAlpha = try decoded(
      PNGFile(width: 2, height: 1, colour: 4, lines: [[51, 51, 0, 255]]).bytes)
    #expect(greyAlpha.bytes == [214, 0])
    let wide = try decoded(
      PNGFile(
        width: 1, height: 1, bits: 16, colour: 2, lines: [[0xFF, 0xFF, 0, 0, 0x80, 0]]
      ).bytes)
    #expect(wide.bytes == [255, 0, 128])
  }

  @Test func palettesAndTransparency() throws {
    let palette: [UInt8] = [255, 0, 0, 0, 255, 0, 10, 20, 30]
    let file = PNGFile(
      width: 3, height: 2, bits: 2, colour: 3, extra: [("PLTE", palette), ("tEXt", [65])],
      lines: [[0b00_01_10_00], [0b10_00_01_00]])
    let expected: [UInt8] = [255, 0, 0, 0, 255, 0, 10, 20, 30, 10, 20, 30, 255, 0, 0, 0, 255, 0]
    #expect(try decoded(file.bytes).bytes == expected)
    var clear = file
    clear.extra.append(("tRNS", [255, 0]))
    #expect(try decoded(clear.bytes).bytes[3..<6] == [255, 255, 255])
    let keyed = PNGFile(
      width: 2, height: 1, extra: [("tRNS", [0, 7])], lines: [[7, 8]])
    #expect(try decoded(keyed.bytes).bytes == [255, 8])
    var short = file
    short.extra[0].1 = Array(palette[..<6])
    expectProblem(
      "byte \(short.bytes.count): the palette is not of 1 to 256 colours, or has not all those "
        + "of the pixels", short.bytes)
  }

  @Test func mistakes() {
    let good = PNGFile(width: 2, height: 2, lines: [[1, 2], [3, 4]])
    expectProblem("byte 0: is not a PNG file", Array("GIF89a".utf8))
    var changed = good
    changed.interlace = 2
    expectProblem("byte 28: unknown interlacing", changed.bytes)
    changed = good
    changed.width = 0
    expectProblem("byte 16: found extents 0x2, expected positive ones", changed.bytes)
    changed.width = 0x7FFF_FFFF
    changed.height = 0x7FFF_FFFF
    expectProblem(
      "byte 16: found extents 2147483647x2147483647, expected at most 67108864 pixels in all",
      changed.bytes)
    changed = good
    changed.bits = 3
    expectProblem(
      "byte 24: colour type 0 with 3 bits, expected one that PNG files have", changed.bytes)
    changed = good
    changed.width = 8000
    changed.height = 8000
    let size = changed.bytes.count
    expectProblem("byte \(size): the pixels take 6 bytes, expected \(8000 * 8001)", changed.bytes)
    changed = good
    changed.height = 1
    expectProblem(
      "byte \(changed.bytes.count): the pixels take 4 bytes, expected 3", changed.bytes)
    changed = good
    changed.extra = [("ABCD", [])]
    expectProblem("byte 37: unknown chunk \"ABCD\"", changed.bytes)
    var damaged = good.bytes
    damaged[20] ^= 1
    expectProblem("byte 29: the checksum of the chunk \"IHDR\" is wrong", damaged)
    let bytes = good.bytes
    expectProblem("byte \(bytes.count - 1): the PNG file ends too early", Array(bytes.dropLast()))
  }
}
