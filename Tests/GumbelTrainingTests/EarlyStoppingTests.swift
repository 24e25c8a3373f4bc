import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct EarlyStoppingTests {
  @Test func theRule() {
    var stopping = EarlyStopping(patience: 3, minimumDelta: 0.5)
    var found: [Bool] = []
    for value in [Double.nan, 3, 2.6, 2.4, 2.0, 1.92, 1.91] {
      found.append(stopping.note(value))
      if stopping.isOver { break }
    }
    // 2.6 is less than 3 by less than the minimum, and so are 2.0, 1.92 and 1.91 than 2.4.
    #expect(found == [false, true, false, true, false, false, false])
    #expect(stopping.bestEpoch == 4 && stopping.bestValue == 2.4 && stopping.isOver)
    var never = EarlyStopping(patience: nil)
    for value in [1.0, 2, 3, 4] { never.note(value) }
    #expect(!never.isOver && never.bestEpoch == 1)
    // What is never a number has no best epoch, and ends all the same.
    var none = EarlyStopping(patience: 2)
    for _ in 0..<2 { none.note(.nan) }
    #expect(none.isOver && none.bestEpoch == nil)
  }

  private typealias LineRun = Run<Descent<Line, Adam>, [String: Double]>

  /// What is measured after each epoch is given: the training itself has nothing to do with it. A
  /// dictionary comes back from the log as it was, without the terms of the training.
  private static let values = [5.0, 3, 4, 2, 2.5, 2.2, 1, 1]

  private func run(_ path: String, patience: Int?) throws -> LineRun {
    let run = try LineRun(in: path, settings: ["epochs": 8]) { _ in
      Training(Descent(Line(), plan: Line.plan(epochs: 8, steps: 5)), key: RandomKey(1))
    }
    try run.keepBest(EarlyStopping(patience: patience)) { $0["value"]! }
    return run
  }

  private struct Killed: Error {}

  private func train(_ run: LineRun, killedAt last: Int? = nil) throws -> Bool {
    do {
      return try run.train(on: { step in
        if step == last { throw Killed() }
        return Line.batch(step)
      }) { ["value": Self.values[$0.stepsDone / 5 - 1]] }
    } catch is Killed {
      return false
    }
  }

  @Test func aRunEndsAndKeepsItsBestEpoch() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let run = try run(folder.path + "/run", patience: 2)
    let isDone = try train(run)
    // Epoch 4 is the best, and 5 and 6 are not better.
    #expect(isDone && run.hasEndedEarly && run.epochs.count == 6)
    #expect(run.stopping?.bestEpoch == 4 && run.best?.stepsDone == 20)
    // It is what a training of so many epochs is.
    var other = Training(
      Descent(Line(), plan: Line.plan(epochs: 8, steps: 5)), key: RandomKey(1))
    for step in 0..<20 {
      other.setRates(at: step)
      other.trainStep(on: Line.batch(step))
    }
    #expect(run.best?.model.slope.scalar == other.model.slope.scalar)
    var read = run.training
    let position = try RunDirectory.restore(&read, from: folder.path + "/run/best.safetensors")
    #expect(position.step == 20 && read.model.slope.scalar == other.model.slope.scalar)
    #expect(read.model.slope.scalar != run.training.model.slope.scalar)
  }

  /// Wherever it is killed, it ends after the same epoch, with the same best one and the same bits.
  @Test func aKilledRunEndsWhereAnUnbrokenOneDoes() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let whole = try run(folder.path + "/whole", patience: 2)
    _ = try train(whole)
    for last in 1...30 {
      let path = folder.path + "/\(last)"
      do {
        let part = try run(path, patience: 2)
        part.saveInterval = last % 2 == 0 ? .zero : .seconds(60)
        let isDone = try train(part, killedAt: last)
        #expect(isDone == (last == 30))
      }
      do {
        let end = try run(path, patience: 2)
        let isDone = try train(end)
        #expect(isDone && end.epochs.count == 6)
        #expect(end.stopping == whole.stopping && haveSameBits(end.training, whole.training))
        let slopes = [end, whole].map { $0.best?.model.slope.scalar }
        #expect(slopes[0] == slopes[1])
      }
      // What is over has nothing left to do.
      let again = try run(path, patience: 2)
      #expect(again.epochs.map(\.measured) == whole.epochs.map(\.measured))
      let isStillDone = try train(again, killedAt: 30)
      #expect(isStillDone && again.best?.stepsDone == 20)
    }
  }

  @Test func withoutPatienceAllEpochsAreTrained() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let run = try run(folder.path + "/run", patience: nil)
    let isDone = try train(run)
    #expect(isDone && !run.hasEndedEarly && run.epochs.count == 8)
    #expect(run.stopping?.bestEpoch == 7)
  }

  /// A time that is over ends a run after the step under way, and what goes on ends in the same bits.
  @Test func aRunEndsWithItsTime() throws {
    let folder = try Folder()
    defer { folder.remove() }
    let whole = try run(folder.path + "/whole", patience: nil)
    _ = try train(whole)
    do {
      let part = try run(folder.path + "/part", patience: nil)
      part.deadline = .now
      let isDone = try train(part)
      #expect(!isDone && part.isTimeOver && part.training.stepsDone == 1)
    }
    let rest = try run(folder.path + "/part", patience: nil)
    #expect(rest.training.stepsDone == 1)
    let isDone = try train(rest)
    #expect(isDone && haveSameBits(rest.training, whole.training))
  }
}
