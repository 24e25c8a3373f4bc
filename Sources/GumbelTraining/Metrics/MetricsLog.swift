/// A place where measurements are kept: an observer of trainings that writes what they measure.
public protocol MetricsLog: TrainingObserver {
  /// Appends a record.
  func write(_ record: MetricsRecord) throws
  /// Returns when everything written so far would survive a power cut.
  func flush() throws
}

extension MetricsLog {
  public func finishedEpoch(_ record: MetricsRecord) throws { try write(record) }
  public func willSave(at step: Int) throws { try flush() }
}
