/// What the members of a gzip file hold, one after the other, a piece at a time.
///
/// Zeros after a member, with which tapes are filled up, are passed over. Source: RFC 1952.
final class GzipInflater {
  /// What little data may become: only beyond so many bytes is more than `mostGrowth` times the
  /// compressed size refused. Tables and texts shrink to a tenth, repeated bytes to a thousandth.
  static let freeSize = 1 << 26
  static let mostGrowth = 250

  private let inflater = Inflater(.gzip)
  private let compressed: UnsafeMutablePointer<UInt8>
  private let chunk: Int
  /// The bytes of the file that were taken into `compressed`.
  private var position: Int
  private var inflated = 0

  /// An inflater of a file whose first bytes, no more than a chunk, have been read already.
  init(chunk: Int, head: UnsafeBufferPointer<UInt8>) {
    self.chunk = chunk
    compressed = .allocate(capacity: chunk)
    compressed.update(from: head.baseAddress!, count: head.count)
    position = head.count
    inflater.supply(UnsafeBufferPointer(start: compressed, count: position))
  }

  deinit { compressed.deallocate() }

  /// Writes up to `limit` bytes and returns how many: 0 at the end and when stopped.
  func read(
    into bytes: UnsafeMutablePointer<UInt8>, limit: Int, from input: ChunkedInput
  ) throws(InputError) -> Int {
    while true {
      switch inflater.inflate(into: bytes, limit: limit) {
      case .bytes(let count):
        inflated += count
        if inflated > Self.freeSize, inflated / Self.mostGrowth > position {
          throw input.error(.inflatesTooMuch(limit: Self.freeSize, growth: Self.mostGrowth))
        }
        return count
      case .needsInput:
        if try supply(from: input) { continue }
        if input.isStopped { return 0 }
        throw input.error(.gzipTruncated(byte: position))
      case .end:
        while !inflater.restart() {
          if try !supply(from: input) { return 0 }
        }
      case .corrupt(let reason):
        let byte = position - inflater.unreadCount
        throw input.error(.gzipCorrupt(byte: byte, reason: reason))
      }
    }
  }

  /// False at the end of the file and when stopped.
  private func supply(from input: ChunkedInput) throws(InputError) -> Bool {
    let count = try input.readRaw(into: compressed, limit: chunk)
    position += count
    inflater.supply(UnsafeBufferPointer(start: compressed, count: count))
    return count > 0
  }
}
