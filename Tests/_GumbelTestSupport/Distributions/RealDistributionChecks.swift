import GumbelDistributions
import GumbelTensors

// The double-precision form: densities, probabilities, quantiles, moments and draws of one
// distribution fit together.

extension DistributionLaw {
  /// What does not hold of the double-precision form.
  public func singleFailures() -> [String] {
    parameters.flatMap { parameters in
      let d = single(parameters)
      let points = points(of: d)
      return integralFailures(d, points) + quantileFailures(d) + momentFailures(d, points)
        + divergenceFailures(d, points) + sampleFailures(d)
    }
  }

  /// Almost all of the support.
  func points(of d: any RealDistribution) -> WeightedPoints {
    let (lower, upper) = (d.quantile(at: 1e-19), d.inverseSurvival(at: 1e-19))
    return isDiscrete ? .integers(lower, upper) : .between(lower, upper, panels: 160)
  }

  private func integralFailures(
    _ d: any RealDistribution, _ points: WeightedPoints
  ) -> [String] {
    let densities = points.points.map { $0.weight * d.probability(of: $0.x) }
    var failures = compare("\(d): the total", densities.reduce(0, +), 1, 1e-12)
    var (sum, next) = (0.0, 0)
    for (x, count) in points.edges {
      while next < count {
        sum += densities[next]
        next += 1
      }
      failures += compare("\(d): the integral up to \(x)", sum, d.cdf(at: x), 1e-12)
      failures += compare("\(d): survival at \(x)", d.survival(at: x), 1 - sum, 1e-12)
      // Each logarithm is that of a number which has all its digits.
      failures += compare(
        "\(d): log cdf at \(x)", exponential(d.logCDF(at: x)), d.cdf(at: x), 1e-14)
      failures += compare(
        "\(d): log survival at \(x)", exponential(d.logSurvival(at: x)), d.survival(at: x), 1e-14)
    }
    let outside = [-Double.infinity, .infinity]
    for x in outside {
      failures += compare("\(d): the density at \(x)", d.probability(of: x), 0, 0)
      failures += compare("\(d): cdf at \(x)", d.cdf(at: x), x < 0 ? 0 : 1, 0)
      failures += compare("\(d): survival at \(x)", d.survival(at: x), x < 0 ? 1 : 0, 0)
    }
    return failures
  }

  private func quantileFailures(_ d: any RealDistribution) -> [String] {
    var failures: [String] = []
    for p in [1e-300, 1e-30, 1e-6, 0.1, 0.3, 0.5, 0.8] {
      let (x, y) = (d.quantile(at: p), d.inverseSurvival(at: p))
      if isDiscrete {
        let isLeast = d.cdf(at: x) >= p && (x == 0 || d.cdf(at: x - 1) < p)
        let isLeastAbove = d.survival(at: y) <= p && (y == 0 || d.survival(at: y - 1) > p)
        if !isLeast { failures.append("\(d): quantile(\(p)) is \(x)") }
        if !isLeastAbove { failures.append("\(d): inverseSurvival(\(p)) is \(y)") }
        continue
      }
      // The quantile's own rounding moves the probability by the density times that.
      let slack = { (x: Double) in 1e-12 + 4e-16 * (x.magnitude + 1) * d.probability(of: x) / p }
      failures += compare("\(d): cdf(quantile(\(p)))", d.cdf(at: x) / p, 1, slack(x))
      failures += compare(
        "\(d): survival(inverseSurvival(\(p)))", d.survival(at: y) / p, 1, slack(y))
    }
    // The ends of the support, beyond which nothing lies.
    for (x, y) in [
      (d.quantile(at: 0), d.inverseSurvival(at: 1)), (d.quantile(at: 1), d.inverseSurvival(at: 0)),
    ] where x != y && !isDiscrete {
      failures.append("\(d): the support ends at \(x) and \(y)")
    }
    if d.survival(at: d.quantile(at: 1)) != 0 {
      failures.append("\(d): there is more above quantile(1) = \(d.quantile(at: 1))")
    }
    return failures
  }

  private func momentFailures(
    _ distribution: any RealDistribution, _ points: WeightedPoints
  ) -> [String] {
    guard let d = distribution as? any HasRealMoments else { return [] }
    func expectation(_ function: (Double) -> Double) -> Double {
      points.sum { x in
        let p = d.probability(of: x)
        return p == 0 ? 0 : p * function(x)
      }
    }
    let deviation = d.standardDeviation
    func standardised(_ power: Int) -> Double {
      expectation { x in
        (0..<power).reduce(1) { product, _ in product * (x - d.mean) / deviation }
      }
    }
    return compare("\(d): the mean", d.mean, expectation { $0 }, 1e-11)
      + compare("\(d): the variance", 1, standardised(2), 1e-11)
      + compare("\(d): the skewness", d.skewness, standardised(3), 1e-10)
      + compare("\(d): the excess kurtosis", d.excessKurtosis, standardised(4) - 3, 1e-9)
      + compare("\(d): the entropy", d.entropy, expectation { -d.logProbability(of: $0) }, 1e-11)
  }

  private func divergenceFailures(
    _ d: any RealDistribution, _ points: WeightedPoints
  ) -> [String] {
    parameters.flatMap { parameters -> [String] in
      let other = single(parameters)
      if let binomial = d as? Binomial<Double>, let other = other as? Binomial<Double>,
        binomial.trials != other.trials
      {
        return []
      }
      guard let closed = closedDivergence(d, other) else { return [] }
      func integrand(_ x: Double) -> Double {
        let log = d.logProbability(of: x)
        return log == -.infinity ? 0 : exponential(log) * (log - other.logProbability(of: x))
      }
      let expected = points.sum(integrand)
      // What the other distribution finds all but impossible may count beyond the points' reach.
      let (first, last) = (points.points[0].x, points.points[points.points.count - 1].x)
      let beyond = (integrand(first).magnitude + integrand(last).magnitude) * (last - first)
      if beyond > 1e-12 * (1 + closed), !isDiscrete { return [] }
      return compare("\(d): the divergence to \(other)", closed, expected, 1e-10)
    }
  }

  private func sampleFailures(_ d: any RealDistribution) -> [String] {
    let key = RandomKey(5).folding(in: name)
    let draws = d.sample(5000, key: key)
    let start = d.sample(17, key: key)
    var failures = fitFailures(d, draws.map(Float.init), "\(d) in double precision")
    if Array(draws.prefix(17)) != start {
      failures.append("\(d): draws depend on how many there are")
    }
    return failures
  }

  /// A test of fit: Kolmogorov & Smirnov's, or Pearson's where values are discrete.
  func fitFailures(_ d: any RealDistribution, _ draws: [Float], _ what: String) -> [String] {
    let ratio: Double
    if isDiscrete {
      // Cells between whole numbers, each with a twentieth of the probability or more.
      var ends: [Double] = []
      for i in 1..<20 {
        let end = d.quantile(at: Double(i) / 20)
        if end > ends.last ?? -1 { ends.append(end) }
      }
      ends.append(.infinity)
      let below = [0] + ends.map { d.cdf(at: $0) }
      let counts = counts(
        draws.map { draw in Int32(ends.firstIndex { Double(draw) <= $0 } ?? ends.count) },
        classes: ends.count)
      let isWhole = draws.allSatisfy { $0 == $0.rounded() && d.probability(of: Double($0)) > 0 }
      if !isWhole { return ["\(what): a draw outside the support"] }
      ratio = chiSquareRatio(counts, zip(below.dropFirst(), below).map { $0 - $1 } + [0])
    } else {
      ratio = kolmogorovSmirnovRatio(draws) { d.cdf(at: $0) }
    }
    return ratio <= 1 ? [] : ["\(what): draws do not fit, \(ratio) of the critical value"]
  }
}
