import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

/// What reading gives, in chunks of any size.
func array(_ bytes: [UInt8], chunk: Int = 1 << 16, limit: Int = 1000) throws -> NumberArray {
  try withSource(bytes) { try NumberArray.load($0, limit: limit, chunk: chunk) }
}

@Suite struct NumberArrayTests {
  static let texts: [(String, shape: [Int], values: [Double])] = [
    ("1\n2\n3\n", [3], [1, 2, 3]),
    ("1,2,3", [3], [1, 2, 3]),
    ("1 2\t3\r\n", [3], [1, 2, 3]),
    ("1;2\n3;4\n", [2, 2], [1, 2, 3, 4]),
    ("1, 2 ; 3\n 4\t,5 6  \n", [2, 3], [1, 2, 3, 4, 5, 6]),
    ("# made by numpy.savetxt\n-1e3\n\n.5\n+2.\n", [3], [-1000, 0.5, 2]),
    ("p\n0.5\n0.5\n", [2], [0.5, 0.5]),
    ("cat,dog\n1,2\n3,4\n", [2, 2], [1, 2, 3, 4]),
    ("label,1x1\n1,2\n", [2], [1, 2]),
    ("-inf,INF,Infinity,-Infinity", [4], [-.infinity, .infinity, .infinity, -.infinity]),
    ("\u{FEFF}7\n8\n", [2], [7, 8]),
    ("5", [1], [5]),
    (
      "-0.000000000000001 123456789012345 0.1 1234567890123456789e-30", [4],
      [-1e-15, 123_456_789_012_345, 0.1, 1_234_567_890_123_456_789e-30]
    ),
  ]

  @Test(arguments: texts.indices) func text(index: Int) throws {
    let (text, shape, values) = Self.texts[index]
    for chunk in [1, 3, 1 << 16] {
      let found = try array(Array(text.utf8), chunk: chunk)
      #expect(found == NumberArray(values, shape: shape))
    }
    if !text.contains("\u{FEFF}") {
      #expect(try NumberArray.parse(text, name: "x") == NumberArray(values, shape: shape))
    }
  }

  /// What is no name is a mistake in its line, and not a header.
  @Test(arguments: ["<0.5", ">1", "5mm", "ND", "n/a"]) func whatIsNoName(text: String) {
    expectMessage("data, line 1: entry 1 is \"\(text)\", expected a number") {
      try array(Array("\(text)\n1\n2\n".utf8))
    }
  }

  @Test func decimalCommas() throws {
    let text = "1,5; 2,25\n-3 4,0\n"
    let found = try withSource(Array(text.utf8)) { try NumberArray.load($0, decimalMark: .comma) }
    #expect(found == NumberArray([1.5, 2.25, -3, 4], shape: [2, 2]))
    #expect(try NumberArray.parse("0,5;0,5", name: "x", decimalMark: .comma).values == [0.5, 0.5])
  }

  @Test func longLines() throws {
    expectMessage("data, line 2: longer than 10 bytes, the limit") {
      try withSource(Array("1,2\n1,22222222222222222\n".utf8)) {
        try NumberArray.load($0, lineLimit: 10, chunk: 4)
      }
    }
  }

  @Test func decimalsAreTheNearestDoubles() throws {
    var generator = SplitMix64(state: 0)
    let texts = (0..<20_000).map { _ -> String in
      let digits = Int.random(in: -999_999_999_999_999...999_999_999_999_999, using: &generator)
      var text = String(digits >> Int.random(in: 0..<50, using: &generator))
      let places = Int.random(in: 0...20, using: &generator)
      if places < text.count {
        text.insert(".", at: text.index(text.endIndex, offsetBy: -places))
      }
      return text.replacingOccurrences(of: "-.", with: "-0.")
    }
    let found = try NumberArray.parse(texts.joined(separator: " "), name: "x").values
    #expect(found == texts.map { Double($0)! })
  }

  @Test func mistakesInText() {
    let mistakes: [(String, String)] = [
      ("", "data: no numbers found"),
      ("\n# nothing\n", "data: no numbers found"),
      ("a\n", "data, line 1: entry 1 is \"a\", expected a number"),
      ("1\nx\n", "data, line 2: entry 1 is \"x\", expected a number"),
      ("1,,2", "data, line 1: entry 2 is empty, expected a number"),
      ("1,2,", "data, line 1: entry 3 is empty, expected a number"),
      ("1,2\n3\n", "data, line 2: found 1 field, expected 2 as in the first row"),
      ("1,2\n\n3,4,5\n", "data, line 3: found 3 fields, expected 2 as in the first row"),
      ("a,b\n1,2,3\n", "data, line 1: entry 1 is \"a\", expected a number"),
      ("a,2\n1,2\n", "data, line 1: entry 1 is \"a\", expected a number"),
      ("a,b\nc,d\n", "data, line 2: entry 1 is \"c\", expected a number"),
      ("0x10\n", "data, line 1: entry 1 is \"0x10\", expected a number"),
      (
        "1\u{0}2\n",
        "data, line 1: byte 2 is NUL, expected text; this looks like a binary file"
      ),
    ]
    for (text, message) in mistakes {
      for chunk in [1, 1 << 16] {
        expectMessage(message) { try array(Array(text.utf8), chunk: chunk) }
      }
    }
    expectMessage("data: starts with a UTF-16 byte-order mark, expected UTF-8") {
      try array([0xFF, 0xFE, 0x31, 0])
    }
    expectMessage("data, line 3: more than 2 numbers, the limit for an array held in memory") {
      try array(Array("1\n2\n3\n".utf8), limit: 2)
    }
    expectMessage("--logits: entry 2 is \"x\", expected a number") {
      try NumberArray.parse("1,x", name: "--logits")
    }
  }

  @Test func readingStopsWhenAsked() {
    expectMessage("data: interrupted before the end") {
      try withSource(Array("1\n2\n".utf8)) { try NumberArray.load($0, shouldStop: { true }) }
    }
  }

  @Test(arguments: 0..<10 as Range<UInt64>) func anyBytes(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let usual = Array("0123456789..--eE,; \t\n\n\n#inf".utf8)
    for _ in 0..<500 {
      let bytes = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        Int.random(in: 0...60, using: &generator) == 0
          ? UInt8.random(in: 0...255, using: &generator) : usual.randomElement(using: &generator)!
      }
      let outcomes = [1, 2, 1 << 16].map { chunk in
        Result { try array(bytes, chunk: chunk) }.mapError { $0 as! InputError }
      }
      #expect(outcomes[0] == outcomes[1], "\(bytes)")
      #expect(outcomes[0] == outcomes[2], "\(bytes)")
    }
  }
}
