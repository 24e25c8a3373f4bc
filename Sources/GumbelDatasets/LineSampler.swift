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
/// The sample depends on the lines and on the key alone: see `WeightedReservoir`.
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
    try sample(from: source, key: key, chunk: 1 << 16, isCancelled: isCancelled)
  }

  package func sample(
    from source: InputSource, key: RandomKey, chunk: Int,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    if let table {
      // Any column does where none is looked at.
      let format = SymbolFormat.table(column: weights ?? .number(1), dialect: table)
      return try sampleRows(
        of: SymbolReader(
          source, format: format, areNumbers: weights != nil,
          missing: skipsMissing ? [] : nil, lineLimit: lineLimit, chunk: chunk,
          shouldStop: isCancelled), key: key)
    }
    let input = try ChunkedInput(source, chunk: chunk, shouldStop: isCancelled)
    return try sampleLines(of: input, key: key)
  }
}

// MARK: - Lines of equal chances

extension LineSampler {
  private func sampleLines(
    of input: ChunkedInput, key: RandomKey
  ) throws(InputError) -> LineSample {
    var scanner = RecordScanner(format: .lines, limit: lineLimit)
    func scan(number: Int) throws(InputError) -> UnsafeBufferPointer<UInt8>? {
      guard try scanner.scan(input, line: number) else { return nil }
      return UnsafeBufferPointer(rebasing: input.unread[..<scanner.length])
    }

    try input.passByteOrderMark()
    var header: LineSample.Line?
    if self.header == .present, let line = try scan(number: 1) {
      header = LineSample.Line(line, length: line.count, number: 1)
      input.consume(line.count)
    }
    let first = header == nil ? 1 : 2
    var lines = LineReservoir(capacity: count, key: key, source: input.source.name)
    while true {
      let number = first + Int(lines.order.nextIndex)
      if !lines.isFull {
        let taken = try lines.fill(from: input.unread, limit: lineLimit, number: number)
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
      try lines.enter(line, number: next, weight: 1)
      lines.pass(1)
      input.consume(line.count)
    }
    return lines.sample(header: header, isComplete: !input.isStopped)
  }
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
  private func sampleRows(
    of reader: SymbolReader, key: RandomKey
  ) throws(InputError) -> LineSample {
    var rows = LineReservoir(capacity: count, key: key, source: reader.source.name)
    let notation = table?.notation ?? NumberNotation()
    while let weight = try weights == nil
      ? reader.nextUnitWeight() : reader.nextWeight(notation, skipsMissing: skipsMissing)
    {
      var mayEnter = false
      // Refused is what is negative or infinite.
      do { mayEnter = try rows.nextMayEnter(weight: weight) } catch { throw reader.notAWeight() }
      if mayEnter { try rows.enter(reader.record, number: reader.line, weight: weight) }
      rows.pass(1)
    }
    var sample = rows.sample(header: reader.header, isComplete: !reader.isStopped)
    sample.mayHaveHeader =
      self.header == .automatic && reader.header == nil && !reader.firstRow.isEmpty
      && reader.firstRow.allSatisfy { looksLikeName($0) }
    return sample
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

  /// What is wrong with the last row's weight, which is a number.
  fileprivate func notAWeight() -> InputError {
    let text = String(decoding: bytes(of: chosenField), as: UTF8.self)
    let column = column ?? 1
    return error(
      .numberOutOfRange(text: text, column: column, range: 0...(.greatestFiniteMagnitude)))
  }
}
