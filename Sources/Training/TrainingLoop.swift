import Logging
import Tensors

/// Steps grouped into epochs, with progress, logging and an orderly end.
///
/// The loop keeps nothing of its own: a run that stopped before step n goes on with
/// `firstStep: n`.
public struct TrainingLoop {
  /// The number of epochs, 0 or more.
  public let epochs: Int
  /// The number of steps in an epoch, 1 or more.
  public let stepsPerEpoch: Int
  /// Shows how far the run is; nil for none.
  public var progress: ProgressBar?
  /// Receives the metrics of every epoch.
  public var logger: Logger?
  /// Asked after every step.
  public var shouldStop: () -> Bool = { Interruption.isRequested }

  /// Creates a loop; traps on a negative number of epochs and on epochs without steps.
  public init(epochs: Int, stepsPerEpoch: Int) {
    require(
      epochs >= 0 && stepsPerEpoch >= 1,
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
  ///   - step: trains one step, or returns false when there is nothing left to train on.
  ///   - endOfEpoch: called after each whole epoch; returns its metrics.
  /// - Returns: the number of steps done, `firstStep` included: ``stepCount`` unless the run was
  ///   stopped.
  public func run(
    from firstStep: Int = 0, step: (Int) throws -> Bool,
    endOfEpoch: (Int) throws -> [(name: String, value: Double)]
  ) rethrows -> Int {
    var done = firstStep
    progress?.start(at: firstStep, of: stepCount)
    while done < stepCount {
      guard try step(done) else { break }
      done += 1
      if done % stepsPerEpoch == 0 {
        let epoch = done / stepsPerEpoch - 1
        let metrics = try endOfEpoch(epoch)
        progress?.update(done, metrics: metrics)
        logger?.debug(
          "epoch \(epoch + 1) of \(epochs)",
          metadata: Dictionary(
            metrics.map { ($0.name, "\($0.value)") }, uniquingKeysWith: { $1 }))
      }
      if shouldStop() { break }
    }
    progress?.finish()
    return done
  }
}
