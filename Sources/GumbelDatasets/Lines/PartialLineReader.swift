import GumbelDistributions
import GumbelTensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads the states of samples, a line each; empty lines among them are passed over.
struct PartialLineReader {
  private let input: ChunkedInput
  private var scanner = RecordScanner(format: .lines, limit: .max - 1)
  private var line = 0
  private var count = 0

  init(
    _ source: InputSource, chunk: Int, isCancelled: (@Sendable () -> Bool)?
  ) throws(InputError) {
    input = try ChunkedInput(source, chunk: chunk, shouldStop: isCancelled)
    try input.passByteOrderMark()
  }

  /// The next sample, or nil at the end.
  ///
  /// - Throws: If the next line is not a state, or there was not one.
  mutating func next() throws(InputError) -> PartialLineSample? {
    while try scanner.scan(input, line: line + 1) {
      line += 1
      defer { input.consume(scanner.length) }
      let record = UnsafeBufferPointer(rebasing: input.unread[..<scanner.length])
      // Programs that take lines for pairs write a tab behind a line without one.
      let last = record.lastIndex {
        !isSpaceOrTab($0) && $0 != lineFeed && $0 != carriageReturn
      }
      guard let last else { continue }
      count += 1
      return try state(of: UnsafeBufferPointer(rebasing: record[...last]))
    }
    try input.checkStop()
    if count == 0 {
      throw InputError(source: input.source.name, problem: .sample(.noState))
    }
    return nil
  }

  private func state(of text: UnsafeBufferPointer<UInt8>) throws(InputError) -> PartialLineSample {
    typealias Form = LineStateForm
    guard text.starts(with: Form.start.utf8) else { throw error(.notAState) }
    let digits = text.dropFirst(Form.start.utf8.count).prefix { 0x30...0x39 ~= $0 }.prefix(9)
    guard let version = Int(String(decoding: digits, as: UTF8.self)) else {
      throw error(text.endIndex == digits.endIndex ? .unfinished : .notAState)
    }
    guard version <= Form.version else {
      throw error(.version(version, newest: Form.version))
    }

    let tail = Form.checksumStart.utf8.count + Form.checksumLength + Form.end.utf8.count
    let checked = text.count - tail + 1
    guard checked > 0, text.suffix(Form.end.utf8.count).elementsEqual(Form.end.utf8),
      text[(checked - 1)...].starts(with: Form.checksumStart.utf8)
    else { throw error(.unfinished) }
    var crc = CRC32()
    for start in stride(from: 0, to: checked, by: 1 << 30) {
      crc.update(UnsafeBufferPointer(rebasing: text[start..<min(start + 1 << 30, checked)]))
    }
    let checksum = text[(checked + Form.checksumStart.utf8.count - 1)...]
    guard checksum.starts(with: Form.checksum(crc).utf8) else {
      throw error(.damaged("its checksum is not that of what it holds"))
    }

    // Base 64 has no quotes, so that the last one before it begins it.
    let body = text[..<(checked - 1)]
    guard let quoteBefore = body.lastIndex(of: quote),
      body[...quoteBefore].suffix(Form.linesStart.utf8.count).elementsEqual(Form.linesStart.utf8)
    else { throw error(.damaged("it has no lines where they should be")) }
    let start = Form.start.utf8.count + digits.count + 1
    let end = quoteBefore + 1 - Form.linesStart.utf8.count
    guard start <= end else { throw error(.damaged("it says nothing of its lines")) }
    let head: Form.Head
    do {
      head = try JSONCoding.decode(
        Form.Head.self, from: Array("{".utf8) + text[start..<end] + Array("}".utf8))
    } catch {
      throw self.error(.damaged((error as? DecodingError)?.line ?? "\(error)"))
    }
    guard let records = Self.decoded(body[(quoteBefore + 1)...]) else {
      throw error(.damaged("its lines are not in base 64"))
    }
    return try part(head, records)
  }

  /// What stands for bytes in base 64, a part at a time; nil if nothing does.
  private static func decoded(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3)
    var rest = text
    while !rest.isEmpty {
      let part = rest.prefix(4 << 14)
      guard let data = Data(base64Encoded: Data(part)) else { return nil }
      rest = rest.dropFirst(part.count)
      // Only the last bytes may be fewer.
      if !rest.isEmpty, data.count < part.count / 4 * 3 { return nil }
      bytes += data
    }
    return bytes
  }

  private func part(
    _ head: LineStateForm.Head, _ records: [UInt8]
  ) throws(InputError) -> PartialLineSample {
    var lines = LineReservoir(capacity: head.drawnCount, key: RandomKey(head.draw.seed))
    for source in head.sources { _ = try lines.begin(source) }
    lines.pass(UInt64(head.lineCount))
    let isWhole = try records.withUnsafeBufferPointer { bytes throws(InputError) in
      try Self.read(bytes, head, into: &lines)
    }
    guard isWhole else { throw error(.damaged("its lines are not those that it says it has")) }
    let header = head.header.map { header in
      header.withUnsafeBufferPointer {
        LineSample.Line($0, 1, source: input.source.name, head.draw.terminator)
      }
    }
    return PartialLineSample(
      name: input.source.name, draw: head.draw, places: head.places,
      drawn: lines.sample(LineReading.End(header: header), head.draw.terminator))
  }

  /// False where the bytes are not the lines of a state that begins so.
  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, _ head: LineStateForm.Head,
    into lines: inout LineReservoir
  ) throws(InputError) -> Bool {
    var rest = LineStateCursor(bytes)
    var last: UInt64 = 0
    for _ in 0..<head.drawnCount {
      guard let time = rest.word(), time >= last, let index = rest.word(),
        head.draw.key != nil || head.places.contains(index),
        let source = rest.number(), head.sources.indices.contains(source),
        let line = rest.number(), 1...LineNumber.mostLines ~= line,
        let length = rest.number(), let text = rest.bytes(length)
      else { return false }
      last = time
      _ = try lines.enter(
        text, number: LineNumber(source: source, line: line).number, index: index, time: time)
    }
    return rest.isAtEnd
  }

  private func error(_ problem: LineSampleProblem) -> InputError {
    InputError(
      source: input.source.name, line: line > 1 ? line : nil, problem: .sample(problem))
  }
}

/// Takes numbers and bytes from a state, each nil where there are no more.
private struct LineStateCursor {
  private var rest: Slice<UnsafeBufferPointer<UInt8>>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func bytes(_ count: Int) -> UnsafeBufferPointer<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return UnsafeBufferPointer(rebasing: rest.prefix(count))
  }

  mutating func word() -> UInt64? {
    bytes(8).map { UnsafeRawBufferPointer($0).loadUnaligned(as: UInt64.self) }
      .map(UInt64.init(littleEndian:))
  }

  /// A number below 2⁴⁹.
  mutating func number() -> Int? {
    var result = 0
    for shift in stride(from: 0, to: 49, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      result |= Int(byte & 127) << shift
      if byte < 128 { return result }
    }
    return nil
  }
}
