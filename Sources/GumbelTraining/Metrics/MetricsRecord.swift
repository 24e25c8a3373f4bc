import GumbelTensors

/// What a training measured at a step.
public struct MetricsRecord {
  /// The number of steps done.
  public let step: Int
  /// The number of epochs done, where the record is about the end of one.
  public let epoch: Int?
  /// Seconds of training up to here, those before a resumption included.
  public let seconds: Double
  /// What was measured.
  public let measurements: Measurements

  /// The measured numbers by their names.
  public var values: [(name: String, value: Double)] { measurements.values }

  /// Creates a record; traps on a negative step, on a name that occurs twice, and on the names
  /// `step`, `epoch` and `seconds`.
  public init(step: Int, epoch: Int? = nil, seconds: Double, _ measurements: Measurements) {
    require(step >= 0, "MetricsRecord: step \(step) is negative")
    var names: Set = ["step", "epoch", "seconds"]
    for name in measurements.values.map(\.name) + measurements.others.map(\.name) {
      require(
        names.insert(name).inserted, "MetricsRecord: \(name) occurs twice or has a meaning already")
    }
    self.step = step
    self.epoch = epoch
    self.seconds = seconds
    self.measurements = measurements
  }

  /// The same, of numbers alone.
  public init(
    step: Int, epoch: Int? = nil, seconds: Double, values: [(name: String, value: Double)]
  ) {
    self.init(step: step, epoch: epoch, seconds: seconds, Measurements(values))
  }
}
