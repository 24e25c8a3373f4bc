import GumbelFiles
import Testing
import _GumbelTestBytes

@Suite struct DeflaterTests {
  private static func random(_ count: Int) -> [UInt8] {
    var generator = SplitMix64(state: UInt64(count))
    return (0..<count).map { _ in .random(in: 0...255, using: &generator) }
  }

  /// What was deflated inflates to the same, whatever the pieces; random bytes grow a little.
  @Test(arguments: [DeflateWrapping.none, .zlib, .gzip], [0, 1, 1000, 100_000])
  func roundTrip(wrapping: DeflateWrapping, count: Int) {
    for bytes in [Self.random(count), [UInt8](repeating: 7, count: count)] {
      let deflated = Deflater.deflate(bytes, in: wrapping)
      let inflater = Inflater(wrapping)
      var (result, room): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 333))
      var (rest, isEnded) = (deflated[...], false)
      while !isEnded {
        let piece = Array(rest.prefix(777))
        rest = rest.dropFirst(piece.count)
        piece.withUnsafeBufferPointer { piece in
          inflater.supply(piece)
          steps: while true {
            switch inflater.inflate(into: &room, limit: 333) {
            case .bytes(let count): result += room[..<count]
            case .needsInput: break steps
            case .end, .corrupt:
              isEnded = true
              break steps
            }
          }
        }
        if piece.isEmpty { break }
      }
      #expect(isEnded && result == bytes)
    }
  }

  @Test func gzipFilesAreRead() throws {
    let bytes = Self.random(100_000)
    #expect(try withSource(gzipped(bytes)) { try contents($0) } == bytes)
  }

  /// The same as bit by bit, in pieces too.
  @Test func checksums() {
    let bytes = Self.random(1000)
    #expect(Int(CRC32(of: bytes).value) == crc(of: bytes))
    #expect(CRC32(of: []).value == 0)
    var pieces = CRC32()
    for part in [bytes[..<1], bytes[1..<1], bytes[1..<600], bytes[600...]] {
      part.withUnsafeBufferPointer { pieces.update($0) }
    }
    #expect(Int(pieces.value) == crc(of: bytes))
    #expect(CRC32(of: Array("123456789".utf8)).value == 0xCBF4_3926)
  }
}
