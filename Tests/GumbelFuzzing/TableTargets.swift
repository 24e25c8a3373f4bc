import Foundation
import GumbelDatasets
import GumbelTensors

/// Ways to take a table, by the form of an input.
private let dialects: [TableDialect] = {
  var dialects = [TableDialect()]
  dialects.append(TableDialect(delimiter: .comma, header: .present, comments: .none))
  dialects.append(TableDialect(delimiter: .blanks, header: .absent, comments: .prefix("#")))
  dialects.append(TableDialect(delimiter: .semicolon, skippedLines: 1))
  dialects.append(
    TableDialect(notation: NumberNotation(decimalMark: .comma, missing: ["-9999", "."])))
  return dialects
}()

/// Tables, and forms in which they are read.
private let tables: [(text: String, form: UInt8)] = [
  ("a,b\n1,2\n3,\"4\"\n", 1), ("# note\n\nx\ty\n5s\t3n\n1\t2\n", 20), ("1\n2\n3\n", 0),
  ("a;b\n1,5;2\n1.234,5;3\n", 4), ("1 2\n3 4\n", 2), ("first\na;b\n1;2\n", 3),
  ("flow\tdate\n14n\t10d\n5\t2001-01-01\n", 35), ("a,b\n1,\n2,NA\n3,4\n", 25),
]
private let tableWords = ["\"\"", "\r\n", "NA", "-9999", "1e308", "#", "\u{FEFF}", ",", ";", "\t"]

/// The states of samples of a few lines: by their places, by a column with weights, and of no lines.
private let sampleStates: [[UInt8]] = {
  var states: [[UInt8]] = []
  var byKey = LineSampler(count: 2, weights: .number(2), header: .present)
  byKey.lineKey = .column(.number(1))
  for (sampler, before, text) in [
    (LineSampler(count: 3), 5, "a\nb\nc\nd\n"), (byKey, 0, "id,w\na,1\nb,2\nc,0\n"),
    (LineSampler(count: 3), 0, ""),
  ] {
    var state: [UInt8] = []
    do {
      let part = try withSource(Array(text.utf8)) {
        try sampler.partialSample(from: [$0], key: RandomKey(1), linesBefore: before)
      }
      try part.writeState { state += $0 }
    } catch {
      fatalError("\(error)")
    }
    states.append(state)
  }
  return states
}()
/// The bytes of a state from its checksum on.
private let checksumEnd = ",\"crc32\":\"00000000\"}".utf8.count

extension FuzzTarget {
  /// Columns of numbers, with the text of another as groups.
  static let table = FuzzTarget(
    "table", seeds: tables.map { Array($0.text.utf8) + [$0.form] }, words: tableWords,
    read: readTable)

  /// Symbols of lines and tables, which must not depend on how the bytes come.
  static let symbols = FuzzTarget(
    "symbols",
    seeds: Formed.seeds(["a\nb\nb\n"], forms: 0..<1)
      + Formed.seeds(["a,b\n\"x\ny\",2\n"], forms: 2..<4),
    words: tableWords
  ) { bytes in
    let file = Formed(bytes)
    let formats: [SymbolFormat] = [
      .lines, .table(), .table(column: .number(2)), .table(column: .number(1), header: .absent),
      .table(column: .only, dialect: TableDialect()),
      .table(column: .name("a"), dialect: dialects[file.form / 8 % dialects.count]),
    ]
    func read(chunk: Int) -> (symbols: [String], error: String?) {
      var symbols: [String] = []
      do {
        try withSource(file.bytes) { source in
          let reader = try SymbolReader(
            source, format: formats[file.form % formats.count], lineLimit: 200, chunk: chunk)
          while let symbol = try reader.next() { symbols.append(symbol) }
        }
      } catch {
        return (symbols, "\(error)")
      }
      return (symbols, nil)
    }
    let whole = read(chunk: 1 << 12)
    let parts = read(chunk: 3)
    expectSame(whole.symbols, parts.symbols, "symbols")
    expectSame(whole.error, parts.error, "errors")
    if let error = whole.error { throw FuzzError(text: error) }
  }

  /// Lines drawn, of equal chances or by a column, with and without a header.
  static let lines = FuzzTarget(
    "lines", seeds: Formed.seeds(["w,x\n1,a\n0.5,\"b\nc\"\n2,d\n"], forms: 0..<4), words: tableWords
  ) { bytes in
    let file = Formed(bytes)
    let count = [0, 1, 2, 1000][file.form / 4 % 4]
    let dialect = dialects[file.form / 16 % dialects.count]
    let sampler =
      switch file.form % 4 {
      case 0: LineSampler(count: count, lineLimit: 200)
      case 1: LineSampler(count: count, weights: .number(1), lineLimit: 200)
      case 2: LineSampler(count: count, table: dialect, lineLimit: 200)
      default: LineSampler(count: count, table: dialect, weights: .number(1), lineLimit: 200)
      }
    func read(_ sampler: LineSampler, chunk: Int) -> Result<[LineSample.Line], FuzzError> {
      outcome {
        try withSource(file.bytes) {
          Array(try sampler.sample(from: $0, key: RandomKey(1), chunk: chunk).lines)
        }
      }
    }
    let whole = read(sampler, chunk: 1 << 12)
    expectSame(whole, read(sampler, chunk: 3), "lines")
    var repeated = sampler
    repeated.scheme = .withReplacement
    let draws = read(repeated, chunk: 1 << 12)
    expectSame(draws, read(repeated, chunk: 3), "draws with replacement")
    if let draws = try? draws.get(), draws.count != count {
      fatalError("\(draws.count) draws, not \(count)")
    }
    if sampler.form.table != nil {
      var grouped = sampler
      grouped.scheme = .groups(.number(2))
      expectSame(read(grouped, chunk: 1 << 12), read(grouped, chunk: 3), "groups")
    }
    let lines = try whole.get()
    if lines.count > count { fatalError("\(lines.count) lines, not \(count)") }
  }

  /// States of samples of lines, with or without their ends: the last byte says whether a checksum is
  /// put behind the others, without which hardly anything gets past the first check.
  static let lineStates = FuzzTarget(
    "line-states",
    seeds: sampleStates.flatMap { state in
      [Array(state) + [0], Array(state.prefix { $0 != 10 }.dropLast(checksumEnd) + [1])]
    },
    words: [
      "\"places\":[[0,1]]", "\"key\":\"0\"", "\"weights\":\"#1\"", "18446744073709551615", "==",
    ]
  ) { bytes in
    let file = Formed(bytes)
    var state = file.bytes
    if file.form % 2 == 1 {
      let digits = String(CRC32(of: state).value, radix: 16)
      let checksum = String(repeating: "0", count: 8 - digits.count) + digits
      state += Array(",\"crc32\":\"\(checksum)\"}".utf8)
    }
    func read(chunk: Int) -> Result<[UInt8], FuzzError> {
      outcome {
        try withSource(state) {
          var written: [UInt8] = []
          try PartialLineSample(merging: [$0], chunk: chunk).writeState { written += $0 }
          return written
        }
      }
    }
    let whole = read(chunk: 1 << 12)
    expectSame(whole, read(chunk: 3), "states")
    // What was read once is written as it is read again.
    state = try whole.get()
    expectSame(read(chunk: 1 << 12), .success(state), "states that were written")
  }

  /// Vectors and matrices as text.
  static let numbers = FuzzTarget(
    "numbers",
    seeds: Formed.seeds(["1 2.5e3 -4\n", "1,2\n3,4\n", "0.5\n0.25\n"], forms: 0..<1)
      + Formed.seeds(["1,5;2\n3;4,5\n"], forms: 1..<2),
    words: ["inf", "nan", "1e400", "-0", "0x1p3"]
  ) { bytes in
    let file = Formed(bytes)
    let mark: NumberNotation.DecimalMark = file.form % 2 == 0 ? .point : .comma
    func read(chunk: Int) -> Result<NumberArray, FuzzError> {
      outcome {
        try withSource(file.bytes) {
          try NumberArray.load(
            $0, limit: 1 << 16, lineLimit: 1 << 12, decimalMark: mark, chunk: chunk)
        }
      }
    }
    let whole = read(chunk: 1 << 12)
    let parts = read(chunk: 5)
    expectSame(whole.map(\.shape), parts.map(\.shape), "shapes")
    expectSame(
      whole.map { $0.values.map(\.bitPattern) }, parts.map { $0.values.map(\.bitPattern) },
      "numbers")
    _ = try whole.get()
  }

  /// One number as text, which is what the C library makes of it.
  static let number = FuzzTarget(
    "number",
    seeds: ["1", "-2.5e-3", "1e308", "4.9e-324", "0.1", ".5", "17976931348623157e292"].map {
      Array($0.utf8)
    },
    words: ["e-", "000000000000", "999999999999", "e+308", "inf", "nan"]
  ) { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let found = NumberNotation(decimalMark: .point).number(text) else {
      throw FuzzError(text: "no number")
    }
    // What of a text is read must be all of it, and the nearest number.
    let plain = text.trimmingCharacters(in: .whitespaces)
    if plain.utf8.allSatisfy({ Array("0123456789+-.eE".utf8).contains($0) }) {
      expectSame(found.bitPattern, strtod(plain, nil).bitPattern, "\(plain.debugDescription)")
    }
  }

  /// A column of dates, a line each.
  static let dates = FuzzTarget(
    "dates",
    seeds: [
      "2001-02-03\n2002-03-04", "3.2.2001\n28.2.2001", "02/28/2001\n1/2/2001", "2001-02-03 04:05",
      "20010203",
    ].map { Array($0.utf8) },
    words: ["T00:00Z", "2000-02-29", "9999", "/", ".", "Feb"]
  ) { bytes in
    let texts = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n")
    let column = try DateColumn(texts)
    for period in [DateColumn.Period.month, .year(firstMonth: 1), .year(firstMonth: 10)] {
      let (names, expected, indices) = column.periods(period)
      if names.count != expected.count || indices.count != texts.count
        || indices.contains(where: { !names.indices.contains(Int($0)) })
      {
        fatalError("periods of other dates: \(names), \(expected), \(indices)")
      }
    }
  }
}

private func readTable(_ bytes: [UInt8]) throws {
  let file = Formed(bytes)
  let dialect = dialects[file.form % dialects.count]
  let missing: NumberColumns.MissingNumbers = file.form / 8 % 2 == 0 ? .refused : .leftOut
  let choices: [NumberColumns.Choice] =
    [.init(.number(1))] + (file.form / 16 % 2 == 0 ? [] : [.init(.number(2))])
  func read(chunk: Int) -> Result<[[UInt64]], FuzzError> {
    outcome {
      try withSource(file.bytes) {
        try NumberColumns.load(
          $0, choices, groups: file.form / 32 % 2 == 0 ? nil : .number(2), dialect: dialect,
          missing: missing, limit: 1 << 16,
          lineLimit: 1 << 12, chunk: chunk, shouldStop: nil
        ).values.map { $0.map(\.bitPattern) }
      }
    }
  }
  let whole = read(chunk: 1 << 12)
  expectSame(whole, read(chunk: 3), "columns")
  _ = try whole.get()
}
