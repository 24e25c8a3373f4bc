/// Turns doubled quotes into single ones, in a buffer that is used again each time.
final class QuoteUnescaper {
  private var buffer = UnsafeMutableRawBufferPointer(start: nil, count: 0)

  deinit {
    buffer.deallocate()
  }

  /// The bytes of a quoted field with its quotes halved, valid until the next call.
  func halve(_ raw: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if buffer.count < raw.count {
      buffer.deallocate()
      buffer = .allocate(byteCount: 2 * raw.count, alignment: 1)
    }
    var count = 0
    var index = 0
    while index < raw.count {
      buffer[count] = raw[index]
      count += 1
      index += raw[index] == quote ? 2 : 1
    }
    return UnsafeRawBufferPointer(rebasing: buffer[..<count])
  }
}
