extension ChunkedInput {
  /// Consumes a byte-order mark of UTF-8 at the start of the input, and refuses one of UTF-16.
  func passByteOrderMark() throws(InputError) {
    let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
    let utf16: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]

    // No more is read than tells whether there is a mark: the source may be someone typing.
    while !utf16.contains(where: unread.starts), !unread.starts(with: utf8),
      (utf16 + [utf8]).contains(where: { $0.starts(with: unread) })
    {
      guard try readMore() else { break }
    }
    if utf16.contains(where: unread.starts) {
      throw InputError(source: source.name, problem: .utf16)
    }
    if unread.starts(with: utf8) {
      consume(utf8.count)
      markLength = utf8.count
    }
  }

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
