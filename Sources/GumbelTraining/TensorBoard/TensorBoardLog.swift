import GumbelCLibrary
import GumbelFiles

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Measurements, pictures and texts as an event file for TensorBoard.
///
/// A file is `events.out.tfevents.<seconds>.<host>.<process>` in the run's directory. A process
/// never appends to an older one's: a resumed run begins a new file, which tells TensorBoard to
/// drop what it has read of the steps that come again.
public final class TensorBoardLog: MetricsLog {
  package static let prefix = "events.out.tfevents."

  private let file: AppendedFile
  private let hasSession: Bool

  /// Begins a new event file.
  ///
  /// - Parameters:
  ///   - directory: where the file goes; it has to exist.
  ///   - step: the step that the run goes on from; nil for its beginning.
  ///   - hyperparameters: what the run was asked for; nil for no row in the table of these.
  public init(
    directory: String, resumingAt step: Int?, hyperparameters: Hyperparameters? = nil
  ) throws {
    hasSession = hyperparameters != nil
    let time = Self.now
    // TensorBoard reads files in the order of their names, so that a new one has to sort last even
    // within the second of the one before, and where the clock was set back.
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let last = names.compactMap(Self.seconds(inName:)).max()
    let seconds = max(Int(time), (last ?? 0) + 1)
    let digits = String(seconds)
    file = try AppendedFile(
      directory + "/" + Self.prefix + String(repeating: "0", count: max(0, 10 - digits.count))
        + digits + ".\(Self.hostName).\(getpid())", isNew: true)
    try file.append(TensorBoardEvent.fileVersion(time: time).record)
    if last != nil {
      let restart = TensorBoardEvent.restart(time: time, step: step.map { $0 + 1 } ?? 0)
      try file.append(restart.record)
    }
    if let hyperparameters {
      let start = TensorBoardEvent.sessionStart(
        time: time, group: hyperparameters.group, hyperparameters.settings)
      try file.append(start.record)
    }
  }

  /// Says that the run has come to its end, where it has a row in the table of hyperparameters.
  public func endSession() throws {
    if hasSession { try file.append(TensorBoardEvent.sessionEnd(time: Self.now).record) }
  }

  public func write(_ record: MetricsRecord) throws {
    let (step, time) = (record.step, Self.now)
    var events = [TensorBoardEvent.scalars(time: time, step: step, record.values)]
    for (name, png) in record.measurements.attachments.images {
      events.append(.image(time: time, step: step, name: name, png: png))
    }
    for (name, text) in record.measurements.attachments.texts {
      events.append(.text(time: time, step: step, name: name, text))
    }
    for (name, values) in record.measurements.attachments.histograms {
      TensorBoardEvent.histogram(time: time, step: step, name: name, values).map {
        events.append($0)
      }
    }
    for event in events { try file.append(event.record) }
  }

  public func flush() throws { try file.flush() }

  // Foundation's would ask the network.
  private static var hostName: String {
    var name = [UInt8](repeating: 0, count: 256)
    let status = name.withUnsafeMutableBytes {
      gethostname($0.assumingMemoryBound(to: CChar.self).baseAddress!, $0.count - 1)
    }
    let text = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    return status != 0 || text.isEmpty ? "localhost" : String(text.map { $0 == "/" ? "-" : $0 })
  }

  private static var now: Double { Date().timeIntervalSince1970 }

  private static func seconds(inName name: String) -> Int? {
    guard name.hasPrefix(prefix) else { return nil }
    // What has more digits is of no clock, and would leave no later name.
    return Int(name.dropFirst(prefix.count).prefix { $0 != "." })
      .flatMap { 0..<100_000_000_000 ~= $0 ? $0 : nil }
  }
}
