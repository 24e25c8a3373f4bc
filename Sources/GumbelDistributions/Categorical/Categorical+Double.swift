import CGumbelMath
import GumbelTensors

extension Categorical<Double> {
  /// Traps unless there is a class that is possible, and on NaN.
  public init(logits: [Double]) {
    requireLogits(logits, "Categorical")
    self.logits = logits
  }

  /// Traps unless the probabilities sum to 1, but for the rounding of float32.
  public init(probabilities: [Double]) {
    self.init(logits: GumbelDistributions.logits(probabilities: probabilities, "Categorical"))
  }

  /// k.
  public var classCount: Int { logits.count }

  /// The normalised logits.
  public var logProbabilities: [Double] { logits.logSoftmax }

  /// Of every class.
  public var probabilities: [Double] { logProbabilities.map(exp) }

  /// The most probable class, the lowest on ties.
  public var mode: Int { logits.argmax }

  /// The logarithm of a class's probability; -inf outside 0 ..< k.
  public func logProbability(of value: Int) -> Double {
    logits.indices.contains(value) ? logProbabilities[value] : -.infinity
  }

  /// In nats.
  public var entropy: Double {
    -logProbabilities.reduce(0) { $1 == -.infinity ? $0 : $0 + exp($1) * $1 }
  }

  /// The Kullback-Leibler divergence `Σ p log(p / q)`, in nats; +inf where a class is possible here
  /// and impossible there. Traps unless both have the same number of classes.
  public func klDivergence(to other: Self) -> Double {
    require(
      classCount == other.classCount,
      "Categorical.klDivergence: \(classCount) classes and \(other.classCount)")
    return zip(logProbabilities, other.logProbabilities).reduce(0) { sum, logs in
      logs.0 == -.infinity ? sum : sum + exp(logs.0) * (logs.0 - logs.1)
    }
  }
}
