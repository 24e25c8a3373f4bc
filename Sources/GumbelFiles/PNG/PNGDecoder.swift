/// Decodes PNG files: grey of 1 to 16 bits, colours of 8 and 16 bits and palettes, with
/// transparency or without, interlaced or not, to bytes of grey or of red, green and blue.
///
/// 16 bits are rounded to 8; what is transparent shows white behind. Colours that are all grey are
/// given as grey. A file is taken in pieces and a line at a time, so that nothing is allocated by
/// what its header says before the data are there. Source: the PNG Specification, third edition
/// (W3C 2025).
package struct PNGDecoder {
  private let input: ChunkedInput
  /// The most pixels to accept.
  private let limit: Int
  private let shouldStop: (@Sendable () -> Bool)?

  private let inflater = Inflater(.zlib)
  /// The bytes that are behind us.
  private var position = 0
  private var header: PNGHeader?
  private var palette: [UInt8] = []
  /// The colour, or the palette's opacities, of the chunk tRNS.
  private var transparency: [UInt8] = []
  /// Nil before the first pixels.
  private var lines: PNGLines?
  /// What is wrong with the pixels; a wrong checksum, which may be the cause, is told in its place.
  private var failure: PNGFailure?

  package struct Image: Equatable {
    package var width, height, channels: Int
    package var bytes: [UInt8]
  }

  /// - Parameter limit: The most pixels to accept.
  package init(_ input: ChunkedInput, limit: Int, shouldStop: (@Sendable () -> Bool)?) {
    self.input = input
    self.limit = limit
    self.shouldStop = shouldStop
  }

  package mutating func decode() throws(InputError) -> Image {
    let signature = PNGHeader.signature
    guard try input.has(signature.count), input.unread.starts(with: signature) else {
      throw error(.signature, byte: 0)
    }
    consume(signature.count)
    while try !chunk() {}
    let end = position
    if let failure { throw error(failure.problem, byte: failure.byte) }
    guard let header, let lines else { throw error(.missingChunk("IDAT"), byte: end) }
    guard lines.count == header.dataCount else {
      throw error(.dataCount(found: lines.count, expected: header.dataCount), byte: end)
    }
    if let problem = lines.problem { throw error(problem, byte: end) }
    return lines.image
  }

  // MARK: - Chunks

  /// Reads a chunk; true for the last one.
  private mutating func chunk() throws(InputError) -> Bool {
    let start = position
    let head = try content(8)
    let length = bigEndian(head, 0)
    let name = String(decoding: head[4...], as: UTF8.self)
    var checksum = CRC32(of: Array(head[4...]))
    if header == nil, name != "IHDR" { throw error(.missingChunk("IHDR"), byte: start) }
    switch name {
    case "IHDR":
      guard header == nil else { throw error(.unknown("second chunk IHDR"), byte: start) }
      guard length == 13 else { throw error(.unknown("header of \(length) bytes"), byte: start) }
      let bytes = try checked(length, name, &checksum)
      do throws(PNGFailure) {
        header = try PNGHeader(bytes, limit: limit, at: start + 8)
      } catch {
        throw self.error(error.problem, byte: error.byte)
      }
    case "PLTE":
      guard length % 3 == 0, 3...768 ~= length else { throw error(.palette, byte: start) }
      palette = try checked(length, name, &checksum)
    case "tRNS" where length <= 256: transparency = try checked(length, name, &checksum)
    case "IDAT":
      if lines == nil {
        if header!.colour == .palette, palette.isEmpty {
          throw error(.missingChunk("PLTE"), byte: start)
        }
        lines = PNGLines(header!, palette: palette, transparency: transparency)
      }
      try pass(length, name, &checksum, isData: true)
    case "IEND":
      try pass(length, name, &checksum)
      return true
    default:
      try pass(length, name, &checksum)
      // A lower-case first letter says that the chunk may be passed over.
      guard head[4] & 0x20 != 0 else {
        throw error(.unknown("chunk \(quoted(name))"), byte: start + 4)
      }
    }
    return false
  }

  /// The content of a short chunk, whose checksum is right.
  private mutating func checked(
    _ count: Int, _ name: String, _ checksum: inout CRC32
  ) throws(InputError) -> [UInt8] {
    let bytes = try content(count)
    bytes.withUnsafeBufferPointer { checksum.update($0) }
    try check(checksum, name)
    return bytes
  }

  /// Takes a chunk's content in pieces, as pixels or to be passed over, and looks at its checksum.
  private mutating func pass(
    _ count: Int, _ name: String, _ checksum: inout CRC32, isData: Bool = false
  ) throws(InputError) {
    var left = count
    while left > 0 {
      guard try input.has(1) else { throw error(.truncated, byte: position) }
      let piece = UnsafeBufferPointer(rebasing: input.unread.prefix(left))
      checksum.update(piece)
      if isData, failure == nil { try inflate(piece) }
      left -= piece.count
      consume(piece.count)
    }
    try check(checksum, name)
  }

  private mutating func inflate(_ piece: UnsafeBufferPointer<UInt8>) throws(InputError) {
    inflater.supply(piece)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 15) { room in
      while lines!.count <= header!.dataCount, shouldStop?() != true {
        switch inflater.inflate(into: room.baseAddress!, limit: room.count) {
        case .bytes(let count): lines!.append(UnsafeBufferPointer(rebasing: room[..<count]))
        case .needsInput, .end: return
        case .corrupt(let reason):
          let byte = position + piece.count - inflater.unreadCount
          failure = PNGFailure(.compression(reason), byte: byte)
          return
        }
      }
    }
    if shouldStop?() == true { throw input.error(.interrupted) }
  }

  private mutating func check(_ checksum: CRC32, _ name: String) throws(InputError) {
    let place = position
    guard Int(checksum.value) == bigEndian(try content(4), 0) else {
      throw error(.checksum(chunk: name), byte: place)
    }
  }

  // MARK: - Bytes

  private mutating func content(_ count: Int) throws(InputError) -> [UInt8] {
    guard try input.has(count) else {
      throw error(.truncated, byte: position + input.unread.count)
    }
    let bytes = Array(input.unread.prefix(count))
    consume(count)
    return bytes
  }

  private mutating func consume(_ count: Int) {
    input.consume(count)
    position += count
  }

  private func error(_ problem: PNGProblem, byte: Int) -> InputError {
    input.error(.png(problem, byte: byte))
  }
}

typealias PNGFailure = FailureAtByte<PNGProblem>
