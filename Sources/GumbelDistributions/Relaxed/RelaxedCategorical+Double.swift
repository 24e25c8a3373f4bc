import CGumbelMath
import GumbelTensors

extension RelaxedCategorical<Double> {
  /// Traps unless a class is possible and the temperature is positive: there is no density at 0.
  public init(logits: [Double], temperature: Double) {
    requireLogits(logits, "RelaxedCategorical")
    requireTemperature(temperature, "RelaxedCategorical")
    self.logits = logits
    self.temperature = temperature
  }

  /// Traps unless the probabilities sum to 1, but for the rounding of float32, and the temperature
  /// is positive.
  public init(probabilities: [Double], temperature: Double) {
    self.init(
      logits: GumbelDistributions.logits(probabilities: probabilities, "RelaxedCategorical"),
      temperature: temperature)
  }

  /// - Parameter value: k numbers with a `log Σ exp` of 0, which is not checked. -inf where a
  ///   possible class has -inf or an impossible one not.
  public func logProbability(of value: [Double]) -> Double {
    require(
      value.count == logits.count,
      "RelaxedCategorical: a value of \(value.count) elements for \(logits.count) classes")
    if value.contains(where: \.isNaN) { return .nan }
    let log = logits.logSoftmax
    var scores: [Double] = []
    for (logit, y) in zip(log, value) {
      if (logit == -.infinity) != (y == -.infinity) { return -.infinity }
      if logit > -.infinity { scores.append(logit - temperature * y) }
    }
    return scores.logSoftmax.reduce(logNormaliser, +)
  }

  /// `log((n - 1)! tⁿ⁻¹)`, n the number of classes that are possible.
  private var logNormaliser: Double {
    let others = Double(possibleCount - 1)
    return lgamma(others + 1) + others * log(temperature)
  }

  private var possibleCount: Int { logits.logSoftmax.count { $0 > -.infinity } }

  /// In nats, with respect to the differences of the elements; it does not depend on the logits.
  public var entropy: Double {
    let n = possibleCount
    return (1..<n).reduce(0) { $0 + Double(n) / Double($1) } - logNormaliser
  }
}

/// Traps unless a density exists at this temperature.
func requireTemperature(_ temperature: Double, _ name: String) {
  require(
    temperature > 0 && temperature < .infinity,
    "\(name): temperature \(temperature), expected a positive finite number")
}
