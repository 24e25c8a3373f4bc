import Foundation
import GumbelDatasets
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestBytes

/// The sample of some bytes.
private func sample(
  _ bytes: [UInt8], _ sampler: LineSampler, key: RandomKey = RandomKey(1), chunk: Int = 1 << 16
) throws -> LineSample {
  try withSource(bytes) { try sampler.sample(from: $0, key: key, chunk: chunk) }
}

private func sample(
  _ text: String, _ sampler: LineSampler, key: RandomKey = RandomKey(1), chunk: Int = 1 << 16
) throws -> LineSample {
  try sample(Array(text.utf8), sampler, key: key, chunk: chunk)
}

extension LineSample {
  fileprivate var texts: [String] { lines.map { String(decoding: $0.bytes, as: UTF8.self) } }
  /// The texts in the order of the source, where all lines are drawn.
  fileprivate var inOrder: [String] {
    lines.sorted { $0.number < $1.number }.map { String(decoding: $0.bytes, as: UTF8.self) }
  }
}

@Suite struct LineSamplerTests {
  @Test(arguments: [
    ("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n", [""]), ("a\nb", ["a", "b"]),
    ("a\n\n\nb\n\n", ["a", "", "", "b", ""]), ("a\r\nb\r\n", ["a", "b"]), ("a\r\nb\r", ["a", "b"]),
    ("\u{FEFF}a\nb\n", ["a", "b"]), ("\u{FEFF}", []), (" a \r\r\n", [" a \r"]),
  ])
  func allLinesAreDrawnWhereThereAreFew(text: String, expected: [String]) throws {
    for chunk in [1, 3, 1 << 16] {
      let found = try sample(text, LineSampler(count: 10), chunk: chunk)
      #expect(found.inOrder == expected)
      #expect(found.lineCount == expected.count)
      #expect(found.isComplete)
      #expect(found.lines.map(\.number).sorted() == Array(1..<(expected.count + 1)))
      // Counted alike where none of them can be drawn.
      let none = try sample(text, LineSampler(count: 0), chunk: chunk)
      #expect(none.lineCount == expected.count)
      #expect(none.lines.isEmpty)
    }
  }

  @Test func carriageReturnsAreTold() throws {
    let found = try sample("a\r\nb\nc\r", LineSampler(count: 3)).lines
    let marks = found.sorted { $0.number < $1.number }.map(\.hasCarriageReturn)
    #expect(marks == [true, false, true])
  }

  @Test func linesAndNumbersBelongTogether() throws {
    let count = 300_000
    let text = (1...count).map { "\($0)\($0 % 7 == 0 ? "\r" : "")" }.joined(separator: "\n")
    let whole = try sample(text, LineSampler(count: 500), key: RandomKey(2))
    #expect(whole.texts == whole.lines.map { "\($0.number)" })
    #expect(Set(whole.lines.map(\.number)).count == 500)
    #expect(whole.lineCount == count)
    for chunk in [1000, 4099] {
      let parts = try sample(text, LineSampler(count: 500), key: RandomKey(2), chunk: chunk)
      #expect(parts.lines == whole.lines)
    }
    let other = try sample(text, LineSampler(count: 500), key: RandomKey(3))
    #expect(other.lines != whole.lines)
    // Spread evenly: at most five standard deviations from half.
    let lower = whole.lines.count { $0.number <= count / 2 }
    #expect(abs(lower - 250) < 56)
  }

  /// Lines of which some are empty, some end in a carriage return, and lengths follow a pattern.
  private static func lines(_ count: Int, length: (Int) -> Int) -> [[UInt8]] {
    (0..<count).map { i in
      [UInt8](repeating: UInt8(97 + i % 26), count: length(i)) + (i % 11 == 3 ? [13] : [])
    }
  }

  // Much more is drawn and put aside again than is held, so that memory is made use of again: by
  // lines that fit in the place of others, that do not, and after what is held was moved together.
  @Test(arguments: 0..<5) func linesAreThoseOfAReservoir(pattern: Int) throws {
    let lines = Self.lines(pattern == 4 ? 400 : 8000) { i in
      switch pattern {
      case 0: i % 7
      case 1: i / 15
      case 2: (8000 - i) / 15
      case 3: i * 7919 % 601
      default: i % 50 == 9 ? 70_000 : i
      }
    }
    let text: [UInt8] = Array(lines.joined(separator: [10])) + [10]
    let key = RandomKey(11)
    for count in [0, 1, 300, lines.count - 1, lines.count + 1] {
      var reservoir = WeightedReservoir<Int>(capacity: count, key: key)
      reservoir.offer(count: lines.count) { Int($0) }
      let expected = reservoir.items.map(\.element)
      for chunk in [4099, 1 << 16] where chunk > 5000 || count == 300 {
        let found = try sample(text, LineSampler(count: count), key: key, chunk: chunk)
        let areTheSame = found.lines.map { $0.number - 1 } == expected
        #expect(areTheSame)
        #expect(found.lineCount == lines.count)
        let areTheirs = found.lines.allSatisfy { line in
          line.bytes + (line.hasCarriageReturn ? [13] : []) == lines[line.number - 1]
        }
        #expect(areTheirs)
      }
    }
  }

  @Test func weightedRowsAreThoseOfAReservoir() throws {
    let weights = (0..<8000).map { ["1e300", "1e-300", "0", "2.5"][$0 % 4] }
    let rows = weights.indices.map { i in
      "\"\(String(repeating: "x", count: i * 7919 % 301))\(i % 5 == 0 ? "\n" : "")\",\(weights[i])"
    }
    let key = RandomKey(12)
    for count in [1, 40, 900, 6000, 7000] {
      var reservoir = WeightedReservoir<String>(capacity: count, key: key)
      for i in rows.indices { try reservoir.offer(rows[i], weight: Double(weights[i])!) }
      let sampler = LineSampler(
        count: count, table: TableDialect(header: .absent), weights: .number(2))
      let found = try sample(rows.joined(separator: "\n"), sampler, key: key)
      let areTheSame = found.texts == reservoir.items.map(\.element)
      #expect(areTheSame)
      #expect(found.lineCount == 8000)
    }
  }

  @Test func linesAreCopiedInParts() throws {
    let lines = Self.lines(500) { $0 % 60 }
    let text: [UInt8] = Array(lines.joined(separator: [10]))
    let found = try sample(text, LineSampler(count: 500)).lines
    var whole: [UInt8] = []
    for line in found { whole += line.bytes + (line.hasCarriageReturn ? [13, 10] : [10]) }
    for room in [61, 64, 1000, 1 << 16] {
      var copied: [UInt8] = []
      var first = 0
      while first < found.count {
        var part = [UInt8](repeating: 0, count: room)
        let (lines, bytes) = part.withUnsafeMutableBytes { found.copy(from: first, into: $0) }
        #expect(lines > 0)
        if lines == 0 { break }
        first += lines
        copied += part[..<bytes]
      }
      #expect(copied == whole)
    }
    var none: [UInt8] = []
    let nothing = none.withUnsafeMutableBytes { found.copy(from: 0, into: $0) }
    #expect(nothing == (0, 0))
  }

  @Test func headersAreNotDrawn() throws {
    let text = "name\r\na\nb\n"
    let found = try sample(text, LineSampler(count: 5, header: .present))
    #expect(found.inOrder == ["a", "b"])
    #expect(found.lineCount == 2)
    #expect(found.header?.bytes == Array("name".utf8))
    #expect(found.header?.hasCarriageReturn == true)
    #expect(found.lines.map(\.number).sorted() == [2, 3])
    #expect(try sample("", LineSampler(count: 5, header: .present)).header == nil)
  }

  @Test func onlyLinesThatMayBeDrawnHaveALimit() throws {
    let long = String(repeating: "x", count: 101)
    expectMessage("data, line 2: longer than 100 bytes, the limit") {
      try sample("a\n\(long)\n", LineSampler(count: 2, lineLimit: 100))
    }
    #expect(try sample("a\n\(long)\n", LineSampler(count: 2, lineLimit: 101)).lineCount == 2)
    let passed = try sample("a\n\(long)\nb", LineSampler(count: 0, lineLimit: 100))
    #expect(passed.lineCount == 3)
  }

  @Test(arguments: [1, 7, 1 << 16]) func rowsOfTablesAreKeptWhole(chunk: Int) throws {
    let text = "n,w\r\n\"a\nb\",3\r\n\r\nc,1\n\"d,\"\"e\"\"\",2"
    let found = try sample(text, LineSampler(count: 9, table: TableDialect()), chunk: chunk)
    #expect(Set(found.texts) == ["\"a\nb\",3", "c,1", "\"d,\"\"e\"\"\",2"])
    #expect(found.header?.bytes == Array("n,w".utf8))
    #expect(found.lines.map(\.number).sorted() == [2, 5, 6])
    #expect(found.lineCount == 3)
    let all = TableDialect(header: .absent)
    #expect(try sample(text, LineSampler(count: 9, table: all), chunk: chunk).lineCount == 4)
    // Lines are lines whatever quotes they hold.
    let lines = try sample(text, LineSampler(count: 9), chunk: chunk)
    #expect(lines.inOrder == ["n,w", "\"a", "b\",3", "", "c,1", "\"d,\"\"e\"\"\",2"])
    #expect(try sample("", LineSampler(count: 9, table: TableDialect())).lines.isEmpty)
    // Bytes that are no text pass through.
    let bytes: [UInt8] = Array("a,1\n".utf8) + [0xFF, 0x2C, 0x32, 0x0A]
    #expect(try sample(bytes, LineSampler(count: 2, table: all), chunk: chunk).lineCount == 2)
  }

  @Test func weightedRowsAreDrawnByTheirWeights() throws {
    let text = "id,weight\na,0\nb,1e-300\n\"c\nd\",\"2.5\"\r\ne,0.0\nf,7\n"
    let sampler = LineSampler(count: 3, weights: .name("weight"))
    let found = try sample(text, sampler)
    #expect(Set(found.texts) == ["b,1e-300", "\"c\nd\",\"2.5\"", "f,7"])
    #expect(found.texts.last == "b,1e-300")
    #expect(found.lineCount == 5)
    #expect(found.header?.bytes == Array("id,weight".utf8))
    for line in found.lines where line.bytes.first == UInt8(ascii: "\"") {
      #expect(line.number == 4)
      #expect(line.hasCarriageReturn)
    }
    var first = 0
    for i in 0..<2000 {
      let one = LineSampler(count: 1, weights: .number(2), header: .present)
      let drawn = try sample(text, one, key: RandomKey(4).folding(in: i)).texts
      first += drawn == ["f,7"] ? 1 : 0
    }
    // 7 of 9.5, at most five standard deviations off.
    #expect(abs(first - 1474) < 99)
  }

  @Test(arguments: [
    ("a;1\nb;\n", "line 2: nothing in column 2, expected a number"),
    ("a;1\nb;-1\n", "line 2: found \"-1\" in column 2, expected a number of 0 or more"),
    ("a;1\nb;1e999\n", "line 2: found \"1e999\" in column 2, expected a number of 0 or more"),
    ("a;nan\n", "line 1: found \"nan\" in column 2, expected a number"),
    ("a;1\n\"b\nc\";2\nd;x\n", "line 4: found \"x\" in column 2, expected a number"),
    ("a;1\n\nb;2\n", "line 2: nothing in column 2, expected a number"),
  ])
  func badWeightsAreNamed(text: String, message: String) {
    expectMessage("data, " + message) {
      try sample(
        text,
        LineSampler(count: 1, weights: .number(2), delimiter: .semicolon, header: .absent))
    }
  }

  @Test func tablesAreHeldToTheirForm() {
    expectMessage("data, line 2: found 1 field, expected 2 as in the first row") {
      try sample("a,1\nb\n", LineSampler(count: 1, weights: .number(2)))
    }
    expectMessage("data, line 1: no column \"w\", expected one of \"a\", \"1\"") {
      try sample("a,1\n", LineSampler(count: 1, weights: .name("w")))
    }
    expectMessage("nowhere: no such file") {
      try LineSampler(count: 1).sample(from: .file("nowhere"), key: RandomKey(1))
    }
  }

  @Test func cancellingKeepsWhatIsHeld() throws {
    let cancelled = Flag()
    let found = try withPipe { descriptor in
      _ = writeAll(Array("a\nb\nunfinished".utf8), to: descriptor)
      cancelled.wait()
    } _: { descriptor in
      let source = InputSource.descriptor(descriptor, name: "pipe")
      return try LineSampler(count: 5).sample(from: source, key: RandomKey(1)) {
        // Asked again once what has been written was read.
        cancelled.raiseOnThirdCall()
      }
    }
    #expect(!found.isComplete)
    #expect(found.inOrder == ["a", "b"])
    #expect(found.lineCount == 2)
  }
}

/// Raised on the third question; the writer waits for it.
private final class Flag: Sendable {
  // Only the reader's thread asks.
  private nonisolated(unsafe) var calls = 0
  private let raised = DispatchSemaphore(value: 0)

  func raiseOnThirdCall() -> Bool {
    calls += 1
    if calls == 3 { raised.signal() }
    return calls >= 3
  }
  func wait() { raised.wait() }
}
