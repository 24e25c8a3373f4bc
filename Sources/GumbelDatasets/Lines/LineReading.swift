import GumbelCLibrary
import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// Reads sources one after the other and gives their lines to a receiver.
struct LineReading {
  var form: LineForm
  /// The column of weights.
  var weights: SymbolFormat.Column?
  /// Whether rows that lack a weight are left out.
  var skipsMissing = false
  /// What the lines' random numbers follow from.
  var lineKey = LineKey.place
  /// The column of groups.
  var group: SymbolFormat.Column?
  var hash: LineHash
  var chunk = 1 << 16
  var isCancelled: (@Sendable () -> Bool)?

  /// What was found out about the sources.
  struct End {
    var header: LineSample.Line?
    var delimiter: Delimiter?
    var isStopped = false
    var mayHaveHeader = false
    var isStarted = false
  }

  /// - Throws: If a source cannot be read, a line is too long, or in a table if a row, a weight or a
  ///   key is not as it should be, or if the columns of sources have different names.
  func read<Receiver: LineReceiver & ~Copyable>(
    _ sources: [InputSource], into lines: inout Receiver
  ) throws(InputError) -> End {
    var end = End()
    for source in sources where !end.isStopped && !lines.isDone {
      let base = try lines.begin(source.name)
      if form.table == nil {
        let input = try ChunkedInput(source, chunk: chunk, shouldStop: isCancelled)
        try readLines(of: input, into: &lines, numbersAbove: base, &end)
      } else {
        let reader = try reader(of: source)
        try begin(reader.head, reader.layout?.delimiter, of: source, into: &lines, &end)
        // Asked about one source only: in those that follow a first row without names is no surprise.
        if source == sources.first {
          end.mayHaveHeader =
            form.header == .automatic && reader.head.header == nil && !reader.firstRow.isEmpty
            && reader.firstRow.allSatisfy { looksLikeName($0) }
        }
        try readRows(of: reader, into: &lines, numbersAbove: base)
        end.isStopped = reader.isStopped
      }
    }
    return end
  }

  /// Takes what stands before a source's lines.
  private func begin<Receiver: LineReceiver & ~Copyable>(
    _ head: TableHead, _ delimiter: Delimiter?, of source: InputSource,
    into lines: inout Receiver, _ end: inout End
  ) throws(InputError) {
    let header = head.header
    if let header, let first = end.header, first.bytes != header.bytes {
      throw InputError(
        source: source.name, line: header.number,
        problem: .sample(.otherColumns(than: first.source)))
    }
    if end.header == nil { end.header = header }
    if end.isStarted { return }
    end.isStarted = true
    end.delimiter = delimiter
    lines.start(head, delimiter: delimiter)
  }
}

// MARK: - Lines

extension LineReading {
  private func readLines<Receiver: LineReceiver & ~Copyable>(
    of input: ChunkedInput, into lines: inout Receiver, numbersAbove base: Int, _ end: inout End
  ) throws(InputError) {
    let terminator = form.terminator
    let lineLimit = form.lineLimit
    var scanner = RecordScanner(format: .lines, limit: lineLimit, terminator: terminator)
    func scan(number: Int) throws(InputError) -> UnsafeBufferPointer<UInt8>? {
      // Mostly it has been read as a whole.
      let unread = input.unread
      if !input.isStopped, let start = unread.baseAddress,
        let end = memchr(start, Int32(terminator.byte), min(unread.count, lineLimit))
      {
        return UnsafeBufferPointer(
          rebasing: unread[...(UnsafeRawPointer(end) - UnsafeRawPointer(start))])
      }
      guard try scanner.scan(input, line: number) else { return nil }
      return UnsafeBufferPointer(rebasing: input.unread[..<scanner.length])
    }

    try input.passByteOrderMark()
    var head = TableHead()
    if form.header == .present, let line = try scan(number: 1) {
      head.header = LineSample.Line(
        withoutEnd(line, terminator), 1, source: input.source.name, terminator)
      input.consume(line.count)
    }
    try begin(head, nil, of: input.source, into: &lines, &end)
    // The number in this source of the line at 0 of the stream, which may be in another.
    let first = (head.header == nil ? 1 : 2) - Int(lines.nextIndex)
    while !lines.isDone {
      let next = first + Int(lines.nextIndex)
      if lineKey == .place {
        if !lines.isFull {
          let taken = try lines.fill(
            from: input.unread, terminator, limit: lineLimit, number: base + next)
          input.consume(taken)
          if taken > 0 { continue }
        } else {
          // What cannot be drawn is passed over without a look at where its lines end.
          let most: UInt64 = 1 << 16
          let candidate = lines.candidate(within: most)
          let ahead = candidate.map { $0 - lines.nextIndex } ?? most
          let passed = try input.passLines(ahead, terminator)
          lines.pass(passed)
          if passed < ahead { break }
          if candidate == nil { continue }
        }
        // One that goes on behind what has been read, or is too long.
        let next = first + Int(lines.nextIndex)
        guard let line = try scan(number: next) else { break }
        try lines.enter(withoutEnd(line, terminator), number: base + next, weight: 1)
        input.consume(line.count)
      } else {
        guard let line = try scan(number: next) else { break }
        let text = withoutEnd(line, terminator)
        let key = UnsafeRawBufferPointer(withoutCarriageReturn(text, terminator))
        let keyed = KeyedLine(
          text: text, number: base + next, weight: 1, uniform: hash.uniform(of: key), group: nil)
        try lines.enter(keyed, hash)
        input.consume(line.count)
      }
      lines.pass(1)
    }
    end.isStopped = input.isStopped
  }
}

extension ChunkedInput {
  /// Consumes lines, of which the last may lack its end; returns how many there were.
  fileprivate func passLines(
    _ count: UInt64, _ terminator: LineTerminator
  ) throws(InputError) -> UInt64 {
    let end = terminator.byte
    var left = count
    var isInsideLine = false
    while left > 0 {
      if unread.isEmpty {
        guard try readMore() else {
          if isInsideLine && !isStopped { left -= 1 }
          break
        }
      }
      let bytes = unread
      let length = gk_pass_lines(bytes.baseAddress, bytes.count, end, &left)
      isInsideLine = bytes[length - 1] != end
      consume(length)
    }
    return count - left
  }
}

// MARK: - Rows of tables

extension LineReading {
  /// The columns that are looked at: that of the weights first, since it alone has numbers.
  private var columns: [SymbolFormat.Column] {
    var columns: [SymbolFormat.Column] = []
    if let weights { columns.append(weights) }
    if case .column(let column) = lineKey { columns.append(column) }
    if let group { columns.append(group) }
    return columns
  }

  private func reader(of source: InputSource) throws(InputError) -> SymbolReader {
    let columns = columns
    // Any column does where none is looked at.
    let format = SymbolFormat.table(
      column: columns.first ?? .number(1), dialect: form.table ?? TableDialect())
    return try SymbolReader(
      source, format: format, texts: Array(columns.dropFirst()), areNumbers: weights != nil,
      missing: skipsMissing ? [] : nil, lineLimit: form.lineLimit, chunk: chunk,
      shouldStop: isCancelled)
  }

  private func readRows<Receiver: LineReceiver & ~Copyable>(
    of reader: SymbolReader, into rows: inout Receiver, numbersAbove base: Int
  ) throws(InputError) {
    let notation = form.table?.notation ?? NumberNotation()
    let isByPlace = lineKey == .place && group == nil
    // Where columns are among the chosen ones.
    var (keyColumn, groupColumn): (Int?, Int?) = (nil, nil)
    if case .column = lineKey { keyColumn = weights == nil ? 0 : 1 }
    if group != nil { groupColumn = columns.count - 1 }
    while !rows.isDone,
      let weight = try weights == nil
        ? reader.nextUnitWeight() : reader.nextWeight(notation, skipsMissing: skipsMissing)
    {
      let number = base + reader.line
      // Refused is what is negative or infinite.
      if isByPlace {
        var mayEnter = false
        do { mayEnter = try rows.nextMayEnter(weight: weight) } catch { throw reader.notAWeight() }
        if mayEnter {
          try rows.enter(withoutEnd(reader.record), number: number, weight: weight)
        }
      } else {
        guard weight >= 0 && weight < .infinity else { throw reader.notAWeight() }
        let text = withoutEnd(reader.record)
        var uniform: UInt64?
        if lineKey != .place {
          uniform = hash.uniform(of: try reader.key(inChosen: keyColumn, of: text))
        }
        let group =
          if let groupColumn { try reader.field(inChosen: groupColumn) } else {
            nil as UnsafeRawBufferPointer?
          }
        try rows.enter(
          KeyedLine(text: text, number: number, weight: weight, uniform: uniform, group: group),
          hash)
      }
      rows.pass(1)
    }
  }
}

extension SymbolReader {
  /// The weight of the next row where all have the same, or nil at the end.
  fileprivate func nextUnitWeight() throws(InputError) -> Double? {
    while try nextRecord() {
      if !scanner.isBlank { return 1 }
    }
    return nil
  }

  /// The number in the chosen column of the next row that has one, or nil at the end.
  fileprivate func nextWeight(
    _ notation: NumberNotation, skipsMissing: Bool
  ) throws(InputError) -> Double? {
    do throws(InputError) {
      while let field = try nextField() {
        let bytes = withoutSpaces(bytes(of: field))
        switch notation.reading(bytes) {
        case .number(let weight) where !notation.isMissing(weight): return weight
        case .telling(let weight): return weight
        // Rows are drawn as they come, and none that follows could be waited for.
        case .uncertain:
          let text = String(decoding: bytes, as: UTF8.self)
          throw error(.uncertainNumber(text: text, column: column ?? 1))
        case .number, .none:
          let text = String(decoding: bytes, as: UTF8.self)
          let isMissing = notation.isMissing(text) || decimalNumber(bytes) != nil
          guard isMissing, skipsMissing else {
            throw error(
              isMissing
                ? .missingNumber(text: text, column: column ?? 1)
                : .notANumber(text: text, column: column ?? 1))
          }
        }
      }
      return nil
    } catch {
      guard error.problem as? DataProblem == .blankLine else { throw error }
      throw self.error(.missingNumber(text: "", column: column ?? 1), line: error.line)
    }
  }

  /// What the last row's random number follows from, other than its place: what stands in one of the
  /// chosen columns, or all of the row.
  fileprivate func key(
    inChosen chosen: Int?, of text: UnsafeBufferPointer<UInt8>
  ) throws(InputError) -> UnsafeRawBufferPointer {
    guard let chosen, positions.indices.contains(chosen) else {
      return UnsafeRawBufferPointer(withoutCarriageReturn(text))
    }
    let field = try field(inChosen: chosen)
    // Rows without a key would be drawn all together.
    if field.isEmpty { throw error(.sample(.emptyKey(column: positions[chosen]))) }
    return field
  }

  /// What stands in one of the chosen columns of the last row, valid until another is asked for.
  fileprivate func field(inChosen chosen: Int) throws(InputError) -> UnsafeRawBufferPointer {
    guard scanner.fields.count == fieldCount else {
      throw error(.raggedRow(fields: scanner.fields.count, expected: fieldCount))
    }
    return bytes(of: scanner.fields[positions[chosen] - 1])
  }

  /// What is wrong with the last row's weight, which is a number.
  fileprivate func notAWeight() -> InputError {
    let text = String(decoding: bytes(of: chosenField), as: UTF8.self)
    let column = column ?? 1
    return error(
      .numberOutOfRange(text: text, column: column, range: 0...(.greatestFiniteMagnitude)))
  }
}
