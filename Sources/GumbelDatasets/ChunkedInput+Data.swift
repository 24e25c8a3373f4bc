import GumbelCLibrary

extension ChunkedInput {
  func error(_ problem: DataProblem, line: Int? = nil) -> InputError {
    InputError(source: source.name, line: line, problem: problem)
  }

  /// Calls `body` with each line without its line feed and with its number. Throws where one has more
  /// bytes than the limit, and where the reading is stopped.
  func forEachLine(
    limit: Int,
    _ body: (_ line: UnsafeBufferPointer<UInt8>, _ number: Int) throws(InputError) -> Void
  ) throws(InputError) {
    var (number, searched) = (1, 0)
    repeat {
      while let end = lineFeedIndex(in: unread, from: searched) {
        if end > limit { throw error(.lineTooLong(limit: limit), line: number) }
        try body(UnsafeBufferPointer(rebasing: unread[..<end]), number)
        consume(end + 1)
        (number, searched) = (number + 1, 0)
      }
      searched = unread.count
      if searched > limit { throw error(.lineTooLong(limit: limit), line: number) }
    } while try readMore()
    try checkStop()
    if !unread.isEmpty { try body(unread, number) }
  }

  /// Calls `body` with the bytes of so many elements, piece by piece.
  ///
  /// - Parameters:
  ///   - truncated: The error where there are only so many bytes of them.
  ///   - goesOn: The error where there are bytes behind them.
  func forEachElement(
    _ count: Int, of size: Int, truncated: (_ found: Int) -> InputError, goesOn: () -> InputError,
    _ body: (UnsafeRawBufferPointer) throws(InputError) -> Void
  ) throws(InputError) {
    var left = count
    while left > 0 {
      guard try has(size) else { throw truncated((count - left) * size + unread.count) }
      let whole = min(unread.count / size, left)
      try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: unread[..<(whole * size)])))
      consume(whole * size)
      left -= whole
    }
    if try has(1) { throw goesOn() }
  }
}

func lineFeedIndex(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
  guard start < bytes.count, let base = bytes.baseAddress,
    let found = memchr(base + start, Int32(lineFeed), bytes.count - start)
  else { return nil }
  return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}
