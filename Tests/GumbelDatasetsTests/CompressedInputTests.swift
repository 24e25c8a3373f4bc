import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes

@Suite struct CompressedInputTests {
  @Test func everyReaderInflates() throws {
    let table = gzipped(Array("x\n1\n2\n".utf8))
    for chunk in [1, 3, 1 << 16] {
      let found = try withSource(table) {
        try NumberColumns.load(
          $0, [.init()], dialect: TableDialect(), missing: .refused, limit: 10, lineLimit: 10,
          chunk: chunk, shouldStop: nil)
      }
      #expect(found.values == [[1, 2]])
    }
    #expect(try symbols(in: table) == ["x", "1", "2"])
    let array = try withSource(gzipped(Array("1,2\n3,4\n".utf8))) { try NumberArray.load($0) }
    #expect(array == NumberArray([1, 2, 3, 4], shape: [2, 2]))
    let lines = try withSource(table) {
      try LineSampler(count: 9).sample(from: $0, key: RandomKey(1))
    }
    #expect(Set(lines.lines.map { String(decoding: $0.bytes, as: UTF8.self) }) == ["x", "1", "2"])
    let grammar = try withSource(gzipped(Array("s -> 'a'\n".utf8))) { try Grammar.load($0) }
    #expect(!grammar.productions.isEmpty)
  }

  @Test(arguments: [
    ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
    ([0x42, 0x5A, 0x68, 0x35, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59], "bzip2"),
    ([0x04, 0x22, 0x4D, 0x18], "lz4"), ([0x1F, 0x9D], "compress"),
  ])
  func otherFormsAreNamed(bytes: [UInt8], program: String) {
    expectMessage(
      "data: is compressed by \(program), expected plain or gzip; "
        + "unpack it first with \(program) -d"
    ) { try symbols(in: bytes + [1, 2, 3], chunk: 1) }
  }

  @Test func textThatBeginsAlikeIsText() throws {
    for text in ["B\n", "BZ\nBZh9\n", "(\n", "BZh9 is not compressed\n"] {
      #expect(try symbols(in: Array(text.utf8), chunk: 1).joined(separator: "\n") + "\n" == text)
    }
  }

  @Test func archivesAreNamed() {
    expectMessage("data: is a zip archive, expected text; unpack it first") {
      try withSource([0x50, 0x4B, 0x03, 0x04, 0, 0]) { try NumberColumns.load($0) }
    }
  }

  /// 80 million times the same two bytes, in 160 kB.
  @Test func bombsAreRefused() throws {
    let part = gzipped(
      Array(repeatElement([UInt8(ascii: "1"), lineFeed], count: 1 << 20).joined()))
    let bomb = Array(repeatElement(part, count: 40).joined())
    expectMessage(
      "data: the gzip file holds more than 67108864 bytes and 250 times its size, the limit"
    ) { try withSource(bomb) { try NumberColumns.load($0) } }
  }

  private let lineFeed = UInt8(ascii: "\n")
}
