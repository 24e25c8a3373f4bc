import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct RunDirectoryTests {
  static func problem(_ path: String, _ start: RunDirectory.Start) -> String? {
    do {
      _ = try RunDirectory(path, start)
      return nil
    } catch let error as RunError {
      return error.problem
    } catch {
      return "another error: \(error)"
    }
  }

  @Test func aRunIsNotOverwrittenUnasked() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/runs/a"
    let missing = Self.problem(path, .resume)
    #expect(missing == "does not exist; expected the directory of a run")
    do {
      let run = try RunDirectory(path, .new)
      let nothing = try run.settings()
      #expect(nothing == nil)
      try run.writeSettings(#"{"a": 1}"#)
    }
    let again = Self.problem(path, .new)
    #expect(again?.contains("--resume") == true && again?.contains("--overwrite") == true)
    do {
      let run = try RunDirectory(path, .resume)
      let settings = try run.settings()
      #expect(settings == "{\"a\": 1}\n")
      // Killed before it was first saved.
      var trainer = Trainer()
      let position = try run.restore(&trainer)
      #expect(position == nil)
      try run.save(trainer, step: 3)
      let record = MetricsRecord(step: 1, seconds: 0, ["a": 1])
      for log in try run.openLogs(at: nil) { try log.write(record) }
      try folder.write("mine", to: "runs/a/notes.txt")
    }
    _ = try RunDirectory(path, .overwrite)
    let left = try Folder.names(path)
    #expect(left == [".lock", "notes.txt"])
    let none = Self.problem(path, .resume)
    #expect(none == "holds no run to resume; begin one without --resume")
    let new = Self.problem(path, .new)
    #expect(new == nil)
    let file = Self.problem(path + "/notes.txt", .new)
    #expect(file == "is not a directory")
  }

  /// Where an epoch's end was abandoned, what a killed process logged about it is not kept: it is
  /// measured again.
  @Test func anOpenEpochIsMeasuredAgain() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/run"
    var trainer = Trainer()
    do {
      let run = try RunDirectory(path, .new)
      try run.writeSettings("{}")
      let log = try run.openLogs(at: nil, tensorBoard: false)[0]
      try log.write(MetricsRecord(step: 4, epoch: 1, seconds: 0, ["a": 1]))
      try run.save(trainer, step: 8, isEpochOpen: true, metadata: ["mine": "kept"])
      try log.write(MetricsRecord(step: 8, epoch: 2, seconds: 0, ["a": 2]))
    }
    do {
      let run = try RunDirectory(path, .resume)
      let position = try #require(try run.restore(&trainer))
      #expect(position.step == 8 && position.isEpochOpen && position.lastMeasuredStep == 7)
      #expect(position.metadata == ["mine": "kept"])
      let log = try run.openLogs(at: position, tensorBoard: false)[0]
      try log.write(MetricsRecord(step: 8, epoch: 2, seconds: 0, ["a": 3]))
      try run.save(trainer, step: 8)
    }
    let run = try RunDirectory(path, .resume)
    let position = try #require(try run.restore(&trainer))
    #expect(!position.isEpochOpen && position.lastMeasuredStep == 8)
    _ = try run.openLogs(at: position, tensorBoard: false)
    let records = try JSONLinesLog.read(run.metricsPath)
    #expect(records.map(\.step) == [4, 8])
    #expect(records.map { $0.values[0].value } == [1, 3])
  }

  @Test func oneProcessAtATime() throws {
    let folder = try Folder()
    defer { folder.remove() }
    try withExtendedLifetime(RunDirectory(folder.path, .new)) { run in
      for start in [RunDirectory.Start.new, .overwrite, .resume] {
        // What is to be resumed has to be there.
        if case .resume = start { try run.writeSettings("{}") }
        let problem = Self.problem(folder.path, start)
        #expect(problem?.hasPrefix("is in use by ") == true, "\(problem ?? "none")")
      }
      try run.writeSettings("{}")
    }
    let released = Self.problem(folder.path, .resume)
    #expect(released == nil)
  }

  /// A file half-written by a process that was killed goes, one that is being written stays.
  @Test func tornFilesGo() throws {
    let folder = try Folder()
    defer { folder.remove() }
    try folder.write("half a check", to: ".gumbel-abc123.tmp")
    try folder.write("not ours", to: ".other.tmp")
    _ = try RunDirectory(folder.path, .new)
    let names = try folder.names()
    #expect(names == [".lock", ".other.tmp"])
  }

  @Test func aCheckpointOfAnotherKindIsRefused() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let run = try RunDirectory(folder.path, .new)
    var trainer = Trainer()
    try Checkpoint.write(trainer, metadata: ["step": "1"], to: run.checkpointPath)
    let error = #expect(throws: CheckpointError.self) { _ = try run.restore(&trainer) }
    #expect(error?.problem.hasPrefix("does not say its step and seconds") == true)
    try run.save(trainer, step: 12, metadata: ["epochs": "5"])
    let position = try run.restore(&trainer)
    #expect(position?.step == 12)
    #expect(position?.metadata == ["epochs": "5"])
  }

  /// Processes that end at any step, saved or not, with or without a torn line, leave together the
  /// bits and the lines of a run that nothing stopped.
  @Test func brokenRunsEndAsAnUnbrokenOne() throws {
    let folder = try Folder()
    defer { folder.remove() }
    struct Killed: Error {}
    func train(_ name: String, killedAt last: Int?) throws {
      let path = folder.path + "/" + name
      let isThere = (try? Folder.names(path)) != nil
      let run = try RunDirectory(path, isThere ? .resume : .new)
      try run.writeSettings("{}")
      var trainer = Trainer()
      let position = try run.restore(&trainer)
      let logs = try run.openLogs(at: position)
      var loop = TrainingLoop(epochs: 5, stepsPerEpoch: 8)
      loop.shouldStop = { false }
      do {
        _ = try loop.run(
          from: position?.step ?? 0, save: { try run.save(trainer, step: $0) }
        ) { step in
          let loss = trainer.step(Tensor(1)).scalar
          let record = MetricsRecord(
            step: step + 1, seconds: 0, Measurements([("loss", Double(loss))]))
          for log in logs { try log.write(record) }
          if step == last { throw Killed() }
          return true
        } endOfEpoch: { _ in
          [:]
        }
      } catch is Killed {
        if last! % 2 == 0 {
          try folder.write(
            folder.text(name + "/metrics.jsonl") + "{\"step\":1", to: name + "/metrics.jsonl")
        }
      }
    }
    try train("unbroken", killedAt: nil)
    for last in [3, 12, 7, 8, 22, 31, 39] { try train("broken", killedAt: last) }
    try train("broken", killedAt: nil)
    var ends: [Trainer] = []
    var lines: [[String]] = []
    for name in ["unbroken", "broken"] {
      var trainer = Trainer()
      let path = folder.path + "/\(name)/checkpoint.safetensors"
      let position = try RunDirectory.restore(&trainer, from: path)
      #expect(position.step == 40)
      ends.append(trainer)
      lines.append(
        try JSONLinesLog.read(folder.path + "/\(name)/metrics.jsonl").map {
          "\($0.step) \($0.values)"
        })
    }
    let isSame = haveSameBits(ends[0], ends[1])
    #expect(isSame)
    #expect(lines[0].count == 40)
    #expect(lines[0] == lines[1])
  }
}
