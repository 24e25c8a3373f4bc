import CGumbelMath
import GumbelTensors

extension RelaxedBernoulli<Double> {
  /// Traps unless the logit is a number and the temperature positive: there is no density at 0.
  public init(logits: Double, temperature: Double) {
    require(!logits.isNaN, "RelaxedBernoulli: the logit is NaN")
    requireTemperature(temperature, "RelaxedBernoulli")
    self.logits = logits
    self.temperature = temperature
  }

  /// Traps unless the probability, that of 1, lies between 0 and 1 and the temperature is positive.
  public init(probabilities: Double, temperature: Double) {
    require(
      probabilities >= 0 && probabilities <= 1,
      "RelaxedBernoulli: probability \(probabilities), expected a number between 0 and 1")
    self.init(logits: log(probabilities) - log1p(-probabilities), temperature: temperature)
  }

  public func logProbability(of value: Double) -> Double {
    if value.isNaN { return .nan }
    if logits.isInfinite { return value == logits ? 0 : -.infinity }
    if value.isInfinite { return -.infinity }
    let u = abs(temperature * value - logits)
    return log(temperature) - u - 2 * log1p(exp(-u))
  }

  /// `logit / temperature`.
  public var mean: Double { logits / temperature }
  /// `π² / (3 t²)`.
  public var variance: Double { .pi * .pi / 3 / (temperature * temperature) }
  /// `2 - log t`, with respect to z.
  public var entropy: Double { 2 - log(temperature) }
}
