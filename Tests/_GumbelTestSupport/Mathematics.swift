#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

// The C library's functions under names that no tensor function shares.

public func exponential(_ x: Double) -> Double { exp(x) }
public func logarithm(_ x: Double) -> Double { log(x) }
public func logarithmOnePlus(_ x: Double) -> Double { log1p(x) }
public func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }
public func sine(_ x: Double) -> Double { sin(x) }
public func cosine(_ x: Double) -> Double { cos(x) }
public func hyperbolicTangent(_ x: Double) -> Double { tanh(x) }
public func errorFunction(_ x: Double) -> Double { erf(x) }
public func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }
public func sigmoidOf(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
public func softplusOf(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }

/// The distribution function of the standard normal distribution.
public func normalDistribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }

/// Euler's constant, the mean of the standard Gumbel distribution.
public let eulerGamma = 0.577_215_664_901_532_9

/// `exp(x) / sum exp(x)`.
public func softmax(_ row: [Double]) -> [Double] {
  let top = row.max() ?? 0
  let powers = row.map { exponential($0 - top) }
  let total = powers.reduce(0, +)
  return powers.map { $0 / total }
}

/// `log sum exp(x)`.
public func logSumExp(_ row: [Double]) -> Double {
  let top = row.max() ?? 0
  return top + logarithm(row.reduce(0) { $0 + exponential($1 - top) })
}
