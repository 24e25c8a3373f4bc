import SwiftGumbel

/// Bytes on their way to a file, written when many have come together.
final class OutputBuffer {
  private static let capacity = 1 << 18

  private let writer: AtomicFileWriter
  private let bytes = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
  private var count = 0
  /// All that has been appended so far.
  private(set) var total = 0

  init(_ writer: AtomicFileWriter) { self.writer = writer }

  deinit { bytes.deallocate() }

  func flush() throws {
    try writer.write(UnsafeRawBufferPointer(start: bytes, count: count))
    Interruption.advance()
    count = 0
  }

  func append(_ text: String) throws {
    var text = text
    try text.withUTF8 { try append(UnsafeRawBufferPointer($0)) }
  }

  func append(_ source: UnsafeRawBufferPointer) throws {
    total += source.count
    if count + source.count > Self.capacity { try flush() }
    if source.count > Self.capacity {
      try writer.write(source)
    } else if let base = source.baseAddress {
      (bytes + count).copyMemory(from: base, byteCount: source.count)
      count += source.count
    }
  }

  /// Appends lines as they stand, each with its end.
  func append(_ lines: LineSample.Lines) throws {
    var next = 0
    while next < lines.count {
      let room = UnsafeMutableRawBufferPointer(start: bytes + count, count: Self.capacity - count)
      let copied = lines.copy(from: next, into: room)
      next += copied.lines
      count += copied.bytes
      total += copied.bytes
      if next == lines.count { break }
      // The next line is longer than what is left, or than all of the buffer.
      try flush()
      if copied.lines > 0 { continue }
      try lines.withBytes(at: next) { text in try append(UnsafeRawBufferPointer(text)) }
      try withUnsafeBytes(of: lines.terminator.byte) { try append($0) }
      next += 1
    }
  }

  /// Appends for each index a text of a list.
  func append(_ indices: ArraySlice<Int32>, of texts: [ShortText]) throws {
    var rest = indices
    while !rest.isEmpty {
      let part = rest.prefix(1 << 12)
      // Each store writes a whole word.
      if count + 8 * part.count > Self.capacity { try flush() }
      var end = bytes + count
      texts.withUnsafeBufferPointer { texts in
        for index in part {
          let text = texts[Int(index)]
          end.storeBytes(of: text.word, as: UInt64.self)
          end += Int(truncatingIfNeeded: text.word >> 56)
        }
      }
      total += end - (bytes + count)
      count = end - bytes
      rest = rest.dropFirst(part.count)
    }
  }
}

/// Up to seven bytes in a word, which one instruction writes.
struct ShortText {
  static let longest = 7

  /// The bytes from the lowest up; the highest is their number.
  let word: UInt64

  init?(_ text: String) {
    guard text.utf8.count <= Self.longest else { return nil }
    var word = UInt64(text.utf8.count) << 56
    for (index, byte) in text.utf8.enumerated() { word |= UInt64(byte) << (8 * index) }
    self.word = word
  }
}
