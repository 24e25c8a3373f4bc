/// Watches a training, such as a progress bar, a log, or a program's own window does.
///
/// Each requirement does nothing by default. What an observer throws ends the training.
public protocol TrainingObserver: AnyObject {
  /// The training begins, or goes on.
  func began(_ course: TrainingCourse) throws

  /// A step was trained that does not end an epoch. This is called after every one, so it has to be
  /// quick.
  ///
  /// - Parameters:
  ///   - step: the number of steps done.
  ///   - terms: the means of the terms in the epoch so far. To ask for them takes time, as they are read
  ///     from tensors.
  func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) throws

  /// An epoch came to its end and was measured.
  func finishedEpoch(_ record: MetricsRecord) throws

  /// The training is about to be saved: what was told up to here has to outlast a power cut.
  func willSave(at step: Int) throws

  /// The training was saved.
  func saved(at step: Int) throws

  /// The training is over, or stopped.
  func ended(at step: Int) throws
}

extension TrainingObserver {
  public func began(_ course: TrainingCourse) throws {}
  public func progressed(
    to step: Int, terms: () -> [(name: String, value: Double)]
  ) throws {}
  public func finishedEpoch(_ record: MetricsRecord) throws {}
  public func willSave(at step: Int) throws {}
  public func saved(at step: Int) throws {}
  public func ended(at step: Int) throws {}
}

/// How far a training has come when it begins or goes on, and how long it is.
public struct TrainingCourse: Hashable, Sendable {
  /// The number of steps done.
  public let firstStep: Int
  /// The number of epochs in all.
  public let epochs: Int
  /// The number of steps in an epoch.
  public let stepsPerEpoch: Int

  /// The number of steps in all.
  public var stepCount: Int { epochs * stepsPerEpoch }
}
