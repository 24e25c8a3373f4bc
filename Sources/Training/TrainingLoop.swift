import Tensors

/// Steps grouped into epochs, with progress, saving and an orderly end.
///
/// The loop keeps nothing of its own: a run that stopped before step n goes on with
/// `from: n`. Time decides when there is something to see or to save, and never what is computed.
public struct TrainingLoop {
  /// The number of epochs, 0 or more.
  public let epochs: Int
  /// The number of steps in an epoch, 1 or more.
  public let stepsPerEpoch: Int
  /// Shows how far the run is; nil for none.
  public var progress: ProgressBar?
  /// Asked after every step.
  public var shouldStop: () -> Bool = { Interruption.isRequested }
  /// The run is saved after a step when this has passed since it was last saved, and at its end.
  public var saveInterval: Duration = .seconds(60)
  /// Whether the run is saved after every epoch too, however short that was.
  public var savesEveryEpoch = true

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
  ///   - report: called between steps whenever the progress is shown, at most ten times a second;
  ///     returns metrics to show beside it. It must not change what is trained.
  ///   - save: called with the number of steps done, whenever the run is to be saved: by
  ///     ``saveInterval``, after an epoch's end by ``savesEveryEpoch``, and when the run ends or is
  ///     stopped with steps that are not saved.
  ///   - step: trains one step, or returns false when there is nothing left to train on.
  ///   - endOfEpoch: called after each whole epoch; returns its metrics. It may throw
  ///     ``Interruption/Abandoned``: the run is then saved and stops, as it was before the call.
  /// - Returns: the number of steps done, `firstStep` included: ``stepCount`` unless the run was
  ///   stopped before its last step.
  /// - Throws: what the closures throw; nothing is then saved.
  public func run(
    from firstStep: Int = 0, endsEpochFirst: Bool = false,
    report: (Int) -> [(name: String, value: Double)] = { _ in [] },
    save: (Int) throws -> Void,
    step: (Int) throws -> Bool,
    endOfEpoch: (Int) throws -> [(name: String, value: Double)]
  ) rethrows -> Int {
    require(
      !endsEpochFirst || firstStep > 0 && firstStep % stepsPerEpoch == 0,
      "TrainingLoop.run: step \(firstStep) ends no epoch of \(stepsPerEpoch) steps")
    var done = firstStep
    var isSaved = true
    var endsEpoch = endsEpochFirst
    let clock = ContinuousClock()
    var lastSave = clock.now
    progress?.start(at: firstStep, of: stepCount)
    FreedMemory.giveBack()
    while endsEpoch || done < stepCount {
      if !endsEpoch {
        guard try step(done) else { break }
        done += 1
        endsEpoch = done % stepsPerEpoch == 0
      }
      isSaved = false
      var isDue = clock.now - lastSave >= saveInterval
      if endsEpoch {
        let epoch = done / stepsPerEpoch - 1
        let metrics: [(name: String, value: Double)]
        do {
          metrics = try Interruption.saving { try endOfEpoch(epoch) }
        } catch is Interruption.Abandoned {
          Interruption.beginSaving()
          break
        }
        endsEpoch = false
        progress?.update(done, metrics: metrics)
        isDue = isDue || savesEveryEpoch
      } else if let progress, progress.isDue {
        progress.update(done, latest: report(done))
      }
      if isDue {
        try Interruption.saving { try save(done) }
        isSaved = true
        lastSave = clock.now
      }
      if shouldStop() {
        Interruption.beginSaving()
        break
      }
    }
    if !isSaved { try save(done) }
    progress?.finish()
    return done
  }

  /// Runs the steps from `firstStep` on and saves nothing.
  public func run(
    from firstStep: Int = 0,
    report: (Int) -> [(name: String, value: Double)] = { _ in [] },
    step: (Int) throws -> Bool,
    endOfEpoch: (Int) throws -> [(name: String, value: Double)]
  ) rethrows -> Int {
    try run(from: firstStep, report: report, save: { _ in }, step: step, endOfEpoch: endOfEpoch)
  }
}
