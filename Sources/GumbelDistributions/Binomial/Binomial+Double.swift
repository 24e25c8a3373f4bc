import CGumbelMath
import GumbelTensors

extension Binomial<Double>: RealDistribution, HasRealMoments {
  /// Traps unless there are 0 or more trials, at most 2⁵³, and the logit is not NaN.
  public init(trials: Int, logits: Double) {
    require(
      trials >= 0 && trials <= 1 << 53, "Binomial: \(trials) trials, expected between 0 and 2⁵³")
    require(!logits.isNaN, "Binomial: the logit is NaN, expected a number or ±inf")
    self.trials = Double(trials)
    self.logits = logits
  }

  /// Traps unless 0 ≤ p ≤ 1 and there are 0 or more trials.
  public init(trials: Int, probabilities p: Double) {
    require(p >= 0 && p <= 1, "Binomial: probability \(p), expected one between 0 and 1")
    self.init(trials: trials, logits: logit(p))
  }

  /// The probability of a one.
  public var probabilities: Double { sigmoid(logits) }

  public func logProbability(of x: Double) -> Double {
    logBinomialProbability(of: x, trials: trials, logit: logits)
  }

  public func cdf(at x: Double) -> Double { min(exp(logCDF(at: x)), 1) }
  public func survival(at x: Double) -> Double { min(exp(logSurvival(at: x)), 1) }

  public func logCDF(at x: Double) -> Double {
    let k = x.rounded(.down)
    if k < 0 { return -.infinity }
    if k >= trials { return 0 }
    return k <= mean ? logLowerSum(k, logits) : log1mexp(logLowerSum(trials - k - 1, -logits))
  }

  public func logSurvival(at x: Double) -> Double {
    let k = x.rounded(.down)
    if k < 0 { return 0 }
    if k >= trials { return -.infinity }
    return k <= mean ? log1mexp(logLowerSum(k, logits)) : logLowerSum(trials - k - 1, -logits)
  }

  /// `log P(X ≤ k)` for k not far above the mean, where the terms soon decrease from the last on.
  private func logLowerSum(_ k: Double, _ logit: Double) -> Double {
    let last = logBinomialProbability(of: k, trials: trials, logit: logit)
    if last == -.infinity { return logit < 0 ? 0 : -.infinity }
    let odds = exp(-logit)
    var sum = 1.0
    var term = 1.0
    var j = k
    while j > 0 {
      // P(j - 1) / P(j)
      term *= j / (trials - j + 1) * odds
      let next = sum + term
      if next == sum { break }
      sum = next
      j -= 1
    }
    return min(last + log(sum), 0)
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return quantile(lower: p, upper: 1 - p)
  }

  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return quantile(lower: 1 - q, upper: q)
  }

  /// By the smaller of the two probabilities, which has more digits.
  private func quantile(lower p: Double, upper q: Double) -> Double {
    if p == 0 || logits == -.infinity { return 0 }
    if q == 0 { return trials }
    return p < 0.5 ? least { cdf(at: $0) >= p } : least { survival(at: $0) <= q }
  }

  /// The least number of ones with a property that all larger numbers share.
  private func least(where holds: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, trials)
    while low < high {
      let middle = ((low + high) / 2).rounded(.down)
      if holds(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  public func sample(_ count: Int, key: RandomKey) -> [Double] {
    require(count >= 0, "sample: \(count) draws, expected 0 or more")
    let sampler = BinomialSampler(trials: trials, logit: logits)
    let words = key.kernelWords
    return (0..<count).map { i in
      var stream = RandomKeyStream(words: (words[0], words[1]), folding: i)
      return sampler.draw(&stream)
    }
  }
}

extension Binomial<Double> {
  /// The smaller one where two numbers are equally probable.
  public var mode: Double {
    let product = (trials + 1) * sigmoid(logits)
    return max(product.rounded(.up) - 1, 0)
  }
  public var mean: Double { trials * sigmoid(logits) }
  public var variance: Double { trials * sigmoid(logits) * sigmoid(-logits) }
  public var skewness: Double {
    (sigmoid(-logits) - sigmoid(logits)) / variance.squareRoot()
  }
  public var excessKurtosis: Double { 1 / variance - 6 / trials }

  /// The sum over all numbers whose probability counts: there is no closed form.
  public var entropy: Double {
    let reach = 40 * (variance.squareRoot() + 1)
    let first = max((mean - reach).rounded(.down), 0)
    let last = min((mean + reach).rounded(.up), trials)
    return stride(from: first, through: last, by: 1).reduce(0) { sum, k in
      let log = logProbability(of: k)
      return log == -.infinity ? sum : sum - exp(log) * log
    }
  }

  /// The divergence from this distribution to another with as many trials, in nats; traps where
  /// there are more or fewer.
  public func klDivergence(to other: Binomial) -> Double {
    require(
      trials == other.trials,
      "Binomial.klDivergence: \(trials) trials and \(other.trials), expected as many")
    return trials == 0
      ? 0
      : trials * Bernoulli(logits: logits).klDivergence(to: Bernoulli(logits: other.logits))
  }
}
