import Foundation
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

/// A small model that is trained with noise: what it becomes depends on every step's number.
struct Trainer: TensorGroup {
  var weight = Tensor.normal([4, 3], key: RandomKey(1))
  var optimizer: Adam
  var steps = Tensor(int32: 0)

  init() { optimizer = Adam(for: weight, learningRate: 0.01) }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("optimizer", &optimizer)
    visitor.visit("steps", &steps)
  }

  mutating func step(_ temperature: Tensor) -> Tensor {
    let key = RandomKey(7).folding(in: steps)
    let x = Tensor.normal([8, 4], key: key.folding(in: 0))
    let (loss, slope) = valueAndGradient(at: weight) { weight in
      let sample = Tensor.gumbelSoftmax(
        logits: matmul(x, weight), temperature: temperature, key: key.folding(in: 1))
      return square(sample - x.sliced(along: 1, 0..<3)).mean()
    }
    optimizer.update(&weight, along: slope)
    steps = steps + Tensor(int32: 1)
    return loss
  }
}

@Suite struct TrainingLoopTests {
  static func loop(epochs: Int = 5, steps: Int = 8) -> TrainingLoop {
    var loop = TrainingLoop(epochs: epochs, stepsPerEpoch: steps)
    loop.shouldStop = { false }
    return loop
  }

  @Test func runsEveryStepAndEpoch() throws {
    var steps: [Int] = []
    var epochs: [Int] = []
    let done = try Self.loop(epochs: 3, steps: 4).run { step in
      steps.append(step)
      return true
    } endOfEpoch: { epoch in
      epochs.append(epoch)
      #expect(steps.count == 4 * (epoch + 1))
      return [:]
    }
    #expect(done == 12)
    #expect(steps == Array(0..<12))
    #expect(epochs == [0, 1, 2])
  }

  @Test func stops() throws {
    // Asked to: after the step that was running.
    var asked = 0
    var loop = Self.loop()
    loop.shouldStop = {
      asked += 1
      return asked == 11
    }
    var epochs = 0
    let stopped = try loop.run { _ in
      true
    } endOfEpoch: { _ in
      epochs += 1
      return [:]
    }
    #expect(stopped == 11)
    #expect(epochs == 1)
    // Nothing left to train on: the step that found nothing does not count.
    let exhausted = try Self.loop().run {
      $0 < 5
    } endOfEpoch: { _ in
      [:]
    }
    #expect(exhausted == 5)
    // Nothing to do.
    var ran = 0
    let none = try Self.loop(epochs: 0).run { _ in
      ran += 1
      return true
    } endOfEpoch: { _ in
      [:]
    }
    let over = try Self.loop().run(from: 40) { _ in
      ran += 1
      return true
    } endOfEpoch: { _ in
      [:]
    }
    #expect(none == 0 && over == 40 && ran == 0)
    struct Problem: Error {}
    #expect(throws: Problem.self) {
      try Self.loop().run {
        if $0 == 3 { throw Problem() } else { true }
      } endOfEpoch: { _ in
        [:]
      }
    }
  }

  /// A run that was stopped, saved, and went on from its checkpoint ends with the same bits as one
  /// that was never stopped; at whatever step it stops.
  @Test(arguments: [1, 7, 8, 17, 39])
  func resumesExactly(stop: Int) throws {
    let schedule = Schedule.exponential(from: 1, rate: 0.02, floor: 0.5, every: 3)
    func run(
      _ trainer: inout Trainer, from first: Int, until last: Int
    ) throws -> (Int, [Float]) {
      let step = compile { (trainer: inout Trainer, t: Tensor) in trainer.step(t) }
      var losses: [Float] = []
      var reached = first
      var loop = Self.loop()
      loop.shouldStop = { reached == last }
      let done = try loop.run(from: first) { number in
        losses.append(step(&trainer, Tensor(Float(schedule(number)))).scalar)
        reached = number + 1
        return true
      } endOfEpoch: { _ in
        [:]
      }
      return (done, losses)
    }
    var unbroken = Trainer()
    let (all, losses) = try run(&unbroken, from: 0, until: 40)
    #expect(all == 40)

    var first = Trainer()
    let (stopped, early) = try run(&first, from: 0, until: stop)
    #expect(stopped == stop)
    let bytes = try Checkpoint.bytes(of: first, metadata: ["step": "\(stopped)"])
    var second = Trainer()
    let metadata = try Checkpoint.read(&second, bytes: bytes, path: "")
    let (end, late) = try run(&second, from: Int(metadata["step"] ?? "") ?? 0, until: 40)
    #expect(end == 40)
    #expect(early + late == losses)
    let isSame = haveSameBits(second, unbroken)
    #expect(isSame)
  }

  /// An epoch's end that is abandoned is saved as it was before, and made first by who goes on, also
  /// where that was the last epoch.
  @Test(arguments: [4, 12]) func abandonsAnEpochsEnd(step: Int) throws {
    var events: [String] = []
    func run(from first: Int, endsEpochFirst: Bool, abandoning abandoned: Int?) throws -> Int {
      try Self.loop(epochs: 3, steps: 4).run(
        from: first, endsEpochFirst: endsEpochFirst, save: { events.append("save \($0)") }
      ) { _ in
        true
      } endOfEpoch: { epoch in
        if 4 * (epoch + 1) == abandoned { throw Interruption.Abandoned() }
        events.append("epoch \(epoch)")
        return [:]
      }
    }
    let stopped = try run(from: 0, endsEpochFirst: false, abandoning: step)
    #expect(stopped == step)
    let again = try run(from: step, endsEpochFirst: true, abandoning: step)
    #expect(again == step)
    let done = try run(from: step, endsEpochFirst: true, abandoning: nil)
    #expect(done == 12)
    let last = step / 4 - 1
    let before = (0..<last).flatMap { ["epoch \($0)", "save \(4 * ($0 + 1))"] }
    let after = (last..<3).flatMap { ["epoch \($0)", "save \(4 * ($0 + 1))"] }
    #expect(events == before + ["save \(step)", "save \(step)"] + after)
  }

  /// Every step is saved once, by the clock, at an epoch's end, or at the end of all.
  @Test func saves() throws {
    func saves(_ loop: TrainingLoop, from first: Int = 0, until last: Int) throws -> [Int] {
      var saves: [Int] = []
      var events: [String] = []
      var loop = loop
      var reached = first
      loop.shouldStop = { reached == last }
      _ = try loop.run(
        from: first,
        save: {
          saves.append($0)
          events.append("save \($0)")
        }
      ) { number in
        reached = number + 1
        return true
      } endOfEpoch: {
        events.append("epoch \($0)")
        return [:]
      }
      // What is measured at an epoch's end is in what is saved.
      for (event, next) in zip(events, events.dropFirst()) where event.hasPrefix("epoch") {
        if loop.savesEveryEpoch { #expect(next.hasPrefix("save")) }
      }
      return saves
    }
    var loop = Self.loop(epochs: 3, steps: 4)
    let everyEpoch = try saves(loop, until: 12)
    #expect(everyEpoch == [4, 8, 12])
    let stopped = try saves(loop, from: 2, until: 10)
    #expect(stopped == [4, 8, 10])
    loop.savesEveryEpoch = false
    let once = try saves(loop, until: 12)
    #expect(once == [12])
    loop.saveInterval = .zero
    let always = try saves(loop, from: 8, until: 12)
    #expect(always == [9, 10, 11, 12])
    let nothing = try saves(loop, from: 12, until: 12)
    #expect(nothing == [])
  }

  /// A report is asked for when there is somewhere to show it, and not at every step.
  @Test func reports() throws {
    var reports: [Int] = []
    func run(_ progress: ProgressBar?) throws {
      reports = []
      var loop = Self.loop(epochs: 1, steps: 1000)
      loop.observers = progress.map { [$0] } ?? []
      _ = try loop.run(terms: {
        reports.append($0)
        return [("loss", 1)]
      }) { _ in
        true
      } endOfEpoch: { _ in
        [:]
      }
    }
    try run(nil)
    #expect(reports == [])
    try run(ProgressBar(title: "t", isTerminal: false))
    #expect(reports == [])
    let bar = ProgressBar(title: "t", isTerminal: true)
    bar.write = { _ in }
    try run(bar)
    #expect(reports.first == 1)
    #expect(reports.count < 100)
  }

  @Test func trainerShowsItsTensors() {
    #expect(forgottenTensors(in: Trainer()) == [])
  }
}

@Suite struct ProgressTests {
  @Test func plainLines() {
    let bar = ProgressBar(title: "train", isTerminal: false)
    bar.start(at: 0, of: 200)
    #expect(bar.line(elapsed: .seconds(1)) == "train  0 %")
    bar.update(50, metrics: [("loss", 0.123456), ("temperature", 12.34567)])
    #expect(
      bar.line(elapsed: .seconds(10))
        == "train  25 %  30.0 s left  loss 0.1235  temperature 12.346")
    bar.update(199, metrics: [])
    #expect(bar.line(elapsed: .seconds(199)) == "train  99 %  1.0 s left")
    bar.update(200, metrics: [("loss", .nan)])
    #expect(bar.line(elapsed: .milliseconds(12_340)) == "train  100 %  12.3 s  loss nan")
  }

  /// The time left is counted from where a resumed run began.
  @Test func resumed() {
    let bar = ProgressBar(title: "t", isTerminal: false)
    bar.start(at: 100, of: 300)
    #expect(bar.line(elapsed: .zero) == "t  33 %")
    bar.update(200, metrics: [])
    #expect(bar.line(elapsed: .seconds(100)) == "t  66 %  1 min 40 s left")
  }

  @Test func durations() {
    let bar = ProgressBar(title: "t", isTerminal: false)
    bar.start(at: 0, of: 1)
    bar.update(1, metrics: [])
    let lines: [(Duration, String)] = [
      (.milliseconds(40), "0.0 s"), (.milliseconds(59_940), "59.9 s"),
      (.milliseconds(59_960), "1 min 0 s"), (.seconds(61), "1 min 1 s"),
      (.seconds(3599), "59 min 59 s"), (.seconds(3600), "1 h 0 min"),
      (.seconds(90_061), "25 h 1 min"),
    ]
    for (elapsed, expected) in lines {
      let line = bar.line(elapsed: elapsed)
      #expect(line == "t  100 %  " + expected)
    }
  }

  @Test func bars() {
    let bar = ProgressBar(title: "t", isTerminal: true)
    for (done, filled) in [(0, 0), (5, 12), (9, 21), (10, 24)] {
      bar.start(at: done, of: 10)
      let line = bar.line(elapsed: .zero)
      let expected =
        String(repeating: "█", count: filled)
        + String(repeating: "░", count: 24 - filled)
      #expect(line == "t  \(expected)  \(done * 10) %")
    }
    bar.start(at: 0, of: 0)
    let nothing = bar.line(elapsed: .zero)
    #expect(nothing.hasSuffix("100 %"))
  }

  @Test func throughput() {
    let bar = ProgressBar(title: "t", unit: "images", itemsPerStep: 100, isTerminal: false)
    bar.start(at: 100, of: 300)
    for (elapsed, expected) in [
      (Duration.seconds(2), "5000 images/s  2.0 s left"),
      (.seconds(1000), "10.0 images/s  16 min 40 s left"),
      (.seconds(3000), "3.33 images/s  50 min 0 s left"), (.zero, "0.0 s left"),
    ] {
      bar.update(200, latest: [])
      let line = bar.line(elapsed: elapsed)
      #expect(line == "t  66 %  " + expected)
    }
  }

  /// Metrics from within an epoch stand before the last epoch's, and in the place of their own.
  @Test func latestMetrics() {
    let bar = ProgressBar(title: "t", isTerminal: false)
    bar.start(at: 0, of: 10)
    bar.update(5, metrics: [("loss", 3), ("test", 2)])
    bar.update(6, latest: [("loss", 1)])
    let within = bar.line(elapsed: .seconds(6))
    #expect(within == "t  60 %  4.0 s left  loss 1.0  test 2.0")
    bar.update(10, metrics: [("loss", 0.5)])
    let end = bar.line(elapsed: .seconds(6))
    #expect(end == "t  100 %  6.0 s  loss 0.5")
  }

  @Test func linesFitTheTerminal() {
    let bar = ProgressBar(title: "training", unit: "images", isTerminal: true)
    bar.write = { _ in }
    bar.start(at: 0, of: 100)
    bar.update(50, metrics: [("train bound", -101.125), ("test bound", -102.5)])
    func line(_ width: Int?) -> String { bar.line(elapsed: .seconds(10), width: width) }
    let whole = line(nil)
    let texts = "50 %  5.0 images/s  10.0 s left"
    let bounds = "  train bound -101.125  test bound -102.5"
    #expect(whole == "training  ████████████░░░░░░░░░░░░  \(texts)\(bounds)")
    #expect(line(whole.count + 1) == whole)
    let first = "  train bound -101.125"
    #expect(line(whole.count) == "training  ████████████░░░░░░░░░░░░  \(texts)\(first)")
    // The terminal alone says how long the bar is; metrics go from the end.
    #expect(line(82) == "training  ██████░░░░░░  \(texts)\(first)")
    #expect(line(60) == "training  ███░░░  \(texts)")
    #expect(line(45) == "training  \(texts)")
    #expect(line(16) == "training  50 % ")
    for width in 1...120 { #expect(line(width).count < width) }
  }

  /// Numbers that grow and shrink make neither the bar nor a metric come and go.
  @Test func steadyOnATerminal() {
    let bar = ProgressBar(title: "training", isTerminal: true)
    bar.write = { _ in }
    bar.start(at: 0, of: 100)
    var shown: [Int] = []
    for value in [0.5, -1234.125, 0.5, -123_456_789.125, 0.5] {
      bar.update(50, metrics: [("bound", value), ("test", value)])
      let line = bar.line(elapsed: .seconds(10), width: 64)
      #expect(line.contains("███░░░"))
      shown.append(line.components(separatedBy: "  ").count)
    }
    #expect(shown == shown.sorted(by: >))
  }

  /// What is said for good stands above the bar.
  @Test func notes() {
    var shown = ""
    for (isTerminal, expected) in [(true, "\r\u{1B}[Kepoch 1\n"), (false, "epoch 1\n")] {
      let bar = ProgressBar(title: "t", isTerminal: isTerminal)
      bar.start(at: 0, of: 2)
      bar.write = { _ in }
      bar.update(1, metrics: [])
      shown = ""
      bar.write = { shown += $0 }
      bar.note("epoch 1")
      #expect(shown == expected)
    }
  }

  /// A line is shown over the one before, and refreshed within an epoch.
  @Test func shown() throws {
    let bar = ProgressBar(title: "t", isTerminal: true)
    var shown: [String] = []
    bar.write = { shown.append($0) }
    var loop = TrainingLoop(epochs: 1, stepsPerEpoch: 2)
    loop.shouldStop = { false }
    loop.observers = [bar]
    _ = try loop.run(terms: { [("step", Double($0))] }) { _ in
      true
    } endOfEpoch: { _ in
      ["end": 1]
    }
    #expect(shown.count >= 2)
    #expect(shown[0].hasPrefix("\r\u{1B}[Kt  ████████████░░░░░░░░░░░░  50 %"))
    #expect(shown[0].hasSuffix("  step 1.0"))
    #expect(shown.last?.hasSuffix("  end 1.0\n") == true)
  }
}
