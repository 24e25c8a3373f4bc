import GumbelDatasets
import Testing
import _GumbelTestBytes

private func numbers(
  _ fields: [String], _ notation: NumberNotation = NumberNotation(),
  missing: NumberColumns.MissingNumbers = .refused
) throws -> [Double] {
  let text = fields.map { "\"\($0)\"\n" }.joined()
  let dialect = TableDialect(delimiter: .comma, header: .absent, notation: notation)
  return try withSource(Array(text.utf8)) {
    try NumberColumns.load($0, dialect: dialect, missing: missing).values[0]
  }
}

@Suite struct NumberNotationTests {
  @Test func decimalCommas() throws {
    let found = try numbers(
      ["12,5", "9,25", "-20", "+,5", "1.234,5", "1.234.567", "1e-3", " 1,5e2 ", "7,"],
      NumberNotation(decimalMark: .comma))
    #expect(found == [12.5, 9.25, -20, 0.5, 1234.5, 1_234_567, 0.001, 150, 7])
    for wrong in [
      "12.5", "1.23", "1,2,3", "1,234.5", "0.123", "1234.567", "1..234", "1,5x", "+-1,5", "++1",
      "-+1",
    ] {
      expectMessage("data, line 1: found \"\(wrong)\" in column 1, expected a number") {
        try numbers([wrong], NumberNotation(decimalMark: .comma))
      }
    }
  }

  @Test func thousandsWhereUnambiguous() throws {
    #expect(try numbers(["1,234.5", "1,100", "2,345.0"]) == [1234.5, 1100, 2345])
    #expect(try numbers(["1,100", "1.5"]) == [1100, 1.5])
    #expect(try numbers(["1,100", "1,234,567"]) == [1100, 1_234_567])
    #expect(
      try numbers(["1 234", "-1'234.5", "1\u{A0}234\u{A0}567"]) == [1234, -1234.5, 1_234_567])
    #expect(try numbers(["1,100"], NumberNotation(decimalMark: .point)) == [1100])
    expectMessage(
      "data, line 2: found \"1,100\" in column 1, in which the comma may set thousands apart or be "
        + "a decimal mark; expected a number without doubt"
    ) { try numbers(["5", "1,100", "7"]) }
    for wrong in [
      "1,10", "12345,678", "0,123", "1,234,56", "1,2345", ",123", "1 23", "+-1", "++1,234", "--1",
    ] {
      expectMessage("data, line 1: found \"\(wrong)\" in column 1, expected a number") {
        try numbers([wrong])
      }
    }
  }

  @Test func missingNumbers() throws {
    let usual = ["", "NA", "N/A", "#N/A", "NaN", "nan", "None", "null", "<NA>", ".", "-", " NA "]
    #expect(try numbers(usual + ["1"], missing: .leftOut) == [1])
    let kept = try numbers(["1", "NA", "2"], missing: .kept)
    #expect(kept[0] == 1 && kept[1].isNaN && kept[2] == 2)
    let coded = NumberNotation(missing: ["-9999", "x"])
    #expect(try numbers(["-9999", "-9999.00", "x", "3"], coded, missing: .leftOut) == [3])
    expectMessage("data, line 2: found \"-9999.0\" in column 1, expected a number") {
      try numbers(["1", "-9999.0"], coded)
    }
    expectMessage("data: no rows found, expected one number a row") {
      try numbers(["NA", "-"], missing: .leftOut)
    }
  }
}
