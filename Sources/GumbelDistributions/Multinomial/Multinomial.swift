import CGumbelMath
import GumbelTensors

/// The multinomial distribution: how often each class occurs among independent categorical draws.
///
///     P(x) = n! / Π xᵢ! · Π pᵢ^xᵢ,   p = softmax(logits),  Σ x = n
///
/// Logits are those of ``Categorical``. With tensors, counts are float32, which hold whole numbers
/// below 2²⁴.
public struct Multinomial<Value: DistributionParameter>: Sendable {
  /// n, the number of draws.
  public let trials: Int
  /// What one draw is.
  public let categorical: Categorical<Value>

  /// The logarithms of the probabilities, up to a constant: k numbers, `[batch…, k]` with tensors.
  public var logits: Value.Vector { categorical.logits }

  /// Counts of the draws of a distribution; traps unless there are 0 to 2²⁴ of them.
  public init(trials: Int, of categorical: Categorical<Value>) {
    require(
      trials >= 0 && trials <= 1 << 24, "Multinomial: \(trials) trials, expected 0 to \(1 << 24)")
    self.trials = trials
    self.categorical = categorical
  }
}

extension Multinomial<Double> {
  /// See ``Categorical/init(logits:)-([Double])``.
  public init(trials: Int, logits: [Double]) {
    self.init(trials: trials, of: Categorical(logits: logits))
  }
  /// See ``Categorical/init(probabilities:)-([Double])``.
  public init(trials: Int, probabilities: [Double]) {
    self.init(trials: trials, of: Categorical(probabilities: probabilities))
  }

  /// -inf unless the counts sum to the number of draws and only possible classes were drawn.
  public func logProbability(of counts: [Int]) -> Double {
    require(
      counts.count == categorical.classCount,
      "Multinomial: \(counts.count) counts for \(categorical.classCount) classes")
    return logMultinomialProbability(
      counts.map(Double.init), categorical.logProbabilities, trials: Double(trials))
  }

  /// `n p`.
  public var mean: [Double] { categorical.probabilities.map { Double(trials) * $0 } }
  /// Of each count: `n p (1 - p)`.
  public var variance: [Double] {
    categorical.probabilities.map { Double(trials) * $0 * (1 - $0) }
  }

  /// The Kullback-Leibler divergence, in nats: n times that of one draw. Traps unless both have as
  /// many draws.
  public func klDivergence(to other: Self) -> Double {
    requireSameTrials(trials, other.trials)
    return trials == 0 ? 0 : Double(trials) * categorical.klDivergence(to: other.categorical)
  }
}

/// The logarithm of the probability of counts, from those of the classes.
func logMultinomialProbability(
  _ counts: some Collection<Double>, _ logs: some Collection<Double>, trials: Double
) -> Double {
  var (sum, result) = (0.0, logFactorial(trials))
  for (count, log) in zip(counts, logs) {
    if count.isNaN || log.isNaN { return .nan }
    if count < 0 || count > trials || count != count.rounded() { return -.infinity }
    sum += count
    // What did not occur takes no part, also where it is impossible.
    if count > 0 { result += count * log - logFactorial(count) }
  }
  return sum == trials ? result : -.infinity
}

func requireSameTrials(_ a: Int, _ b: Int) {
  require(a == b, "Multinomial.klDivergence: \(a) trials and \(b), expected as many")
}
