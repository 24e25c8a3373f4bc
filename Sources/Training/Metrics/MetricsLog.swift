import Tensors

/// What a run measured at a step.
public struct MetricsRecord {
  /// The number of steps done.
  public let step: Int
  /// The number of epochs done, where the run counts them.
  public let epoch: Int?
  /// Seconds of training up to here, those before a resumption included.
  public let seconds: Double
  /// The measured values in the order in which they were given.
  public let values: [(name: String, value: Double)]

  /// Creates a record; traps on a negative step, on a name that occurs twice, and on the names
  /// `step`, `epoch` and `seconds`.
  public init(
    step: Int, epoch: Int? = nil, seconds: Double, values: [(name: String, value: Double)]
  ) {
    require(step >= 0, "MetricsRecord: step \(step) is negative")
    var names: Set = ["step", "epoch", "seconds"]
    for (name, _) in values {
      require(
        names.insert(name).inserted, "MetricsRecord: \(name) occurs twice or has a meaning already")
    }
    self.step = step
    self.epoch = epoch
    self.seconds = seconds
    self.values = values
  }
}

/// A place where measurements go.
public protocol MetricsSink: AnyObject {
  /// Appends a record.
  func write(_ record: MetricsRecord) throws
  /// Appends a picture in the PNG format; a sink without pictures does nothing.
  func write(image png: [UInt8], named name: String, step: Int) throws
  /// Appends a text in Markdown; a sink without texts does nothing.
  func write(text: String, named name: String, step: Int) throws
  /// Returns when everything written so far would survive a power cut.
  func flush() throws
}

/// Sends measurements to any number of sinks.
public struct MetricsLog {
  /// Where the measurements go.
  public let sinks: [any MetricsSink]
  private let start: ContinuousClock.Instant
  private let earlierSeconds: Double

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - sinks: where the measurements go.
  ///   - earlierSeconds: the seconds that the run took before it was resumed.
  public init(_ sinks: [any MetricsSink], earlierSeconds: Double = 0) {
    self.sinks = sinks
    self.earlierSeconds = earlierSeconds
    start = ContinuousClock().now
  }

  /// The seconds of the run so far.
  public var seconds: Double { earlierSeconds + (ContinuousClock().now - start) / .seconds(1) }

  /// Writes the values of a step to every sink.
  public func write(
    step: Int, epoch: Int? = nil, _ values: [(name: String, value: Double)]
  ) throws {
    let record = MetricsRecord(step: step, epoch: epoch, seconds: seconds, values: values)
    for sink in sinks { try sink.write(record) }
  }

  /// Writes the values of a step to every sink.
  public func write(
    step: Int, epoch: Int? = nil, _ values: KeyValuePairs<String, Double>
  ) throws {
    try write(step: step, epoch: epoch, values.map { (name: $0.key, value: $0.value) })
  }

  /// Writes a picture to every sink that takes pictures; traps if the bytes are not a PNG's.
  public func write(image png: [UInt8], named name: String, step: Int) throws {
    for sink in sinks { try sink.write(image: png, named: name, step: step) }
  }

  /// Writes a text in Markdown to every sink that takes texts.
  public func write(text: String, named name: String, step: Int) throws {
    for sink in sinks { try sink.write(text: text, named: name, step: step) }
  }

  /// Returns when everything written so far would survive a power cut.
  public func flush() throws {
    for sink in sinks { try sink.flush() }
  }
}
