import GumbelFiles
import Testing
import _GumbelTestBytes

/// The pass of each pixel of a square of eight, as the standard draws it.
private let passes = [
  "16462646", "77777777", "56565656", "77777777", "36463646", "77777777", "56565656", "77777777",
].map { $0.map { Int(String($0))! - 1 } }

/// An image of samples that differ, plain or interlaced.
private func image(
  _ width: Int, _ height: Int, bits: Int, colour: UInt8, isInterlaced: Bool
) -> PNGFile {
  let samples = [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][Int(colour)]!
  func pixel(_ row: Int, _ column: Int) -> [Int] {
    (0..<samples).map { (row * 131 + column * 71 + $0 * 37) * 2_654_435_761 >> 7 % (1 << bits) }
      .map { $0 & (1 << bits - 1) }
  }
  func packed(_ pixels: [[Int]]) -> [UInt8] {
    var line = [UInt8](repeating: 0, count: (pixels.count * samples * bits + 7) / 8)
    for (i, value) in pixels.joined().enumerated() {
      if bits == 16 {
        (line[2 * i], line[2 * i + 1]) = (UInt8(value >> 8), UInt8(value & 255))
      } else {
        line[i * bits / 8] |= UInt8(value << (8 - bits - i * bits % 8))
      }
    }
    return line
  }
  var file = PNGFile(width: width, height: height, bits: bits, colour: colour, lines: [])
  if colour == 3 { file.extra = [("PLTE", (0..<768).map { UInt8($0 * 89 % 251) })] }
  guard isInterlaced else {
    file.lines = (0..<height).map { row in packed((0..<width).map { pixel(row, $0) }) }
    return file
  }
  file.interlace = 1
  file.passes = (0..<7).map { pass in
    (0..<height).compactMap { row in
      let columns = (0..<width).filter { passes[row % 8][$0 % 8] == pass }
      return columns.isEmpty ? nil : packed(columns.map { pixel(row, $0) })
    }
  }
  return file
}

@Suite struct InterlacedPNGTests {
  /// Of sizes that lack some of the seven passes, too.
  @Test(arguments: [(1, 1), (3, 2), (1, 9), (5, 1), (8, 8), (9, 17)])
  func areReadAsPlainOnes(width: Int, height: Int) throws {
    for (colour, depths) in [
      (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]),
    ] as [(UInt8, [Int])] {
      for bits in depths {
        func file(_ isInterlaced: Bool) -> PNGFile {
          image(width, height, bits: bits, colour: colour, isInterlaced: isInterlaced)
        }
        let plain = try decoded(file(false).bytes)
        let interlaced = try decoded(file(true).bytes)
        #expect(
          (interlaced.height, interlaced.width, interlaced.channels)
            == (plain.height, plain.width, plain.channels))
        #expect(interlaced.bytes == plain.bytes, "colour \(colour), \(bits) bits")
        if width * height > 9, bits > 1 { #expect(Set(plain.bytes).count > 2) }
      }
    }
  }

  @Test func chunksMayStandInAnyLegalOrder() throws {
    var file = image(5, 4, bits: 8, colour: 3, isInterlaced: false)
    let plain = try decoded(file.bytes)
    file.extra =
      [("gAMA", [0, 0, 1, 2]), ("tEXt", [UInt8](repeating: 65, count: 70_000))] + file.extra
      + [("bKGD", [1]), ("hIST", [UInt8](repeating: 0, count: 512)), ("tRNS", []), ("aaAa", [])]
    file.behind = [("tIME", [0, 0, 0, 0, 0, 0, 0]), ("eXIf", [1])]
    #expect(try decoded(file.bytes).bytes == plain.bytes)
  }

  /// Neither the header's extents nor data behind the last pixel take memory.
  @Test func limitsAreAskedFirst() throws {
    func message(_ file: PNGFile) -> String {
      do { return "\(try decoded(file.bytes).bytes.count)" } catch { return "\(error)" }
    }
    var file = PNGFile(width: 46_000, height: 46_000, bits: 1, lines: [[0]])
    #expect(message(file).hasSuffix("46000x46000, expected at most 67108864 pixels in all"))
    file = PNGFile(width: 60_000_000, height: 1, bits: 16, colour: 6, lines: [[0]])
    #expect(message(file).hasSuffix("the pixels take 2 bytes, expected 480000001"))
    file = PNGFile(width: 3, height: 1, lines: [[UInt8](repeating: 0, count: 10_000_000)])
    #expect(message(file).hasSuffix("the pixels take 5 bytes, expected 4"))
  }
}
