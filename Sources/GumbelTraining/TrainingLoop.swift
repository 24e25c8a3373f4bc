import GumbelTensors

/// Steps grouped into epochs, with observers, saving and an orderly end.
///
/// The loop keeps nothing of its own: a run that stopped before step n goes on with
/// `from: n`. Time decides when there is something to see or to save, and never what is computed.
public struct TrainingLoop {
  /// The number of epochs, 0 or more.
  public let epochs: Int
  /// The number of steps in an epoch, 1 or more.
  public let stepsPerEpoch: Int
  /// What is told how the run goes, in this order.
  public var observers: [any TrainingObserver] = []
  /// Asked after every step.
  public var shouldStop: () -> Bool = { Interruption.isRequested }
  /// Asked after every epoch that was measured: whether the training is over, although there are steps
  /// left, as ``EarlyStopping`` says.
  public var endsEarly: () -> Bool = { false }
  /// The run is saved after a step when this has passed since it was last saved, and at its end.
  public var saveInterval: Duration = .seconds(60)
  /// Whether the run is saved after every epoch too, however short that was.
  public var savesEveryEpoch = true
  /// How many steps one call of a device trains, so that small networks do not wait for calls; the last
  /// call of an epoch trains those that are left. Between calls, and not inside, progress is shown, and a
  /// run is saved and stops.
  ///
  /// Nil, as it is unless it is set, for 1 on the host, and on another device for an epoch in as few calls
  /// as there can be: of at most 1000 steps where the device makes the batches (``TensorBatches``), and
  /// else of 100, or of as many as have batches of 64 MiB. Where steps are long, fewer stop sooner: a
  /// process that handles signals finishes a call within thirty seconds, or not at all.
  public var stepsPerLaunch: Int?
  /// The seconds of training before this run goes on.
  public var earlierSeconds = 0.0

  /// The most steps of a run: their number is an int32 where steps are compiled.
  package static let mostSteps = Int(Int32.max)

  /// Creates a loop; traps on a negative number of epochs, on epochs without steps, and on more
  /// steps than int32 can count.
  public init(epochs: Int, stepsPerEpoch: Int) {
    require(
      epochs >= 0 && stepsPerEpoch >= 1 && epochs <= Self.mostSteps / stepsPerEpoch,
      "TrainingLoop: \(epochs) epochs of \(stepsPerEpoch) steps")
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// The number of steps in all.
  public var stepCount: Int { epochs * stepsPerEpoch }

  /// Runs the steps from `firstStep` on.
  ///
  /// - Parameters:
  ///   - firstStep: the number of steps done already.
  ///   - endsEpochFirst: whether `endOfEpoch` is called first, for the epoch that ends with
  ///     `firstStep`: where an earlier process has abandoned that.
  ///   - terms: returns the means of the terms in the epoch so far, given the number of steps done. It
  ///     is called between steps whenever an observer asks, and must not change what is trained.
  ///   - save: called with the number of steps done, whenever the run is to be saved: by
  ///     ``saveInterval``, after an epoch's end by ``savesEveryEpoch``, and when the run ends or is
  ///     stopped with steps that are not saved.
  ///   - step: trains one step, or returns false when there is nothing left to train on.
  ///   - endOfEpoch: called after each whole epoch with its number, counted from 0; returns what it
  ///     measured. It may throw ``Interruption/Abandoned``: the run is then saved and stops, as it was
  ///     before the call.
  /// - Returns: the number of steps done, `firstStep` included: ``stepCount`` unless the run was
  ///   stopped before its last step, or ended early.
  /// - Throws: what closures and observers throw; nothing is then saved.
  public func run(
    from firstStep: Int = 0, endsEpochFirst: Bool = false,
    terms: (Int) -> [(name: String, value: Double)] = { _ in [] },
    save: (Int) throws -> Void = { _ in },
    step: (Int) throws -> Bool,
    endOfEpoch: (Int) throws -> Measurements
  ) throws -> Int {
    try run(
      from: firstStep, endsEpochFirst: endsEpochFirst, terms: terms, save: save,
      steps: { try step($0) ? 1 : 0 }, endOfEpoch: endOfEpoch)
  }

  /// The same where a call trains several steps of an epoch: it returns how many, and 0 where there is
  /// nothing left to train on.
  func run(
    from firstStep: Int, endsEpochFirst: Bool, terms: (Int) -> [(name: String, value: Double)],
    save: (Int) throws -> Void, steps: (Int) throws -> Int,
    endOfEpoch: (Int) throws -> Measurements
  ) throws -> Int {
    require(
      !endsEpochFirst || firstStep > 0 && firstStep % stepsPerEpoch == 0,
      "TrainingLoop.run: step \(firstStep) ends no epoch of \(stepsPerEpoch) steps")
    var done = firstStep
    var endsEpoch = endsEpochFirst
    var boundary = StepBoundary(self)
    func saveNow() throws {
      for observer in observers { try observer.willSave(at: done) }
      try save(done)
      for observer in observers { try observer.saved(at: done) }
    }
    try tell {
      try $0.began(
        TrainingCourse(firstStep: firstStep, epochs: epochs, stepsPerEpoch: stepsPerEpoch))
    }
    FreedMemory.giveBack()
    while endsEpoch || done < stepCount {
      if !endsEpoch {
        let count = try steps(done)
        if count == 0 { break }
        done += count
        endsEpoch = done % stepsPerEpoch == 0
      }
      boundary.passed()
      if endsEpoch {
        let measurements: Measurements
        do {
          measurements = try Interruption.saving { try endOfEpoch(done / stepsPerEpoch - 1) }
        } catch is Interruption.Abandoned {
          Interruption.beginSaving()
          break
        }
        if !observers.isEmpty {
          let record = MetricsRecord(
            step: done, epoch: done / stepsPerEpoch, seconds: boundary.seconds, measurements)
          try tell { try $0.finishedEpoch(record) }
        }
      } else {
        for observer in observers { try observer.progressed(to: done) { terms(done) } }
      }
      let decision = boundary.decide(afterEpoch: endsEpoch)
      let isOver = endsEpoch && endsEarly()
      endsEpoch = false
      if decision.saves {
        try Interruption.saving { try saveNow() }
        boundary.saved()
      }
      if decision.stops {
        // Other reasons than signals leave time for what follows.
        if Interruption.isRequested { Interruption.beginSaving() }
        break
      }
      if isOver { break }
    }
    if !boundary.isSaved { try saveNow() }
    try tell { try $0.ended(at: done) }
    return done
  }

  private func tell(_ event: (any TrainingObserver) throws -> Void) rethrows {
    for observer in observers { try event(observer) }
  }
}
