#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// Tests of fit with fixed keys. A test fails where its statistic exceeds the value that a correct
// sampler exceeds with the error rate: since the keys are fixed, a test that passes once passes
// always, and the rate is the chance that a change of keys makes a correct sampler fail.

/// The error rate of each statistical test.
public let errorRate = 1e-6

/// Five standard deviations: what a normal variable exceeds with a probability of 5.7e-7.
public let allowedDeviations = 5.0

/// Pearson's statistic of counts against probabilities, relative to its critical value: at most 1
/// passes. A class of probability 0 that was drawn gives infinity.
public func chiSquareRatio(_ counts: [Int], _ probabilities: [Double]) -> Double {
  let n = Double(counts.reduce(0, +))
  var statistic = 0.0
  var cells = 0
  for (count, p) in zip(counts, probabilities) {
    if p == 0 {
      if count > 0 { return .infinity }
      continue
    }
    let expected = n * p
    statistic += (Double(count) - expected) * (Double(count) - expected) / expected
    cells += 1
  }
  return cells < 2 ? 0 : statistic / chiSquareCritical(cells - 1)
}

/// The value that a chi-square variable exceeds with ``errorRate`` (Wilson & Hilferty 1931).
public func chiSquareCritical(_ degrees: Int) -> Double {
  let z = 4.753_424  // the standard normal's quantile at 1 - 1e-6
  let v = 2 / (9 * Double(degrees))
  return Double(degrees) * pow(1 - v + z * v.squareRoot(), 3)
}

/// The Kolmogorov-Smirnov statistic of a sample against a distribution function, relative to its
/// critical value (Kolmogorov's limit): at most 1 passes.
public func kolmogorovSmirnovRatio(
  _ sample: [Float], _ distribution: (Double) -> Double
) -> Double {
  let n = Double(sample.count)
  var largest = 0.0
  for (i, x) in sample.sorted().enumerated() {
    let f = distribution(Double(x))
    largest = max(largest, f - Double(i) / n, Double(i + 1) / n - f)
  }
  return largest * n.squareRoot() / (-log(errorRate / 2) / 2).squareRoot()
}

/// The mean and the standard error of the mean.
public func meanAndError(_ values: [Double]) -> (mean: Double, error: Double) {
  let n = Double(values.count)
  let mean = values.reduce(0, +) / n
  let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
  return (mean, (variance / n).squareRoot())
}

/// How often each of 0 ..< classes occurs; whatever lies outside is counted last.
public func counts(_ draws: [Int32], classes: Int) -> [Int] {
  var result = [Int](repeating: 0, count: classes + 1)
  for draw in draws { result[draw >= 0 && Int(draw) < classes ? Int(draw) : classes] += 1 }
  return result
}
