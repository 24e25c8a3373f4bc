import CZlib

/// What zlib makes of bytes; `windowBits` chooses the form as `deflateInit2` takes it.
private func deflated(_ bytes: [UInt8], windowBits: Int32) -> [UInt8] {
  var stream = z_stream()
  guard
    deflateInit2_(
      &stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)) == Z_OK
  else { fatalError("zlib does not start") }
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1000)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { fatalError("zlib does not end") }
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}

func gzipped(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, windowBits: 15 + 16) }

private func checksum(_ bytes: some Sequence<UInt8>) -> [UInt8] {
  let bytes = Array(bytes)
  let sum = crc32(0, bytes, UInt32(bytes.count))
  return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
}

enum PNGSeed {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

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
    return signature
      + chunk(
        "IHDR",
        [0, 0, 0, UInt8(side), 0, 0, 0, UInt8(side), bits, colour, 0, 0, interlaced ? 1 : 0])
      + (palette ? chunk("PLTE", (0..<48).map { UInt8($0 * 5) }) : [])
      + chunk("IDAT", deflated(data, windowBits: 15)) + chunk("IEND", [])
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let named = Array(type.utf8) + data
    return [0, 0, UInt8(data.count >> 8), UInt8(data.count & 255)] + named + checksum(named)
  }

  /// The same with the sum that each chunk should have.
  static func mended(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    var start = signature.count
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      bytes.replaceSubrange(end..<end + 4, with: checksum(bytes[start + 4..<end]))
      start = end + 4
    }
    return bytes
  }
}

enum ZIPSeed {
  static let stored = archive(isDeflated: false)
  static let deflated = archive(isDeflated: true)

  /// One array in an archive.
  private static func archive(isDeflated: Bool) -> [UInt8] {
    func number(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let name = Array("x.npy".utf8)
    let array = npyFile("|u1", "(1, 2, 2)", [1, 2, 3, 4])
    let data = isDeflated ? Fuzzing.deflated(array, windowBits: -15) : array
    let described =
      number(20, 2) + number(0, 2) + number(isDeflated ? 8 : 0, 2) + number(0, 4)
      + checksum(array).reversed() + number(data.count, 4) + number(array.count, 4)
      + number(name.count, 2) + number(0, 2)
    let member = Array("PK\u{3}\u{4}".utf8) + described + name + data
    let directory =
      Array("PK\u{1}\u{2}".utf8) + number(20, 2) + described + number(0, 2) + number(0, 2)
      + number(0, 2) + number(0, 4) + number(0, 4) + name
    return member + directory
      + Array("PK\u{5}\u{6}".utf8) + number(0, 4) + number(1, 2) + number(1, 2)
      + number(directory.count, 4) + number(member.count, 4) + number(0, 2)
  }
}
