import Testing
import Training

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

  @Test func everySinkGetsEverything() throws {
    final class Sink: MetricsSink {
      var seen: [String] = []
      func write(_ record: MetricsRecord) {
        let isTimed = record.seconds >= 100 && record.seconds < 200
        seen.append("\(record.step) \(record.epoch ?? -1) \(record.values) \(isTimed)")
      }
      func write(image png: [UInt8], named name: String, step: Int) {
        seen.append("\(step) \(name) \(png)")
      }
      func write(text: String, named name: String, step: Int) {
        seen.append("\(step) \(name) \(text)")
      }
      func flush() { seen.append("flush") }
    }
    let sinks = [Sink(), Sink()]
    let log = MetricsLog(sinks, earlierSeconds: 100)
    try log.write(step: 3, epoch: 1, ["a": 0.5, "b": 2])
    try log.write(image: [1, 2], named: "i", step: 4)
    try log.write(text: "words", named: "t", step: 5)
    try log.flush()
    let expected = [
      #"3 1 [(name: "a", value: 0.5), (name: "b", value: 2.0)] true"#, "4 i [1, 2]", "5 t words",
      "flush",
    ]
    #expect(sinks.map(\.seen) == [expected, expected])
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
