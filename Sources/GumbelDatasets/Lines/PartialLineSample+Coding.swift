import GumbelKernels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// A state is one line of text, so that it passes through pipes, and so that several are a file of lines: a
// JSON object. Its first two members are `format` and `version`, the last two `lines` and `crc32`.
//
// `lines` is in base 64. For each line drawn, in the order of their times, it has the time and the number
// in the stream, eight bytes each with the lowest first; the source, from 0, the number in the source, from 1,
// and the length, each in base 128 with the lowest digit first (LEB128); and the bytes of the line, without
// its line feed. `crc32` is the checksum of all that stands before the comma in front of it.
enum LineStateForm {
  static let version = 1
  static let start = #"{"format":"gumbel-sample","version":"#
  static let linesStart = #","lines":""#
  static let checksumStart = #"","crc32":""#
  static let checksumLength = 8
  static let end = #""}"#

  static func checksum(_ crc: CRC32) -> String {
    let digits = String(crc.value, radix: 16)
    return String(repeating: "0", count: checksumLength - digits.count) + digits
  }

  /// All but the lines.
  struct Head {
    var draw: LineDraw
    var lineCount: Int
    var drawnCount: Int
    var places: PlaceRanges
    var sources: [String]
    /// The row that names the columns, without its line feed.
    var header: [UInt8]?
  }
}

extension PartialLineSample {
  /// The state, by which it is put together with others: a line of text, with a line feed.
  ///
  /// - Parameter write: Called with one piece after the other.
  package func writeState(
    _ write: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    var crc = CRC32()
    func put(_ bytes: some Sequence<UInt8>) throws {
      let bytes = Array(bytes)
      bytes.withUnsafeBufferPointer { crc.update($0) }
      try bytes.withUnsafeBytes { try write($0) }
    }
    // Only the sources that lines are from, in an order which does not depend on that of the parts.
    var indices: [Int: Int] = [:]
    var sources: [String] = []
    let lines = drawn.lines
    func place(_ line: gk_line) -> (source: Int, line: Int) {
      LineNumber(Int(line.number)).place(amongSources: lines.sources.count)
    }
    for i in lines.indices {
      let source = lines.withLine(at: i) { line, _ in place(line).source }
      if indices[source] == nil {
        indices[source] = sources.count
        sources.append(lines.sources[source])
      }
    }
    let header = drawn.header.map { $0.bytes + ($0.hasCarriageReturn ? [carriageReturn] : []) }
    let head = LineStateForm.Head(
      draw: draw, lineCount: lineCount, drawnCount: lines.count, places: places, sources: sources,
      header: header)
    try put("\(LineStateForm.start)\(LineStateForm.version),".utf8)
    try put(try JSONCoding.encode(head).dropFirst().dropLast())
    try put(LineStateForm.linesStart.utf8)

    var records: [UInt8] = []
    for i in lines.indices {
      lines.withLine(at: i) { line, time in
        records.append(littleEndian: time)
        records.append(littleEndian: line.index)
        let (source, number) = place(line)
        records.append(digits: UInt64(indices[source]!))
        records.append(digits: UInt64(number))
        records.append(digits: UInt64(line.length))
        records.append(contentsOf: line.text)
      }
      // Without what is left over by groups of three bytes, which would end a text of base 64.
      if records.count >= 3 << 14 {
        let whole = records.count / 3 * 3
        try put(Data(records[..<whole]).base64EncodedData())
        records.removeFirst(whole)
      }
    }
    try put(Data(records).base64EncodedData())
    try put(LineStateForm.checksumStart.utf8.prefix(1))
    let checksum = LineStateForm.checksum(crc)
    try put(LineStateForm.checksumStart.utf8.dropFirst())
    try put("\(checksum)\(LineStateForm.end)\n".utf8)
  }

  /// Writes the state to a file, which is replaced as a whole.
  ///
  /// - Throws: An ``/GumbelFiles/OutputError`` if that fails.
  public func write(to path: String) throws {
    let writer = try AtomicFileWriter(path)
    try writeState { try writer.write($0) }
    try writer.finish()
  }
}

extension [UInt8] {
  fileprivate mutating func append(littleEndian word: UInt64) {
    Swift.withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
  }

  /// In base 128, the lowest digit first.
  fileprivate mutating func append(digits number: UInt64) {
    var rest = number
    while rest >= 128 {
      append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    append(UInt8(rest))
  }
}

extension LineStateForm.Head: Codable {
  /// What stands for a terminator that is not the usual one.
  private static let nul = "nul"

  private enum Key: String, CodingKey {
    case count, seed, key, weights, header, sources, terminator
    case lineCount, drawnCount
    case places
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    draw = LineDraw(
      count: try values.count(.count, 0...1 << 53),
      seed: try values.checked(.seed, "a whole number from 0 to \(UInt64.max)"),
      key: try values.checkedIfPresent(.key, "a text", where: { _ in true }),
      weights: try values.checkedIfPresent(.weights, "a text", where: { _ in true }),
      terminator: try values.checkedIfPresent(
        .terminator, "\"\(Self.nul)\"", where: { (text: String) in text == Self.nul }
      ).map { _ in .nul } ?? .lineFeed)
    lineCount = try values.count(.lineCount, 0...1 << 53)
    drawnCount = try values.count(.drawnCount, 0...min(draw.count, lineCount))
    if draw.weights == nil, drawnCount < min(draw.count, lineCount) {
      throw values.unexpected(.drawnCount, "\(min(draw.count, lineCount))")
    }
    let isByPlace = draw.key == nil
    let ends: [[UInt64]] = try values.checked(.places, "a list of places and their ends") {
      $0.allSatisfy { $0.count == 2 && $0[0] < $0[1] && $0[1] <= 1 << 60 }
    }
    guard let places = PlaceRanges(inOrder: ends.map { $0[0]..<$0[1] }),
      places.count == (isByPlace ? UInt64(lineCount) : 0)
    else { throw values.unexpected(.places, "places of \(lineCount) lines in their order") }
    self.places = places
    sources = try values.checked(.sources, "a list of names") {
      $0.count <= LineNumber.mostSources
    }
    header = try values.checkedIfPresent(
      .header, "base 64", where: { (text: String) in Data(base64Encoded: text) != nil }
    ).map { Array(Data(base64Encoded: $0)!) }
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(draw.count, forKey: .count)
    try values.encode(draw.seed, forKey: .seed)
    try values.encodeIfPresent(draw.key, forKey: .key)
    try values.encodeIfPresent(draw.weights, forKey: .weights)
    if draw.terminator == .nul { try values.encode(Self.nul, forKey: .terminator) }
    try values.encode(lineCount, forKey: .lineCount)
    try values.encode(drawnCount, forKey: .drawnCount)
    try values.encode(places.ranges.map { [$0.lowerBound, $0.upperBound] }, forKey: .places)
    try values.encode(sources, forKey: .sources)
    try values.encodeIfPresent(
      header.map { Data($0).base64EncodedString() }, forKey: .header)
  }
}
