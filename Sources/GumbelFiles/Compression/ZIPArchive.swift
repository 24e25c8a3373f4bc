import GumbelCLibrary

/// What the directory at the end of a ZIP archive lists. Source: PKWARE's APPNOTE.TXT 6.3.10.
package struct ZIPArchive {
  /// How all archives begin, but for those without members.
  package static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
  /// The longest directory that is read.
  static let directoryLimit = 1 << 26

  package struct Member {
    package let name: String
    let method: Int
    let isEncrypted: Bool
    let checksum: Int
    /// The bytes in the archive, and those that they inflate to.
    let packedCount, count: Int
    /// Where its own header starts.
    let offset: Int
  }

  package let members: [Member]

  /// Reads the directory of an archive that is a file, since it stands at the end.
  init(descriptor: Int32) throws(ZIPProblem) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .noFile
    }
    let file = RandomAccessFile(descriptor: descriptor, size: Int(status.st_size))
    // The end record is followed by a comment of at most 65,535 bytes.
    let tailStart = max(file.size - 22 - 65_535, 0)
    let tail = try file.bytes(at: tailStart, file.size - tailStart)
    guard tail.count >= 22,
      let end = (0...(tail.count - 22)).reversed().first(where: {
        tail[$0...].starts(with: [0x50, 0x4B, 0x05, 0x06])
      })
    else { throw .damaged("it has no directory at its end") }
    var count = little(tail, end + 10, 2)
    var size = little(tail, end + 12, 4)
    var start = little(tail, end + 16, 4)
    if end >= 20, tail[(end - 20)...].starts(with: [0x50, 0x4B, 0x06, 0x07]) {
      let record = try file.bytes(at: little(tail, end - 12, 8), 56)
      guard record.starts(with: [0x50, 0x4B, 0x06, 0x06]) else {
        throw .damaged("the record of its directory is missing")
      }
      count = little(record, 32, 8)
      size = little(record, 40, 8)
      start = little(record, 48, 8)
    }
    if size > Self.directoryLimit { throw .directoryTooLong(size, limit: Self.directoryLimit) }
    let directory = try file.bytes(at: start, size)
    var members: [Member] = []
    var position = 0
    while members.count < count {
      guard directory.count - position >= 46,
        directory[position...].starts(with: [0x50, 0x4B, 0x01, 0x02])
      else { throw .damaged("its directory ends too early") }
      let lengths = (0..<3).map { little(directory, position + 28 + 2 * $0, 2) }
      let next = position + 46 + lengths.reduce(0, +)
      guard next <= directory.count else { throw .damaged("its directory ends too early") }
      let name = position + 46
      members.append(
        Self.member(
          directory[position..<next], extra: (name + lengths[0])..<(name + lengths[0] + lengths[1]))
      )
      position = next
    }
    self.members = members
  }

  private static func member(_ entry: ArraySlice<UInt8>, extra: Range<Int>) -> Member {
    let bytes = Array(entry)
    var sizes = [little(bytes, 24, 4), little(bytes, 20, 4), little(bytes, 42, 4)]
    // The field of large files has the numbers, in this order, for which there was no room.
    let fields = Array(entry[extra])
    var position = 0
    while position + 4 <= fields.count {
      let length = little(fields, position + 2, 2)
      var place = position + 4
      if little(fields, position, 2) == 1 {
        for i in sizes.indices where sizes[i] == 0xFFFF_FFFF && place + 8 <= fields.count {
          sizes[i] = little(fields, place, 8)
          place += 8
        }
      }
      position += 4 + length
    }
    let nameLength = little(bytes, 28, 2)
    return Member(
      name: String(decoding: bytes[46..<(46 + nameLength)], as: UTF8.self),
      method: little(bytes, 10, 2), isEncrypted: bytes[8] & 1 != 0, checksum: little(bytes, 16, 4),
      packedCount: sizes[1], count: sizes[0], offset: sizes[2])
  }

  /// Where a member's bytes start.
  static func dataOffset(of member: Member, descriptor: Int32) throws(ZIPProblem) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .noFile }
    let file = RandomAccessFile(descriptor: descriptor, size: Int(status.st_size))
    let header = try file.bytes(at: member.offset, 30)
    guard header.starts(with: magic) else {
      throw .damaged("the header of \(quoted(member.name)) is missing")
    }
    return member.offset + 30 + little(header, 26, 2) + little(header, 28, 2)
  }
}

/// What is wrong with a ZIP archive.
public enum ZIPProblem: Error, Equatable, Sendable {
  /// Only a file can be read from its end.
  case noFile
  /// The archive is not as it should be: how.
  case damaged(String)
  /// Its directory is longer than the limit.
  case directoryTooLong(Int, limit: Int)
  /// A member is packed in a way that is not read here, or encrypted.
  case method(String, member: String)
  /// A member does not hold what the directory says, by size or checksum.
  case content(member: String)
}

extension ZIPProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noFile: "is a ZIP archive, which is read from a file only, not from a pipe"
    case .damaged(let how): "the ZIP archive is damaged: \(how)"
    case .directoryTooLong(let size, let limit):
      "the ZIP archive has a directory of \(size) bytes, expected at most \(limit)"
    case .method(let method, let member):
      "\(quoted(member)) in the archive is \(method), expected stored or deflated data"
    case .content(let member):
      "\(quoted(member)) in the archive is damaged: its size or checksum is wrong"
    }
  }
}

private struct RandomAccessFile {
  let descriptor: Int32
  let size: Int

  /// So many bytes, all of which have to be there.
  func bytes(at offset: Int, _ count: Int) throws(ZIPProblem) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw .damaged("it ends too early")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let more = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + done, count - done, off_t(offset + done))
      }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { throw .damaged("it cannot be read to its end") }
      done += more
    }
    return bytes
  }
}

/// A number of some bytes, the least significant first; what does not fit is as large as can be.
private func little(_ bytes: [UInt8], _ position: Int, _ count: Int) -> Int {
  let number = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << (8 * $1) }
  return Int(clamping: number)
}
