import GumbelFiles
import Testing
import _GumbelTestBytes

/// All that a file of these bytes holds.
private func contents(_ bytes: [UInt8], chunk: Int = 1 << 16) throws -> [UInt8] {
  try withSource(bytes) { try GumbelFilesTests.contents($0, chunk: chunk) }
}

@Suite struct CompressedInputTests {
  @Test(arguments: [
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
    ([0x42, 0x5A, 0x68, 0x35, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4"), ([0x1F, 0x9D], "compress"),
  ])
  func otherFormsAreNamed(bytes: [UInt8], program: String) {
    expectMessage(
      "data: is compressed by \(program), expected plain or gzip; "
        + "unpack it first with \(program) -d"
    ) { try contents(bytes + [1, 2, 3], chunk: 1) }
  }

  @Test func textThatBeginsAlikeIsText() throws {
    for text in ["B\n", "BZ\nBZh9\n", "(\n", "BZh9 is not compressed\n"] {
      #expect(try contents(Array(text.utf8), chunk: 1) == Array(text.utf8))
    }
  }

  /// 80 million times the same two bytes, in 160 kB.
  @Test func bombsAreRefused() throws {
    let part = gzipped(
      Array(repeatElement([UInt8(ascii: "1"), lineFeed], count: 1 << 20).joined()))
    let bomb = Array(repeatElement(part, count: 40).joined())
    expectMessage(
      "data: the gzip file holds more than 67108864 bytes and 250 times its size, the limit"
    ) { try contents(bomb) }
  }

  private let lineFeed = UInt8(ascii: "\n")
}
