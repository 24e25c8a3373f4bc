import GumbelDatasets
import Testing
import _GumbelTestBytes

private func numbers(
  in text: String, _ choices: [NumberColumns.Choice] = [.init()], delimiter: Delimiter = .comma,
  header: SymbolFormat.Header = .automatic, skipsMissing: Bool = false, limit: Int = 1 << 20
) throws -> NumberColumns {
  try withSource(Array(text.utf8)) {
    try NumberColumns.load(
      $0, choices, delimiter: delimiter, header: header, skipsMissing: skipsMissing, limit: limit)
  }
}

@Suite struct NumberColumnsTests {
  @Test func oneColumn() throws {
    let plain = try numbers(in: "1\n-2.5\r\n 3e2 \n+.5")
    #expect(plain.values == [[1, -2.5, 300, 0.5]])
    #expect(plain.names == nil)
    let titled = try numbers(in: "level\n\"4.5\"\n5\n\n\n")
    #expect(titled.values == [[4.5, 5]])
    #expect(titled.names == ["level"])
  }

  @Test func severalColumnsOfATable() throws {
    let text = "name;\"the \"\"x\"\"\";n\nb;1;2\nc;3;4\n"
    let found = try numbers(
      in: text, [.init(.number(3)), .init(.name("the \"x\""))], delimiter: .semicolon)
    #expect(found.values == [[2, 4], [1, 3]])
    #expect(found.names == ["n", "the \"x\""])
  }

  @Test func rowsWithoutANumberAreLeftOutWhereAsked() throws {
    let text = "x,w\n1,1\nNA,2\n3,\n4,4\n nan ,N/A\n5,5\n"
    let found = try numbers(
      in: text, [.init(.name("x")), .init(.name("w"))], skipsMissing: true)
    #expect(found.values == [[1, 4, 5], [1, 4, 5]])
    #expect(found.skippedRows == 3)
    let blank = try numbers(in: "1\n\n\n2\n\n", skipsMissing: true)
    #expect(blank.values == [[1, 2]])
    #expect(blank.skippedRows == 2)
  }

  @Test func mistakes() {
    expectMessage("data: no rows found, expected one number a row") { try numbers(in: "") }
    expectMessage("data: no rows found, expected one number a row") {
      try numbers(in: "x\n", header: .present)
    }
    expectMessage("data, line 3: found \"1,5\" in column 1, expected a number") {
      try numbers(in: "x\n1\n\"1,5\"\n")
    }
    expectMessage("data, line 3: found \"NA\" in column 2, expected a number") {
      try numbers(in: "a,b\n1,2\n3,NA\n", [.init(.name("b"))])
    }
    expectMessage("data, line 2: nothing in column 1, expected a number") {
      try numbers(in: "1\n\n2\n")
    }
    expectMessage("data, line 1: nothing in column 1, expected a number") {
      try numbers(in: "\n2\n")
    }
    expectMessage("data, line 2: found 1 field, expected 2 as in the first row") {
      try numbers(in: "1,2\n3\n", [.init(.number(1))])
    }
    expectMessage("data, line 2: found \"-1\" in column 1, expected a number of 0 or more") {
      try numbers(in: "1\n-1\n", [.init(in: 0 ... .greatestFiniteMagnitude)])
    }
    expectMessage("data, line 1: found \"7\" in column 1, expected a number from 0 to 5") {
      try numbers(in: "7\n", [.init(in: 0...5)])
    }
    expectMessage("data, line 2: found \"inf\" in column 1, expected a number") {
      try numbers(in: "1\ninf\n")
    }
    expectMessage(
      "data, line 2: found \"1e999\" in column 1, expected a number "
        + "from -1.7976931348623157e+308 to 1.7976931348623157e+308"
    ) { try numbers(in: "1\n1e999\n") }
    expectMessage("data, line 3: more than 2 rows, the limit for numbers held in memory") {
      try numbers(in: "1\n2\n3\n", limit: 2)
    }
    expectMessage("data: column \"x\" is chosen by name, but the table is said to have no header") {
      try numbers(in: "1,2\n", [.init(.number(1)), .init(.name("x"))], header: .absent)
    }
    expectMessage("data, line 1: no column 3, expected a number from 1 to 2") {
      try numbers(in: "1,2\n", [.init(.number(1)), .init(.number(3))])
    }
    expectMessage("data, line 1: byte 1 is not valid UTF-8") {
      try withSource([0xFF, 0x0A, 0x31]) { try NumberColumns.load($0) }
    }
  }

  @Test func numbersComeFromAPipe() throws {
    let text = (0..<30_000).map { "\($0)\n" }.joined()
    let bytes = Array(text.utf8)
    let found = try withPipe(writing: { _ = writeAll(bytes, to: $0) }) {
      try NumberColumns.load(.descriptor($0, name: "pipe"))
    }
    let expected = (0..<30_000).map(Double.init)
    #expect(found.values == [expected])
  }

  /// Every value is the nearest Double to its digits, few or many.
  @Test func valuesAreRoundedCorrectly() throws {
    var generator = SplitMix64(state: 5)
    var texts: [String] = []
    for _ in 0..<20_000 {
      let digits = (0..<Int.random(in: 1...20, using: &generator)).map { _ in
        "\(Int.random(in: 0...9, using: &generator))"
      }.joined()
      let point = Int.random(in: 0...digits.count, using: &generator)
      let sign = ["", "-", "+"].randomElement(using: &generator)!
      let power =
        Bool.random(using: &generator) ? "" : "e\(Int.random(in: -330...280, using: &generator))"
      texts.append("\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))\(power)")
    }
    let found = try numbers(in: texts.joined(separator: "\n"), header: .absent).values[0]
    let expected = texts.map { Double($0)! }
    #expect(found == expected)
  }

  struct Outcome: Equatable {
    var values: [[Double]] = []
    var error: InputError?
  }

  private static func read(
    _ bytes: [UInt8], _ choices: [NumberColumns.Choice], skipsMissing: Bool, chunk: Int
  ) throws -> Outcome {
    try withSource(bytes) { source in
      var outcome = Outcome()
      do throws(InputError) {
        outcome.values = try NumberColumns.load(
          source, choices, dialect: TableDialect(delimiter: .comma, comments: .none),
          missing: skipsMissing ? .leftOut : .refused, limit: 100, lineLimit: 50, chunk: chunk,
          shouldStop: nil
        ).values
      } catch {
        outcome.error = error
      }
      return outcome
    }
  }

  @Test(arguments: [
    [NumberColumns.Choice()], [.init(.number(2)), .init(.number(1))], [.init(.name("a"))],
  ])
  func anyBytes(choices: [NumberColumns.Choice]) throws {
    var generator = SplitMix64(state: 2)
    let usual = Array("a1122..-e,,\n\n\r\" ".utf8)
    for _ in 0..<1500 {
      let count = Int.random(in: 0...60, using: &generator)
      let rare = Int.random(in: 0...40, using: &generator)
      let bytes = (0..<count).map { _ in
        Int.random(in: 0...40, using: &generator) < rare / 10
          ? UInt8.random(in: 0...255, using: &generator) : usual.randomElement(using: &generator)!
      }
      let skips = Bool.random(using: &generator)
      // How the bytes come must not matter.
      let whole = try Self.read(bytes, choices, skipsMissing: skips, chunk: 1 << 16)
      for chunk in [1, 3] {
        let part = try Self.read(bytes, choices, skipsMissing: skips, chunk: chunk)
        #expect(part == whole, "\(bytes)")
      }
      let isFinite = whole.values.joined().allSatisfy { $0.isFinite }
      #expect(isFinite)
      let isOne = (whole.error == nil) == !whole.values.isEmpty
      #expect(isOne)
    }
  }
}
