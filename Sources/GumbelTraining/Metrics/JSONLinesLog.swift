import GumbelCLibrary
import GumbelFiles

/// Measurements as JSON, an object a line: `{"step":600,"epoch":1,"seconds":2.5,"train/loss":0.7}`.
/// Pictures and texts for TensorBoard are not kept.
///
/// Numbers are written so that they read back to the same bits. JSON has no numbers beyond the
/// finite ones; those are the strings `"nan"`, `"inf"` and `"-inf"`. `seconds` has three decimals.
/// A line is the system's in one piece as soon as it is written.
public final class JSONLinesLog: MetricsLog {
  private let file: AppendedFile

  /// Opens a log for appending.
  ///
  /// - Parameters:
  ///   - path: of the file, which is created if there is none.
  ///   - step: the step that the run goes on from; nil for its beginning. What an earlier process
  ///     wrote about later steps is cut off, and so is a line that its end left unfinished.
  /// - Throws: ``RunError`` if the file's lines are not a log's; `OutputError` if it cannot be
  ///   written. It is then unchanged.
  public init(_ path: String, resumingAt step: Int?) throws {
    if access(path, F_OK) == 0 {
      let bytes = try Self.bytes(of: path)
      let count = try step.map { try Self.lengthKept(bytes, upTo: $0, path: path) } ?? 0
      if count < bytes.count { try AtomicFile.replace(path, with: Array(bytes[..<count])) }
    }
    file = try AppendedFile(path, isNew: false)
  }

  public func write(_ record: MetricsRecord) throws {
    try file.append(Array((Self.line(record) + "\n").utf8))
  }

  public func flush() throws { try file.flush() }

  // MARK: - Writing

  static func line(_ record: MetricsRecord) throws -> String {
    var fields = ["\"step\":\(record.step)"]
    if let epoch = record.epoch { fields.append("\"epoch\":\(epoch)") }
    fields.append("\"seconds\":\((record.seconds * 1000).rounded() / 1000)")
    func add(_ name: String, _ value: String) throws {
      fields.append(try JSONTree.text(name).line + ":" + value)
    }
    for (name, value) in record.values {
      try add(name, value.isFinite ? "\(value)" : "\"\(value)\"")
    }
    for (name, value) in record.measurements.others { try add(name, value.line) }
    return "{" + fields.joined(separator: ",") + "}"
  }

  // MARK: - Cutting

  /// The number of bytes up to the first line that is about a later step or is not whole.
  ///
  /// What is not whole may only be the end: after a power cut that can be several lines.
  static func lengthKept(_ bytes: [UInt8], upTo step: Int, path: String) throws -> Int {
    var kept: Int?
    var keptLines = 0
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if let found = self.step(ofLine: bytes[start..<end]), found <= step {
        if kept != nil {
          throw RunError(
            path: path,
            problem: "line \(keptLines + 1) is damaged or out of order; expected lines that "
              + "begin with {\"step\":, of steps that do not fall")
        }
        keptLines += 1
      } else if kept == nil {
        kept = start
      }
      start = end + 1
    }
    return kept ?? start
  }

  /// The step that a line of ours is about; nil if it is not one or not whole.
  private static func step(ofLine line: ArraySlice<UInt8>) -> Int? {
    let prefix = Array("{\"step\":".utf8)
    guard line.starts(with: prefix), line.last == UInt8(ascii: "}") else { return nil }
    let digits = line.dropFirst(prefix.count).prefix { (0x30...0x39).contains($0) }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  // MARK: - Reading

  /// Reads the records of a log; what was measured is in the alphabetical order of the names. An
  /// unfinished last line is left out.
  ///
  /// - Throws: ``RunError`` if the file is missing or a line is not a record.
  public static func read(_ path: String) throws -> [MetricsRecord] {
    let lines = try bytes(of: path).split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    // What follows the last line end is nothing, or a line that is still being written.
    return try lines.dropLast().enumerated().map { number, line in
      do {
        return try record(JSONCoding.decode([String: JSONTree].self, from: line))
      } catch {
        throw RunError(
          path: path,
          problem: "line \(number + 1) is not a record; expected an object with a step, seconds "
            + "and numbers")
      }
    }
  }

  private static func record(_ object: [String: JSONTree]) throws -> MetricsRecord {
    var object = object
    guard let step = object.removeValue(forKey: "step")?.number.flatMap({ Int(exactly: $0) }),
      let seconds = object.removeValue(forKey: "seconds")?.number, step >= 0,
      RunDirectory.Position.seconds.contains(seconds)
    else { throw Malformed() }
    let epoch = object.removeValue(forKey: "epoch")?.number.flatMap { Int(exactly: $0) }
    if let epoch, !(0...TrainingLoop.mostSteps ~= epoch) { throw Malformed() }
    var measurements = Measurements()
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      if let number = value.number {
        measurements.values.append((name, number))
      } else {
        measurements.others.append((name, value))
      }
    }
    return MetricsRecord(step: step, epoch: epoch, seconds: seconds, measurements)
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    try RunFile.bytes(
      of: path, limit: RunFile.Limit.measurements, expected: "a log of JSON lines")
  }

  private struct Malformed: Error {}
}
