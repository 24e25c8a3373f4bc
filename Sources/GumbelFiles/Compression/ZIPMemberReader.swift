/// What one member of a ZIP archive holds, a piece at a time, with its size and checksum looked at.
final class ZIPMemberReader {
  private let member: ZIPArchive.Member
  private let inflater = Inflater(.none)
  private let packed: UnsafeMutablePointer<UInt8>
  private static let chunk = 1 << 16
  private var packedLeft: Int
  private var count = 0
  private var checksum = CRC32()
  private var isEnded = false

  /// A reader of bytes that come next in the archive.
  init(_ member: ZIPArchive.Member) {
    self.member = member
    packedLeft = member.packedCount
    packed = .allocate(capacity: Self.chunk)
  }

  deinit { packed.deallocate() }

  /// Writes up to `limit` bytes and returns how many: 0 at the end and when stopped.
  func read(
    into bytes: UnsafeMutablePointer<UInt8>, limit: Int, from input: ChunkedInput
  ) throws(InputError) -> Int {
    if isEnded { return 0 }
    let more =
      member.method == 0
      ? try raw(into: bytes, limit, input) : try inflated(into: bytes, limit, input)
    if input.isStopped { return 0 }
    count += more
    checksum.update(UnsafeBufferPointer(start: bytes, count: more))
    if more == 0 { isEnded = true }
    let isRight = count == member.count && Int(checksum.value) == member.checksum
    if count > member.count || isEnded && !isRight { throw damaged(input) }
    return more
  }

  /// Bytes of the archive as they are.
  private func raw(
    into bytes: UnsafeMutablePointer<UInt8>, _ limit: Int, _ input: ChunkedInput
  ) throws(InputError) -> Int {
    if packedLeft == 0 { return 0 }
    let more = try input.readRaw(into: bytes, limit: min(limit, packedLeft, 1 << 30))
    packedLeft -= more
    return more
  }

  private func inflated(
    into bytes: UnsafeMutablePointer<UInt8>, _ limit: Int, _ input: ChunkedInput
  ) throws(InputError) -> Int {
    while true {
      switch inflater.inflate(into: bytes, limit: limit) {
      case .bytes(let count): return count
      case .end: return 0
      case .corrupt: throw damaged(input)
      case .needsInput:
        let more = try raw(into: packed, Self.chunk, input)
        if more == 0 {
          if input.isStopped { return 0 }
          throw damaged(input)
        }
        inflater.supply(UnsafeBufferPointer(start: packed, count: more))
      }
    }
  }

  private func damaged(_ input: ChunkedInput) -> InputError {
    input.error(.zip(.content(member: member.name)))
  }
}
