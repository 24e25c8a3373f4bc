import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// Draws lines of a file or a pipe of any length without replacement, in one pass and in the memory
/// of the lines drawn.
///
/// ```swift
/// let sampler = LineSampler(count: 1000)
/// let sample = try sampler.sample(from: .standardInput, key: RandomKey(42))
/// ```
///
/// All lines have the same chance, or that of a weight in a column of a table. In a table a row
/// counts as a line even if quotes in it enclose line ends, the row that names the columns is not
/// drawn, and empty lines are none. A source of fewer lines is drawn to the last one.
/// The sample depends on the lines and on the key alone: see `WeightedReservoir`. Parts of the lines that
/// are drawn from in several processes are put together by ``PartialLineSample``.
public struct LineSampler: Sendable {
  /// How many lines to draw.
  public let count: Int

  /// The column that holds each line's weight; nil for equal chances.
  public let weights: SymbolFormat.Column?

  /// How the table is written, or nil where lines are lines whatever they hold.
  public let table: TableDialect?

  /// Whether the first line names the columns and cannot be drawn. Where there is no table,
  /// `automatic` means that it does not.
  public let header: SymbolFormat.Header

  /// The most bytes that a line may have. Without weights it is that of lines which are drawn for
  /// the time being; all others are passed over, however long.
  public let lineLimit: Int

  /// Whether rows that lack a weight, by the table's notation, cannot be drawn, rather than being
  /// an error.
  public var skipsMissing = false

  /// What a line's random number follows from. A column is looked for where lines are rows of a table.
  public var lineKey = LineKey.place

  /// Traps if the count is negative or the limit not positive.
  public init(
    count: Int, weights: SymbolFormat.Column? = nil, delimiter: Delimiter = .comma,
    header: SymbolFormat.Header = .automatic, lineLimit: Int = 1 << 20
  ) {
    self.init(
      count, weights: weights, header: header, lineLimit: lineLimit,
      table: weights == nil
        ? nil : TableDialect(delimiter: delimiter, header: header, comments: .none))
  }

  /// Creates a sampler of the rows of a table.
  ///
  /// Traps if the count is negative or the limit not positive.
  public init(
    count: Int, table: TableDialect, weights: SymbolFormat.Column? = nil, lineLimit: Int = 1 << 20
  ) {
    self.init(
      count, weights: weights, header: table.header, lineLimit: lineLimit, table: table)
  }

  private init(
    _ count: Int, weights: SymbolFormat.Column?, header: SymbolFormat.Header, lineLimit: Int,
    table: TableDialect?
  ) {
    require(count >= 0, "LineSampler: count \(count), expected at least 0")
    require(lineLimit > 0, "LineSampler: lineLimit \(lineLimit), expected more than 0")
    (self.count, self.weights, self.table) = (count, weights, table)
    (self.header, self.lineLimit) = (header, lineLimit)
  }

  /// Reads a source to its end and draws from its lines.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - key: What the draw depends on.
  ///   - isCancelled: Asked before every read and ten times a second while one waits; once true,
  ///     the result is the sample of what has been read.
  /// - Throws: If the source cannot be read, a line is too long, or in a table if a row or a weight
  ///   is not as it should be. Weights are finite and not negative; those of 0 are never drawn.
  public func sample(
    from source: InputSource, key: RandomKey, isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: [source], key: key, isCancelled: isCancelled)
  }

  /// Reads sources one after the other and draws from the lines of all of them together. Each may have
  /// a row that names its columns, all of them the same.
  ///
  /// - Throws: As for one source, and if the columns have other names.
  public func sample(
    from sources: [InputSource], key: RandomKey, isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: sources, key: key, chunk: 1 << 16, isCancelled: isCancelled)
  }

  package func sample(
    from source: InputSource, key: RandomKey, chunk: Int,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: [source], key: key, chunk: chunk, isCancelled: isCancelled)
  }

  /// - Parameter firstIndex: the number of lines before the first of the first source.
  package func sample(
    from sources: [InputSource], key: RandomKey, firstIndex: UInt64 = 0, chunk: Int = 1 << 16,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    var lines = LineReservoir(capacity: count, key: key, firstIndex: firstIndex)
    let hash = LineHash(key)
    var whole = SourceEnd()
    for source in sources where !whole.isStopped {
      let base = try lines.begin(source.name)
      let end =
        try table == nil
        ? readLines(
          of: ChunkedInput(source, chunk: chunk, shouldStop: isCancelled), into: &lines,
          numbersAbove: base, hash)
        : readRows(
          of: reader(of: source, chunk: chunk, isCancelled), into: &lines, numbersAbove: base,
          hash)
      if let header = end.header {
        if let first = whole.header, first.bytes != header.bytes {
          throw InputError(
            source: source.name, line: header.number,
            problem: .sample(.otherColumns(than: first.source)))
        }
        if whole.header == nil { whole.header = header }
      }
      whole.isStopped = end.isStopped
      // Asked about one source only: in those that follow a first row without names is no surprise.
      if source == sources.first { whole.mayHaveHeader = end.mayHaveHeader }
    }
    var sample = lines.sample(header: whole.header, isComplete: !whole.isStopped)
    sample.mayHaveHeader = whole.mayHaveHeader
    return sample
  }

  /// What was found out about a source, or all of them.
  private struct SourceEnd {
    var header: LineSample.Line?
    var isStopped = false
    var mayHaveHeader = false
  }
}

// MARK: - Lines

extension LineSampler {
  private func readLines(
    of input: ChunkedInput, into lines: inout LineReservoir, numbersAbove base: Int,
    _ hash: LineHash
  ) throws(InputError) -> SourceEnd {
    var scanner = RecordScanner(format: .lines, limit: lineLimit)
    func scan(number: Int) throws(InputError) -> UnsafeBufferPointer<UInt8>? {
      guard try scanner.scan(input, line: number) else { return nil }
      return UnsafeBufferPointer(rebasing: input.unread[..<scanner.length])
    }

    try input.passByteOrderMark()
    var header: LineSample.Line?
    if self.header == .present, let line = try scan(number: 1) {
      header = LineSample.Line(line, length: line.count, number: 1, source: input.source.name)
      input.consume(line.count)
    }
    // The number in this source of the line at 0 of the stream, which may be in another.
    let first = (header == nil ? 1 : 2) - Int(lines.order.nextIndex)
    while true {
      let next = first + Int(lines.order.nextIndex)
      if lineKey == .place {
        if !lines.isFull {
          let taken = try lines.fill(
            from: input.unread, limit: lineLimit, number: base + next)
          input.consume(taken)
          if taken > 0 { continue }
        } else {
          // What cannot be drawn is passed over without a look at where its lines end.
          let most: UInt64 = 1 << 16
          let candidate = lines.candidate(within: most)
          let ahead = candidate.map { $0 - lines.order.nextIndex } ?? most
          let passed = try input.passLines(ahead)
          lines.pass(passed)
          if passed < ahead { break }
          if candidate == nil { continue }
        }
        // One that goes on behind what has been read, or is too long.
        let next = first + Int(lines.order.nextIndex)
        guard let line = try scan(number: next) else { break }
        try lines.enter(line, number: base + next, weight: 1)
        input.consume(line.count)
      } else {
        guard let line = try scan(number: next) else { break }
        let text = withoutLineFeed(line)
        let key = UnsafeRawBufferPointer(withoutCarriageReturn(text))
        try lines.enter(text, number: base + next, weight: 1, key: key, hash)
        input.consume(line.count)
      }
      lines.pass(1)
    }
    return SourceEnd(header: header, isStopped: input.isStopped)
  }
}

extension LineReservoir {
  /// Takes the next line if by its key it arrives early enough; it is yet to be passed.
  ///
  /// - Parameters:
  ///   - text: The line without its line feed.
  ///   - weight: Finite and at least 0.
  fileprivate mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double, key: UnsafeRawBufferPointer,
    _ hash: LineHash
  ) throws(InputError) {
    let uniform = hash.uniform(of: key)
    guard order.mayEnter(uniform: uniform, weight: weight) else { return }
    _ = try enter(
      text, number: number, index: hash.index(of: text),
      time: ReservoirOrder.time(uniform: uniform, weight: weight))
  }
}

private func withoutCarriageReturn(
  _ text: UnsafeBufferPointer<UInt8>
) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(rebasing: text.last == carriageReturn ? text.dropLast() : text[...])
}

extension ChunkedInput {
  /// Consumes lines, of which the last may lack its line feed; returns how many there were.
  fileprivate func passLines(_ count: UInt64) throws(InputError) -> UInt64 {
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
      let length = gk_pass_lines(bytes.baseAddress, bytes.count, &left)
      isInsideLine = bytes[length - 1] != lineFeed
      consume(length)
    }
    return count - left
  }
}

// MARK: - Rows of tables

extension LineSampler {
  private func reader(
    of source: InputSource, chunk: Int, _ isCancelled: (@Sendable () -> Bool)?
  ) throws(InputError) -> SymbolReader {
    var keys: [SymbolFormat.Column] = []
    if case .column(let column) = lineKey { keys.append(column) }
    // Any column does where none is looked at.
    let format = SymbolFormat.table(
      column: weights ?? keys.first ?? .number(1), dialect: table ?? TableDialect())
    return try SymbolReader(
      source, format: format, texts: weights == nil ? [] : keys, areNumbers: weights != nil,
      missing: skipsMissing ? [] : nil, lineLimit: lineLimit, chunk: chunk,
      shouldStop: isCancelled)
  }

  private func readRows(
    of reader: SymbolReader, into rows: inout LineReservoir, numbersAbove base: Int,
    _ hash: LineHash
  ) throws(InputError) -> SourceEnd {
    let notation = table?.notation ?? NumberNotation()
    while let weight = try weights == nil
      ? reader.nextUnitWeight() : reader.nextWeight(notation, skipsMissing: skipsMissing)
    {
      let number = base + reader.line
      // Refused is what is negative or infinite.
      if lineKey == .place {
        var mayEnter = false
        do { mayEnter = try rows.nextMayEnter(weight: weight) } catch { throw reader.notAWeight() }
        if mayEnter { try rows.enter(reader.record, number: number, weight: weight) }
      } else {
        guard weight >= 0 && weight < .infinity else { throw reader.notAWeight() }
        let text = withoutLineFeed(reader.record)
        let key = try reader.key(lineKey, of: text)
        try rows.enter(text, number: number, weight: weight, key: key, hash)
      }
      rows.pass(1)
    }
    return SourceEnd(
      header: reader.header, isStopped: reader.isStopped,
      mayHaveHeader: self.header == .automatic && reader.header == nil && !reader.firstRow.isEmpty
        && reader.firstRow.allSatisfy { looksLikeName($0) })
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

  /// What the last row's random number follows from, other than its place.
  fileprivate func key(
    _ key: LineKey, of text: UnsafeBufferPointer<UInt8>
  ) throws(InputError) -> UnsafeRawBufferPointer {
    guard case .column = key, let column = positions.last else {
      return UnsafeRawBufferPointer(withoutCarriageReturn(text))
    }
    guard scanner.fields.count == fieldCount else {
      throw error(.raggedRow(fields: scanner.fields.count, expected: fieldCount))
    }
    let field = scanner.fields[column - 1]
    // Rows without a key would be drawn all together.
    if field.count == 0 { throw error(.sample(.emptyKey(column: column))) }
    return bytes(of: field)
  }

  /// What is wrong with the last row's weight, which is a number.
  fileprivate func notAWeight() -> InputError {
    let text = String(decoding: bytes(of: chosenField), as: UTF8.self)
    let column = column ?? 1
    return error(
      .numberOutOfRange(text: text, column: column, range: 0...(.greatestFiniteMagnitude)))
  }
}
