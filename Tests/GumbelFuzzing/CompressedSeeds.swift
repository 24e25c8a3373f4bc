import _GumbelTestBytes

enum PNGSeed {
  /// Small files of all colour types, some of them interlaced.
  static let all: [[UInt8]] = [
    file(colour: 0, bits: 8, samples: 1), file(colour: 0, bits: 1, samples: 1),
    file(colour: 0, bits: 16, samples: 1), file(colour: 2, bits: 8, samples: 3),
    file(colour: 3, bits: 2, samples: 1, palette: true), file(colour: 4, bits: 8, samples: 2),
    file(colour: 6, bits: 8, samples: 4), file(colour: 0, bits: 8, samples: 1, interlaced: true),
    file(colour: 3, bits: 4, samples: 1, palette: true, interlaced: true),
  ]

  private static func file(
    colour: UInt8, bits: UInt8, samples: Int, palette: Bool = false, interlaced: Bool = false
  ) -> [UInt8] {
    let side = 3
    func line(_ width: Int) -> [UInt8] {
      [1] + [UInt8](repeating: 0x55, count: (width * samples * Int(bits) + 7) / 8)
    }
    // The seven passes of Adam7 over 3x3 pixels, those without pixels left out.
    let data =
      interlaced
      ? [(1, 1), (1, 1), (2, 1), (1, 2), (3, 1)].flatMap { width, height in
        (0..<height).flatMap { _ in line(width) }
      } : (0..<side).flatMap { _ in line(side) }
    return pngSignature
      + pngChunk(
        "IHDR",
        [0, 0, 0, UInt8(side), 0, 0, 0, UInt8(side), bits, colour, 0, 0, interlaced ? 1 : 0])
      + (palette ? pngChunk("PLTE", (0..<48).map { UInt8($0 * 5) }) : [])
      + pngChunk("IDAT", deflated(data, in: .zlib)) + pngChunk("IEND", [])
  }

  /// The same with the sum that each chunk should have.
  static func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var start = pngSignature.count
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      bytes.replaceSubrange(end..<end + 4, with: bigEndian(crc(of: bytes[start + 4..<end])))
      start = end + 4
    }
    return bytes
  }
}

enum ZIPSeed {
  /// One array in an archive.
  static let all = [false, true].map {
    zipArchive([("x.npy", npyFile("|u1", "(1, 2, 2)", [1, 2, 3, 4]))], deflating: $0)
  }
}
