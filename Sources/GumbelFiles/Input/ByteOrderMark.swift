extension ChunkedInput {
  /// Consumes a byte-order mark of UTF-8 at the start of the input, and refuses one of UTF-16.
  package func passByteOrderMark() throws(InputError) {
    let utf8: [UInt8] = [0xEF, 0xBB, 0xBF]
    let utf16: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF]]

    // No more is read than tells whether there is a mark: the source may be someone typing.
    while !utf16.contains(where: unread.starts), !unread.starts(with: utf8),
      (utf16 + [utf8]).contains(where: { $0.starts(with: unread) })
    {
      guard try readMore() else { break }
    }
    if utf16.contains(where: unread.starts) {
      throw error(.utf16)
    }
    if unread.starts(with: utf8) {
      consume(utf8.count)
      markLength = utf8.count
    }
  }
}
