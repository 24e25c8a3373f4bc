import CMath
import Tensors

extension RelaxedBernoulli<Double> {
  /// Traps unless the logit is a number and the temperature positive: there is no density at 0.
  public init(logit: Double, temperature: Double) {
    require(!logit.isNaN, "RelaxedBernoulli: the logit is NaN")
    requireTemperature(temperature, "RelaxedBernoulli")
    self.logit = logit
    self.temperature = temperature
  }

  /// Traps unless the probability, that of 1, lies between 0 and 1 and the temperature is positive.
  public init(probability: Double, temperature: Double) {
    require(
      probability >= 0 && probability <= 1,
      "RelaxedBernoulli: probability \(probability), expected a number between 0 and 1")
    self.init(logit: log(probability) - log1p(-probability), temperature: temperature)
  }

  public func logProbability(of value: Double) -> Double {
    if logit.isInfinite { return value == logit ? 0 : -.infinity }
    if value.isInfinite { return -.infinity }
    let u = abs(temperature * value - logit)
    return log(temperature) - u - 2 * log1p(exp(-u))
  }

  /// `logit / temperature`.
  public var mean: Double { logit / temperature }
  /// `π² / (3 t²)`.
  public var variance: Double { .pi * .pi / 3 / (temperature * temperature) }
  /// `2 - log t`, with respect to z.
  public var entropy: Double { 2 - log(temperature) }
}
