/// The rows of a table taken apart into numbers.
struct NumberRows {
  let reader: SymbolReader
  let ranges: [ClosedRange<Double>]
  let notation: NumberNotation
  private(set) var values: [[Double]]
  /// The different texts of the column of groups, if there is one, and the rows' indices of them.
  private(set) var groups: CategoryTable?
  private(set) var groupIndices: [Int32] = []
  /// The lines in which the texts occur first.
  private(set) var groupLines: [Int] = []
  /// The rows that lack a number.
  private(set) var skippedRows = 0
  private var blankLines = BlankLines()
  private var row: [Double]
  /// For each column, the first number that may be another, and whether one shows that it is none.
  private var doubts: [(line: Int, text: String)?]
  private var areCertain: [Bool]

  init(
    reader: SymbolReader, ranges: [ClosedRange<Double>], hasGroups: Bool, notation: NumberNotation
  ) {
    self.reader = reader
    self.ranges = ranges
    self.notation = notation
    values = ranges.map { _ in [] }
    row = ranges.map { _ in 0 }
    doubts = ranges.map { _ in nil }
    areCertain = ranges.map { _ in false }
    groups = hasGroups ? CategoryTable() : nil
  }

  mutating func readAll(
    _ missing: NumberColumns.MissingNumbers, limit: Int
  ) throws(InputError) {
    var isAnyNumber = false
    while try reader.nextRecord() {
      let isBlank = reader.scanner.isBlank
      let areRefused = missing == .refused
      if isBlank || blankLines.areThere,
        let blank = blankLines.passed(reader.line, isBlank: isBlank, areRefused: areRefused)
      {
        if areRefused {
          throw reader.error(
            .missingNumber(text: "", column: reader.positions[0]), line: blank.first)
        }
        for _ in 0..<blank.count { try appendMissing(group: -1, missing, limit: limit) }
      }
      if isBlank { continue }
      let found = reader.scanner.fields.count
      guard found == reader.fieldCount else {
        throw reader.error(.raggedRow(fields: found, expected: reader.fieldCount))
      }
      let isWhole = try readRow(missing)
      let group = try readGroup(missing)
      guard isWhole, group ?? 0 >= 0 else {
        try appendMissing(group: group, missing, limit: limit)
        continue
      }
      isAnyNumber = true
      try append(row, group: group, limit: limit)
    }
    try reader.input.checkStop()
    if !isAnyNumber { throw reader.input.error(.noNumbers) }
    for case (let index, let doubt?) in doubts.enumerated() where !areCertain[index] {
      throw reader.error(
        .uncertainNumber(text: doubt.text, column: reader.positions[index]), line: doubt.line)
    }
  }

  private mutating func append(_ row: [Double], group: Int32?, limit: Int) throws(InputError) {
    if values[0].count == limit { throw reader.error(.tooManyNumbers(limit: limit)) }
    for index in row.indices { values[index].append(row[index]) }
    if let group { groupIndices.append(group) }
  }

  private mutating func appendMissing(
    group: Int32?, _ missing: NumberColumns.MissingNumbers, limit: Int
  ) throws(InputError) {
    skippedRows += 1
    guard missing == .kept else { return }
    try append(ranges.map { _ in .nan }, group: groups == nil ? nil : group ?? -1, limit: limit)
  }

  /// Reads the row's numbers; false if it lacks one and may.
  private mutating func readRow(
    _ missing: NumberColumns.MissingNumbers
  ) throws(InputError) -> Bool {
    var isWhole = true
    for index in row.indices {
      let position = reader.positions[index]
      let field = reader.scanner.fields[position - 1]
      let bytes = withoutSpaces(reader.bytes(of: field))
      if let number = try number(bytes, field, index) {
        guard ranges[index].contains(number) else {
          throw reader.error(
            .numberOutOfRange(
              text: String(decoding: bytes, as: UTF8.self), column: position,
              range: ranges[index]))
        }
        row[index] = number
      } else {
        if missing == .refused {
          throw reader.error(
            .missingNumber(text: String(decoding: bytes, as: UTF8.self), column: position))
        }
        isWhole = false
      }
    }
    return isWhole
  }

  /// A field's number; nil if it stands for one that is missing.
  private mutating func number(
    _ bytes: UnsafeRawBufferPointer, _ field: Field, _ index: Int
  ) throws(InputError) -> Double? {
    switch notation.reading(bytes) {
    case .number(let number):
      // A fraction shows what the decimal mark is.
      if number != number.rounded() { areCertain[index] = true }
      return notation.isMissing(number) ? nil : number
    case .telling(let number):
      areCertain[index] = true
      return number
    case .uncertain(let number):
      if doubts[index] == nil {
        doubts[index] = (reader.line, String(decoding: bytes, as: UTF8.self))
      }
      return number
    case .none:
      try reader.validate(field, origin: 0, line: reader.line)
      let text = String(decoding: bytes, as: UTF8.self)
      if notation.isMissing(text) { return nil }
      throw reader.error(.notANumber(text: text, column: reader.positions[index]))
    }
  }

  /// The row's group: nil where there are none, -1 where it belongs to none and may.
  private mutating func readGroup(
    _ missing: NumberColumns.MissingNumbers
  ) throws(InputError) -> Int32? {
    guard groups != nil, let position = reader.positions.last else { return nil }
    let field = reader.scanner.fields[position - 1]
    let bytes = withoutSpaces(reader.bytes(of: field))
    if let index = groups!.index(of: bytes) { return index }
    try reader.validate(field, origin: 0, line: reader.line)
    let text = String(decoding: bytes, as: UTF8.self)
    if notation.isMissing(text) {
      if missing == .refused { throw reader.error(.emptyField(column: position)) }
      return -1
    }
    groupLines.append(reader.line)
    return groups!.append(bytes)
  }
}

/// What is left of a field when blanks at both ends are taken off.
func withoutSpaces(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  var (start, end) = (0, bytes.count)
  while start < end, isSpaceOrTab(bytes[start]) { start += 1 }
  while end > start, isSpaceOrTab(bytes[end - 1]) { end -= 1 }
  return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
}
