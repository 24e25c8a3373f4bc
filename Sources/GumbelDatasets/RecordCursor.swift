import GumbelCLibrary

/// The unread input from the start of one record, reading on as needed.
///
/// Whatever lies beyond the limit is an error however much happens to be read already, so that
/// results do not depend on the size of chunks.
struct RecordCursor {
  private let input: ChunkedInput
  private let origin: Int
  private let limit: Int
  private let line: Int
  private var bytes: UnsafeBufferPointer<UInt8>

  /// - Parameters:
  ///   - origin: Where the record starts in the unread input.
  ///   - limit: The most bytes that it may have, its line feed aside.
  ///   - line: Its first line.
  init(input: ChunkedInput, origin: Int, limit: Int, line: Int) {
    self.input = input
    self.origin = origin
    self.limit = limit
    self.line = line
    bytes = UnsafeBufferPointer(rebasing: input.unread[origin...])
  }

  /// The bytes that are there so far.
  var available: Int { bytes.count }

  subscript(position: Int) -> UInt8 { bytes[position] }

  /// Whether there is a byte at a position, after reading on if need be.
  @inline(__always)
  mutating func hasByte(at position: Int) throws(InputError) -> Bool {
    if position < bytes.count, position <= limit { return true }
    return try readByte(at: position)
  }

  @inline(never)
  private mutating func readByte(at position: Int) throws(InputError) -> Bool {
    if position > limit { throw tooLong }
    while position >= bytes.count {
      guard try readMore() else { return false }
    }
    return true
  }

  /// Where a byte first is; nil if it does not come. `opening` is the place of the quote whose
  /// end is looked for.
  mutating func find(
    _ byte: UInt8, from start: Int, openedAt opening: Int? = nil
  ) throws(InputError) -> Int? {
    var position = start
    while true {
      if position < bytes.count, let base = bytes.baseAddress,
        let hit = memchr(base + position, Int32(byte), bytes.count - position)
      {
        position = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
        if position <= limit { return position }
      } else {
        position = bytes.count
      }
      if position > limit {
        guard let opening else { throw tooLong }
        throw error(at: opening) { .unterminatedQuote(byte: $0, limit: limit) }
      }
      guard try readMore() else { return nil }
    }
  }

  /// Where a delimiter or line feed first is, or else the end.
  @inline(__always)
  mutating func find(
    _ delimiter: Delimiter, orLineEndFrom start: Int
  ) throws(InputError) -> Int {
    var position = start
    while true {
      while position < bytes.count {
        if bytes[position] == delimiter.byte || bytes[position] == lineFeed { break }
        position += 1
      }
      if position > limit { throw tooLong }
      if position < bytes.count { return position }
      guard try readMore() else { return position }
    }
  }

  /// The first position from one on that holds no blank, or the end.
  mutating func passBlanks(from start: Int) throws(InputError) -> Int {
    var position = start
    while try hasByte(at: position), isSpaceOrTab(bytes[position]) { position += 1 }
    return position
  }

  /// Whether a line feed is at a position that is there, or a carriage return before one or before
  /// the end.
  mutating func isLineEnd(at position: Int) throws(InputError) -> Bool {
    if bytes[position] == lineFeed { return true }
    guard bytes[position] == carriageReturn else { return false }
    return try !hasByte(at: position + 1) || bytes[position + 1] == lineFeed
  }

  /// The length of a range once a carriage return at its end is left off.
  func withoutCarriageReturn(from start: Int, to end: Int) -> Int {
    let hasOne = end > start && bytes[end - 1] == carriageReturn
    return end - start - (hasOne ? 1 : 0)
  }

  func lineFeeds(in field: Field) -> Int {
    bytes[field.start..<(field.start + field.count)].count { $0 == lineFeed }
  }

  /// An error at a byte of the record, which may lie on a later line of it.
  func error(at position: Int, _ problem: (Int) -> DataProblem) -> InputError {
    let place = input.location(of: position, inRecordAt: origin, line: line)
    return input.error(problem(place.byte), line: place.line)
  }

  @inline(never)
  private mutating func readMore() throws(InputError) -> Bool {
    let isMore = try input.readMore()
    // The buffer may have moved even where nothing came.
    bytes = UnsafeBufferPointer(rebasing: input.unread[origin...])
    return isMore
  }

  @inline(never)
  private var tooLong: InputError {
    input.error(.lineTooLong(limit: limit), line: line)
  }
}

extension ChunkedInput {
  /// The line, and the byte in it counted from 1, of a byte in a record.
  ///
  /// - Parameters:
  ///   - position: Where the byte is in the record.
  ///   - origin: Where the record starts in `unread`.
  ///   - line: The record's first line.
  func location(
    of position: Int, inRecordAt origin: Int, line: Int
  ) -> (line: Int, byte: Int) {
    let before = unread[origin..<(origin + position)]
    let lineStart = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? origin
    let place = line + before.count { $0 == lineFeed }
    let byte = origin + position - lineStart + 1
    return (place, place == 1 ? byte + markLength : byte)
  }
}
