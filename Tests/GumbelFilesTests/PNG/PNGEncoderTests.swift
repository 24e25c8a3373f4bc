import GumbelFiles
import Testing
import _GumbelTestBytes

@Suite struct PNGEncoderTests {
  /// Whatever the pixels, decoding gives them back: patterns that favour each of the filters.
  @Test(arguments: [PNGHeader.Colour.grey, .rgb, .rgbAlpha], 0..<6)
  func roundTrip(colour: PNGHeader.Colour, pattern: Int) throws {
    let (width, height, count) = (
      37, 23, [PNGHeader.Colour.grey: 1, .rgb: 3, .rgbAlpha: 4][colour]!
    )
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
    let file = PNGEncoder.encode(bytes, width: width, height: height, colour: colour)
    let decoded = try DecodedPNG(file)
    #expect((decoded.width, decoded.height, decoded.channels) == (width, height, count))
    #expect(decoded.pixels == bytes)
    #expect(decoded.chunkNames == ["IHDR", "IDAT", "IEND"])
    #expect(decoded.density == nil)
    // The decoder of this package reads it too; opaque colours, for others show white behind.
    if colour != .rgbAlpha {
      let image = try GumbelFilesTests.decoded(file)
      let isGrey = image.channels < count
      #expect(isGrey ? image.bytes.flatMap { [$0, $0, $0] } == bytes : image.bytes == bytes)
    }
  }

  @Test func densityIsRecorded() throws {
    let file = PNGEncoder.encode([9], width: 1, height: 1, colour: .grey, pixelsPerMetre: 3780)
    let decoded = try DecodedPNG(file)
    #expect(decoded.density == 3780)
    #expect(decoded.chunkNames == ["IHDR", "pHYs", "IDAT", "IEND"])
  }

  @Test func smoothPicturesAreFiltered() {
    let bytes = (0..<256 * 256).map { UInt8(truncatingIfNeeded: ($0 % 256 + $0 / 256) / 2) }
    #expect(PNGEncoder.encode(bytes, width: 256, height: 256, colour: .grey).count < 2000)
  }

  @Test func fileOfOnePixel() throws {
    let decoded = try DecodedPNG(PNGEncoder.encode([9], width: 1, height: 1, colour: .grey))
    #expect(decoded.pixels == [9])
  }

  /// The test's own decoder notices damage, so that it can be trusted with the encoder.
  @Test func decoderNoticesDamage() {
    let file = PNGEncoder.encode([1, 2], width: 2, height: 1, colour: .grey)
    for position in file.indices {
      var damaged = file
      damaged[position] ^= 16
      #expect(throws: (any Error).self) {
        _ = try DecodedPNG(damaged)
      }
    }
  }
}
