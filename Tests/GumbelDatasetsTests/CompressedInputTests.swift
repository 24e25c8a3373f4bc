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

  @Test func archivesAreNamed() {
    expectMessage("data: is a zip archive, expected text; unpack it first") {
      try withSource([0x50, 0x4B, 0x03, 0x04, 0, 0]) { try NumberColumns.load($0) }
    }
  }
}
