import Testing

@testable import GumbelTraining

@Suite struct MetricsLogTests {
  @Test func linesReadBackToTheSameBits() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/metrics.jsonl"
    let values: [(name: String, value: Double)] = [
      ("train/loss", 0.1), ("b \"quoted\" \\ é", -1e-300), ("nan", .nan), ("up", .infinity),
      ("down", -.infinity), ("a", 5), ("tiny", .leastNonzeroMagnitude),
    ]
    let log = try JSONLinesLog(path, resumingAt: nil)
    try log.write(MetricsRecord(step: 600, epoch: 1, seconds: 2.50049, values: values))
    try log.write(MetricsRecord(step: 601, seconds: 3, values: []))
    try log.flush()
    let text = try folder.text("metrics.jsonl")
    #expect(
      text == #"{"step":600,"epoch":1,"seconds":2.5,"train/loss":0.1,"b \"quoted\" \\ é":-1e-300,"#
        + #""nan":"nan","up":"inf","down":"-inf","a":5.0,"tiny":5e-324}"# + "\n"
        + #"{"step":601,"seconds":3.0}"# + "\n")
    let records = try JSONLinesLog.read(path)
    #expect(records.map(\.step) == [600, 601])
    #expect(records.map(\.epoch) == [1, nil])
    #expect(records.map(\.seconds) == [2.5, 3])
    let sorted = values.sorted { $0.name < $1.name }
    let found = records[0].values.map { "\($0.name) \($0.value.bitPattern)" }
    let expected = sorted.map { "\($0.name) \($0.value.bitPattern)" }
    #expect(found == expected)
  }

  static func line(_ step: Int) -> String { "{\"step\":\(step),\"seconds\":0.0,\"a\":1.0}\n" }

  /// Whatever a killed process left after the checkpoint's step is cut, at any byte.
  @Test func aResumedLogHasEveryStepOnce() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/metrics.jsonl"
    let kept = Self.line(10) + Self.line(20) + Self.line(20)
    let later = Self.line(30) + Self.line(40)
    for count in 0...later.utf8.count {
      try folder.write(kept + String(later.prefix(count)), to: "metrics.jsonl")
      let log = try JSONLinesLog(path, resumingAt: 29)
      try log.write(MetricsRecord(step: 30, seconds: 0, values: [("a", 1)]))
      let text = try folder.text("metrics.jsonl")
      #expect(text == kept + Self.line(30), "after \(count) bytes")
    }
    // What a power cut can leave behind the last whole line.
    try folder.write(kept + "\0\0\n\0\0\0\n", to: "metrics.jsonl")
    _ = try JSONLinesLog(path, resumingAt: 29)
    let repaired = try folder.text("metrics.jsonl")
    #expect(repaired == kept)
    _ = try JSONLinesLog(path, resumingAt: nil)
    let emptied = try folder.text("metrics.jsonl")
    #expect(emptied == "")
  }

  @Test func damageInTheMiddleIsAnError() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/metrics.jsonl"
    for damage in ["nonsense\n", Self.line(99), "{\"a\":1}\n", "\n"] {
      let text = Self.line(1) + damage + Self.line(2)
      try folder.write(text, to: "metrics.jsonl")
      let error = #expect(throws: RunError.self) { _ = try JSONLinesLog(path, resumingAt: 5) }
      #expect(error?.description.hasPrefix("\(path): line 2 is damaged or out of order") == true)
      let unchanged = try folder.text("metrics.jsonl")
      #expect(unchanged == text)
    }
    try folder.write(Self.line(1) + "{\"step\":2}\n" + Self.line(3), to: "metrics.jsonl")
    let unread = #expect(throws: RunError.self) { _ = try JSONLinesLog.read(path) }
    #expect(unread?.problem.hasPrefix("line 2 is not a record") == true)
    #expect(throws: RunError.self) { _ = try JSONLinesLog.read(folder.path + "/none") }
  }

  /// A reader beside the run meets the last line in part.
  @Test func anUnfinishedLineIsNotRead() throws {
    let folder = try Folder()
    defer { folder.remove() }
    try folder.write(Self.line(1) + "{\"step\":2,\"sec", to: "metrics.jsonl")
    let records = try JSONLinesLog.read(folder.path + "/metrics.jsonl")
    #expect(records.map(\.step) == [1])
  }

  private struct Found: Codable, Equatable {
    struct Part: Codable, Equatable {
      let bound: Double
      let count: Int
    }
    let part: Part
    let small: Float
    let examples: [String]
    let note: String
    let isGood: Bool
    var missing: Double?
  }

  /// What is measured is one line, and comes back from it to the bit.
  @Test func aValueIsOneLine() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/metrics.jsonl"
    let found = [
      Found(
        part: .init(bound: -101.1, count: 5), small: 0.1, examples: ["a\"", "nan", ""],
        note: "fine", isGood: true),
      Found(
        part: .init(bound: -.infinity, count: 0), small: -0.0, examples: [], note: "1",
        isGood: false, missing: .greatestFiniteMagnitude),
    ]
    let log = try JSONLinesLog(path, resumingAt: nil)
    for (i, value) in found.enumerated() {
      try log.write(MetricsRecord(step: i, epoch: i, seconds: 0, Measurements(of: value)))
    }
    let first = try folder.text("metrics.jsonl").split(separator: "\n")[0]
    #expect(
      first == #"{"step":0,"epoch":0,"seconds":0.0,"part/bound":-101.1,"part/count":5.0,"#
        + #""small":0.1,"examples":["a\"","nan",""],"isGood":true,"note":"fine"}"#)
    let again = try JSONLinesLog.read(path).map { try $0.measurements.decoded(as: Found.self) }
    #expect(again == found)
    #expect(again[1].small.sign == .minus)
  }

  @Test func whatHasNoNamesIsNotMeasured() {
    #expect(throws: EncodingError.self) { try Measurements(of: [1, 2]) }
  }

  @Test func namesWithAMeaningTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = MetricsRecord(step: 0, seconds: 0, values: [("seconds", 1)])
    }
    await #expect(processExitsWith: .failure) {
      _ = MetricsRecord(step: 0, seconds: 0, values: [("a", 1), ("a", 2)])
    }
  }
}
