import GumbelTensors

extension RelaxedBernoulli<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(logits: Tensor, temperature: Tensor) {
    self.logits = logits
    self.temperature = temperature
    _ = batchShape
  }

  /// - Parameters:
  ///   - probabilities: of 1, between 0 and 1.
  ///   - temperature: positive; broadcasts with the probabilities.
  public init(probabilities: Tensor, temperature: Tensor) {
    self.init(
      logits: probabilities.logOfProbabilities - (1 - probabilities).logOfProbabilities,
      temperature: temperature)
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape(
      "RelaxedBernoulli", ["logits": logits, "temperature": temperature])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let rows = shape + batchShape
    let noise = standardLogistic(rows, key: key)
    let isZero = temperature .== Tensor(0)
    let isValid = temperature .>= Tensor(0)
    let z = (logits + noise) / select(isZero, Tensor(1), temperature)
    let limit = select(z .> 0, Tensor(.infinity), Tensor(-.infinity))
    return select(isValid, select(isZero, limit, z), Tensor(.nan))
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let isCertain = abs(logits) .== Tensor(.infinity)
    let isInfinite = abs(value) .== Tensor(.infinity)
    let u =
      temperature * select(isInfinite, Tensor(0), value) - select(isCertain, Tensor(0), logits)
    let density = logSigmoid(u) + logSigmoid(-u) + logTemperature
    let isOnlyValue = isCertain * (value .== logits)
    let atInfinity = select(isOnlyValue, Tensor(0), Tensor(-.infinity))
    return select(
      maximum(isCertain, isInfinite), select(value.isNaN, value, atInfinity), density)
  }

  private var logTemperature: Tensor { temperature.logOfPositive }

  /// `logit / temperature`.
  public var mean: Tensor { logits / temperature }
  /// `π² / (3 t²)`.
  public var variance: Tensor {
    (Float.pi * .pi / 3 / square(temperature)).broadcast(to: batchShape)
  }
  /// `2 - log t`, with respect to z.
  public var entropy: Tensor { (2 - logTemperature).broadcast(to: batchShape) }
}
