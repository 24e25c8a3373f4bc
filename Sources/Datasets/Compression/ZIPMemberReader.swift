import CZlib

/// What one member of a ZIP archive holds, a piece at a time, with its size and checksum looked at.
final class ZIPMemberReader {
  private let member: ZIPArchive.Member
  // zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let packed: UnsafeMutablePointer<UInt8>
  private static let chunk = 1 << 16
  private var packedLeft: Int
  private var count = 0
  private var checksum: UInt = 0
  private var isEnded = false

  /// A reader of bytes that come next in the archive.
  init(_ member: ZIPArchive.Member) {
    self.member = member
    packedLeft = member.packedCount
    packed = .allocate(capacity: Self.chunk)
    stream.initialize(to: z_stream())
    // Negative for data without a wrapping.
    let code = inflateInit2_(stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "ZIPMemberReader: zlib fails to start with code \(code)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    packed.deallocate()
  }

  /// Writes up to `limit` bytes and returns how many: 0 at the end and when stopped.
  func read(
    into bytes: UnsafeMutablePointer<UInt8>, limit: Int, from input: ChunkedInput
  ) throws(InputError) -> Int {
    if isEnded { return 0 }
    let more =
      member.method == 0
      ? try stored(into: bytes, limit, input) : try inflated(into: bytes, limit, input)
    if input.isStopped { return 0 }
    count += more
    checksum = crc32(checksum, bytes, UInt32(more))
    if more == 0 { isEnded = true }
    let isRight = count == member.count && Int(checksum) == member.checksum
    if count > member.count || isEnded && !isRight { throw damaged(input) }
    return more
  }

  private func stored(
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
    stream.pointee.next_out = bytes
    stream.pointee.avail_out = UInt32(clamping: min(limit, 1 << 30))
    let room = stream.pointee.avail_out
    while true {
      if stream.pointee.avail_in == 0, packedLeft > 0 {
        let more = try input.readRaw(into: packed, limit: min(Self.chunk, packedLeft))
        if more == 0 {
          if input.isStopped { return 0 }
          throw damaged(input)
        }
        packedLeft -= more
        stream.pointee.next_in = packed
        stream.pointee.avail_in = UInt32(more)
      }
      let code = inflate(stream, Z_NO_FLUSH)
      let more = Int(room - stream.pointee.avail_out)
      switch code {
      case Z_STREAM_END: return more
      case Z_OK: if more > 0 { return more }
      case Z_BUF_ERROR where more > 0: return more
      case Z_BUF_ERROR where stream.pointee.avail_in == 0 && packedLeft > 0: break
      default: throw damaged(input)
      }
    }
  }

  private func damaged(_ input: ChunkedInput) -> InputError {
    InputError(source: input.source.name, problem: .zip(.content(member: member.name)))
  }
}
