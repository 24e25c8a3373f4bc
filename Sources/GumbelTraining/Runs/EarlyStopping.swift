import GumbelTensors

/// Ends a training when what is measured on data that it does not learn from has stopped improving.
///
/// ```swift
/// var stopping = EarlyStopping(patience: 2)
/// for loss in [3.0, 2.0, 2.5, 2.1] { stopping.note(loss) }
/// print(stopping.bestEpoch ?? 0, stopping.isOver)  // 2 true
/// ```
///
/// Epoch e is an improvement where its value is less than the best one before by more than
/// ``minimumDelta``, and the first one whose value is a number always is. The training is over after
/// ``patience`` epochs without one. The state follows from the values alone, so that a run that is
/// resumed, and notes those of its log again, ends where an unbroken one does.
public struct EarlyStopping: Hashable, Sendable {
  /// The epochs without an improvement after which the training is over; nil to never end it, where only
  /// the best epoch is to be known.
  public let patience: Int?
  /// What a value has to be less than the best one by.
  public let minimumDelta: Double
  /// The epochs noted so far.
  public private(set) var epochs = 0
  /// The number of the best epoch, counted from 1; nil before there is one.
  public private(set) var bestEpoch: Int?
  /// Its value; nil before there is one.
  public private(set) var bestValue: Double?

  /// Creates a rule that has seen nothing; traps unless the patience is above 0 and `minimumDelta` 0 or
  /// more.
  public init(patience: Int?, minimumDelta: Double = 0) {
    require(
      patience ?? 1 >= 1 && minimumDelta >= 0,
      "EarlyStopping: a patience of \(patience ?? 1) and a minimum of \(minimumDelta); expected 1 or "
        + "more and 0 or more")
    self.patience = patience
    self.minimumDelta = minimumDelta
  }

  /// Notes what was measured after the next epoch: the less, the better. NaN is no improvement.
  ///
  /// - Returns: whether the epoch is the best so far.
  @discardableResult
  public mutating func note(_ value: Double) -> Bool {
    epochs += 1
    let isBest = bestValue.map { value < $0 - minimumDelta } ?? !value.isNaN
    if isBest { (bestEpoch, bestValue) = (epochs, value) }
    return isBest
  }

  /// Whether the training is over.
  public var isOver: Bool { patience.map { epochs - (bestEpoch ?? 0) >= $0 } ?? false }
}
