import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct RunTests {
  private struct Settings: Codable, Equatable {
    var rate = 0.1
    var limit = Double.infinity
  }

  private struct Found: Codable, Equatable {
    var slope: Float
    var names: [String]
  }

  private typealias LineRun = Run<Descent<Line, Adam>, Found>

  private func run(
    _ path: String, _ start: RunDirectory.Start = .resumeIfPresent, settings: Settings = Settings()
  ) throws -> LineRun {
    try LineRun(in: path, start, settings: settings) { settings in
      var plan = Line.plan(epochs: 4, steps: 10)
      plan.learningRate = .constant(settings.rate)
      return Training(Descent(Line(), plan: plan), key: RandomKey(1))
    }
  }

  private struct Killed: Error {}

  /// Trains, and is killed after a step, with nothing saved but what was so far.
  private func train(_ run: LineRun, killedAt last: Int? = nil) throws -> Bool {
    do {
      return try run.train(on: { step in
        if step == last { throw Killed() }
        return Line.batch(step)
      }) { training in
        Found(slope: training.model.slope.scalar, names: ["after \(training.stepsDone)"])
      } attachments: { _, found in
        Attachments(texts: [("names", found.names[0])])
      }
    } catch is Killed {
      return false
    }
  }

  /// Killed at any step, again and again, it ends with the bits, the lines and the history of a run that
  /// nothing stopped.
  @Test func aKilledRunEndsAsAnUnbrokenOne() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let whole = try run(folder.path + "/whole")
    let isDone = try train(whole)
    #expect(isDone)
    let path = folder.path + "/broken"
    for last in [3, 15, 12, 25, 31] {
      let part = try run(path)
      part.saveInterval = last % 2 == 0 ? .zero : .seconds(60)
      let isComplete = try train(part, killedAt: last)
      #expect(!isComplete)
    }
    do {
      let end = try run(path)
      #expect(end.epochs.count == 3 && end.lostEpochs == 0)
      let isComplete = try train(end)
      #expect(isComplete)
      #expect(haveSameBits(whole.training, end.training))
      #expect(end.epochs.map(\.measured) == whole.epochs.map(\.measured))
      #expect(end.training.history == whole.training.history)
    }
    let lines = try ["whole", "broken"].map {
      try JSONLinesLog.read(folder.path + "/\($0)/metrics.jsonl").map {
        "\($0.step) \($0.epoch ?? 0) \($0.values)"
      }
    }
    #expect(lines[0].count == 4 && lines[0] == lines[1])
    let names = try Folder.names(path)
    #expect(names.contains { $0.hasPrefix("events.out.tfevents") })
    // A run that is done has nothing left to do.
    let again = try run(path)
    let isStillDone = try train(again, killedAt: 0)
    #expect(isStillDone && again.epochs.count == 4)
  }

  @Test func anotherRunIsRefused() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/run"
    let first = try run(path)
    let inUse = #expect(throws: RunError.self) { _ = try run(path) }
    #expect(inUse?.problem.hasPrefix("is in use by process") == true)
    _ = try withExtendedLifetime(first) { try train(first) }
  }

  @Test func otherSettingsAreRefused() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/run"
    _ = try train(run(path))
    let other = #expect(throws: RunError.self) {
      _ = try run(path, settings: Settings(rate: 0.2))
    }
    #expect(
      other?.description
        == "\(path)/settings.json: has other settings than this run; expected "
        + #"{"limit":"inf","rate":0.2}"#)
    let present = #expect(throws: RunError.self) { _ = try run(path, .new) }
    #expect(present?.problem.hasPrefix("holds a run already") == true)
    let anew = try run(path, .overwrite, settings: Settings(rate: 0.2))
    #expect(anew.epochs.isEmpty && anew.training.stepsDone == 0)
  }

  /// Lines that are gone or are of something else are not made up.
  @Test func lostMeasurementsAreCounted() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let path = folder.path + "/run"
    _ = try train(run(path))
    let lines = try folder.text("run/metrics.jsonl").split(separator: "\n")
    #expect(lines.count == 4)
    let changed = [lines[0], lines[2].replacing("slope", with: "other"), lines[3]]
    try folder.write(changed.map { $0 + "\n" }.joined(), to: "run/metrics.jsonl")
    let again = try run(path)
    #expect(again.epochs.map(\.epoch) == [1, 4])
    #expect(again.lostEpochs == 2)
    #expect(again.training.history.count == 2)
  }

  private final class Witness: TrainingObserver {
    var events: [String] = []
    func began(_ course: TrainingCourse) {
      events.append("began \(course.firstStep) of \(course.stepCount)")
    }
    func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) {
      if step % 9 == 0 { events.append("\(step): \(terms().map(\.name))") }
    }
    func finishedEpoch(_ record: MetricsRecord) {
      events.append("epoch \(record.epoch!): \(record.values.map(\.name))")
    }
    func willSave(at step: Int) { events.append("saving \(step)") }
    func saved(at step: Int) { events.append("saved \(step)") }
    func ended(at step: Int) { events.append("ended \(step)") }
  }

  @Test func observersAreTold() throws {
    let witness = Witness()
    let run = try LineRun(
      Training(Descent(Line(), plan: Line.plan(epochs: 2, steps: 10)), key: RandomKey(1)), in: nil)
    run.observers = [witness]
    _ = try train(run)
    let values = #"["train/loss", "train/error", "train/penalty", "slope"]"#
    #expect(
      witness.events == [
        "began 0 of 20", #"9: ["loss", "error", "penalty"]"#, "epoch 1: \(values)", "saving 10",
        "saved 10", #"18: ["loss", "error", "penalty"]"#, "epoch 2: \(values)", "saving 20",
        "saved 20", "ended 20",
      ])
  }
}
