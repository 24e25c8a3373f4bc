import GumbelTensors

extension RelaxedCategorical<Tensor>: Distribution, Reparameterised, HasEntropy {
  /// Traps unless the logits have the shape `[batch…, k]`, k ≥ 1, and their rows broadcast with the
  /// temperature.
  public init(logits: Tensor, temperature: Tensor) {
    requireLogits(logits, "RelaxedCategorical")
    self.logits = logits
    self.temperature = temperature
    _ = batchShape
  }

  /// The distribution over the classes at which the mask is not 0; see
  /// ``Categorical/init(logits:mask:)``.
  public init(logits: Tensor, mask: Tensor, temperature: Tensor) {
    self.init(
      logits: maskedLogits(logits, mask, "RelaxedCategorical"), temperature: temperature)
  }

  /// Traps unless the shapes broadcast; see ``Categorical/init(probabilities:)-(Tensor)``.
  public init(probabilities: Tensor, temperature: Tensor) {
    requireLogits(probabilities, "RelaxedCategorical")
    self.init(logits: probabilities.logOfProbabilities, temperature: temperature)
  }

  private var rows: RelaxedRows { RelaxedRows(logits, temperature) }
  public var batchShape: Shape { rows.batchShape }
  public var eventShape: Shape { [logits.shape[-1]] }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    rows.sample(shape, key, Tensor.logGumbelSoftmax)
  }

  /// - Parameter value: `[…, k]` with a `logSumExp` of 0 along the classes, which is not checked
  ///   here: ``validate(_:)`` does. -inf where a possible class has -inf or an impossible one not.
  public func logProbability(of value: Tensor) -> Tensor {
    let logits = self.logits.finiteAtMost
    let isPossible = logits.isPossible
    // The density does not depend on a constant that is added to the logits, so that no gradient
    // has to pass through the one that keeps their digits.
    let top = logits.max(along: -1, keepingAxis: true).stoppingGradient()
    let shifted = (logits - top).replacingImpossible(isPossible)
    let isReached = value.isPossible
    let scores = shifted - rows.temperatureOfRows * value.replacingImpossible(isReached)
    let log = select(isPossible, scores, Tensor(-.infinity)).logSoftmax()
    let density = log.replacingImpossible(isPossible).sum(along: -1) + logNormaliser(isPossible)
    let isOutside = abs(isPossible - isReached).sum(along: -1) .> 0
    let sum = value.isNaN.sum(along: -1)
    return select(isOutside, select(sum, Tensor(.nan), Tensor(-.infinity)), density)
  }

  /// `log((n - 1)! tⁿ⁻¹)`, n the number of classes that are possible.
  private func logNormaliser(_ isPossible: Tensor) -> Tensor {
    let n = isPossible.sum(along: -1).stoppingGradient()
    return n.entries(of: logFactorialsBelow(logits.shape[-1])) + (n - 1) * logTemperature
  }

  private var logTemperature: Tensor { temperature.logOfPositive }

  /// `n Hₙ₋₁ - log((n - 1)! tⁿ⁻¹)`, n the number of classes that are possible and H the harmonic
  /// numbers: it does not depend on the logits.
  public var entropy: Tensor {
    let isPossible = logits.finiteAtMost.isPossible
    let n = isPossible.sum(along: -1).stoppingGradient()
    let harmonic = n.entries(of: entropiesAtUnitTemperature(logits.shape[-1]))
    return harmonic - (n - 1) * logTemperature
  }

  /// Throws unless each row of a value has a `logSumExp` of 0, but for the rounding of float32.
  public func validate(_ value: Tensor) throws(SupportError) {
    try validateRows(value, eventShape, "RelaxedCategorical", "logSumExp", expected: 0) {
      $0.map(Double.init).logSumExp
    }
  }
}

extension Tensor {
  /// The entry of a table for each element, a whole number, of a tensor.
  fileprivate func entries(of table: [Double]) -> Tensor {
    Tensor(table.map(Float.init), shape: [table.count, 1]).gatheringRows(at: converted(to: .int32))
      .reshaped(to: shape)
  }
}

/// `log((n - 1)!)` for n from 0, where there is no distribution, to k.
private func logFactorialsBelow(_ k: Int) -> [Double] { [.nan] + logFactorials(upTo: k - 1) }

/// The entropies of relaxed categorical distributions of n classes at temperature 1.
private func entropiesAtUnitTemperature(_ k: Int) -> [Double] {
  var harmonic = 0.0
  return logFactorialsBelow(k).enumerated().map { n, logFactorial in
    if n > 1 { harmonic += 1 / Double(n - 1) }
    return Double(n) * harmonic - logFactorial
  }
}
