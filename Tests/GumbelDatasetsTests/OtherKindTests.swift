import GumbelDatasets
import Testing
import _GumbelTestBytes

/// What is no text is named, by every reader of text, in one short line.
@Suite struct OtherKindTests {
  private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let array: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]

  @Test(arguments: [
    (png, "a PNG file"), (array, "a NumPy array"), (Array("%PDF-1.7\n".utf8), "a PDF file"),
    (Array("SQLite format 3\0".utf8), "an SQLite database"),
    (Array("PAR1".utf8) + [0x15, 4], "a Parquet file"),
    (
      Array("version https://git-lfs.github.com\n".utf8),
      "a pointer of Git LFS, not the file itself"
    ),
  ])
  func binary(_ bytes: [UInt8], _ kind: String) {
    expectMessage("data: is \(kind), expected text") {
      try symbols(in: bytes, chunk: 1)
    }
    expectMessage("data: is \(kind), expected text") {
      try withSource(bytes) { try NumberColumns.load($0) }
    }
    expectMessage("data: is \(kind), expected text") {
      try withSource(bytes) { try TextSet.load($0) }
    }
    if bytes != Self.array {
      expectMessage("data: is \(kind), expected numbers") {
        try withSource(bytes) { try NumberArray.load($0) }
      }
    }
  }

  @Test func `a web page is no table of numbers, but lines`() throws {
    let page = "<!DOCTYPE html>\n<html>\n"
    expectMessage("data: is a web page, expected text") {
      try withSource(Array(page.utf8)) { try NumberColumns.load($0) }
    }
    expectMessage("data: is a web page, expected numbers") {
      try withSource(Array(page.utf8)) { try NumberArray.load($0) }
    }
    #expect(try symbols(in: page) == ["<!DOCTYPE html>", "<html>"])
  }

  @Test func `text that begins alike is text`() throws {
    for text in ["P\n", "PAR1\nPAR2\n", "%\n", "%PD\n", "G\nGIF8\n", "7z\n", "MATLAB\n", "A\n"] {
      #expect(try symbols(in: Array(text.utf8), chunk: 1).joined(separator: "\n") + "\n" == text)
    }
  }

  @Test func `bytes among numbers are no numbers`() {
    expectMessage("data, line 1: byte 3 is NUL, expected text; this looks like a binary file") {
      try withSource(Array("1,\0,3\n".utf8)) { try NumberArray.load($0) }
    }
    expectMessage("data, line 2: byte 1 is not valid UTF-8") {
      try withSource([0x31, 0x0A, 0xFF, 0x0A]) { try NumberArray.load($0) }
    }
  }

  /// Once took microseconds a character.
  @Test func `a field of millions of characters is refused at once`() {
    let field = Array(repeating: UInt8(ascii: "a"), count: 1 << 22)
    let bytes = field + [0x0A, 0x62, 0x0A]
    expectMessage("data, line 2: found \"b\" in column 1, expected a number") {
      try withSource(bytes) {
        try NumberColumns.load($0, dialect: TableDialect(), lineLimit: 1 << 24)
      }
    }
    expectMessage("data, line 2: entry 1 is \"b\", expected a number") {
      try withSource(bytes) { try NumberArray.load($0) }
    }
  }
}
