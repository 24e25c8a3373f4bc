extension SymbolReader {
  /// Reads a table's first row: finds the chosen column, and passes over the row if it is a header.
  func startTable(
    _ choice: SymbolFormat.Column, header: SymbolFormat.Header
  ) throws(InputError) {
    if case .name(let name) = choice, header == .absent {
      throw InputError(source: source.name, problem: .namedColumnWithoutHeader(named: name))
    }
    guard try scanner.scan(input, line: 1) else { return }
    if scanner.isBlank { throw error(.blankLine, line: 1) }

    var names: [String] = []
    for field in scanner.fields { names.append(try text(of: field, origin: 0, line: 1)) }
    firstRow = names
    fieldCount = names.count
    column = try position(of: choice, in: names)

    let (length, lineCount) = (scanner.length, scanner.lineCount)
    let hasHeader =
      switch (header, choice) {
      case (.present, _), (_, .name): true
      case (.absent, _): false
      case (.automatic, _): try secondRowHasNumbers(unlike: names)
      }
    if hasHeader {
      columns = names
      self.header = LineSample.Line(input.unread, length: length, number: 1)
      unconsumed = length
      nextLine = 1 + lineCount
    }
  }

  /// The position, counted from 1, of a column in a row of names.
  func position(
    of choice: SymbolFormat.Column, in names: [String]
  ) throws(InputError) -> Int {
    switch choice {
    case .only where names.count == 1:
      return 1
    case .only:
      throw error(.severalColumns(columns: names), line: 1)
    case .number(let number):
      if (1...names.count).contains(number) { return number }
      throw error(.columnOutOfRange(number: number, count: names.count), line: 1)
    case .name(let name):
      // Compared by their bytes, as symbols are.
      let matches = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
      if matches.count == 1 { return matches[0] + 1 }
      if matches.isEmpty { throw error(.noColumn(named: name, columns: names), line: 1) }
      throw error(.ambiguousColumn(named: name, numbers: matches.map { $0 + 1 }), line: 1)
    }
  }

  private func secondRowHasNumbers(unlike first: [String]) throws(InputError) -> Bool {
    if first.contains(where: { decimalNumber($0) != nil }) { return false }
    let (origin, line) = (scanner.length, 1 + scanner.lineCount)
    guard try scanner.scan(input, from: origin, line: line) else { return false }
    return scanner.fields.contains { field in
      decimalNumber(String(decoding: bytes(of: field, origin: origin), as: UTF8.self)) != nil
    }
  }
}
