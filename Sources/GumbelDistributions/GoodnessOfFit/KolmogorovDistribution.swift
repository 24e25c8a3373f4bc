import CGumbelMath
import GumbelTensors

/// The distribution of the Kolmogorov-Smirnov distance between a sample and the distribution that
/// it was drawn from, whatever that is.
struct KolmogorovDistribution {
  /// The size of the sample.
  let count: Double

  /// P(D > d).
  ///
  /// Exact up to 100 values by the matrix of Marsaglia, Tsang & Wang, "Evaluating Kolmogorov's
  /// distribution", Journal of Statistical Software 8(18), 2003; where the probability is small,
  /// and for more values, the limit with the correction of Vrbik, "Small-sample corrections to
  /// Kolmogorov-Smirnov test statistic", Pioneer Journal of Theoretical and Applied Statistics 15,
  /// 2018, which is off by less than 2e-4.
  func survival(at d: Double) -> Double {
    if d >= 1 { return 0 }
    if count * d <= 0.5 { return 1 }
    // Twice the one-sided probability, which is exact as long as not both sides can be passed.
    if d >= 0.5, count <= 100 { return min(2 * oneSided(d), 1) }
    if count <= 100, count == count.rounded() { return 1 - exactCDF(d) }
    let z = count.squareRoot() * d
    return Self.limit(z + 1 / (6 * count.squareRoot()) + (z - 1) / (4 * count))
  }

  /// The distance that is exceeded with a probability.
  func inverseSurvival(at probability: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if survival(at: middle) > probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Kolmogorov's limit: P(√n D > z).
  private static func limit(_ z: Double) -> Double {
    if z <= 0 { return 1 }
    if z < 1 {
      let factor = (2 * Double.pi).squareRoot() / z
      let sum = [1.0, 3, 5, 7].reduce(0) { $0 + exp(-$1 * $1 * .pi * .pi / (8 * z * z)) }
      return 1 - factor * sum
    }
    return [1.0, 2, 3, 4, 5].reduce(0) {
      $0 + (Int($1) % 2 == 1 ? 2 : -2) * exp(-2 * $1 * $1 * z * z)
    }
  }

  /// P(max(Fₙ - F) > d): the sum of Birnbaum & Tingey 1951.
  private func oneSided(_ d: Double) -> Double {
    let n = count
    var sum = 0.0
    for j in 0...Int(n * (1 - d)) {
      let j = Double(j)
      let base = 1 - d - j / n
      if base <= 0 { continue }
      let logChoose = lgamma(n + 1) - lgamma(j + 1) - lgamma(n - j + 1)
      sum += exp(logChoose + (n - j) * log(base) + (j - 1) * log(d + j / n))
    }
    return d * sum
  }

  private func exactCDF(_ d: Double) -> Double {
    let n = Int(count)
    let k = Int(count * d) + 1
    let size = 2 * k - 1
    let h = Double(k) - count * d
    var matrix = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for j in 0..<size where i - j + 1 >= 0 { matrix[i * size + j] = 1 }
    }
    for i in 0..<size {
      matrix[i * size] -= pow(h, Double(i + 1))
      matrix[(size - 1) * size + i] -= pow(h, Double(size - i))
    }
    if 2 * h - 1 > 0 { matrix[(size - 1) * size] += pow(2 * h - 1, Double(size)) }
    for i in 0..<size {
      for j in 0..<size where i - j + 1 > 0 {
        for g in 1...(i - j + 1) { matrix[i * size + j] /= Double(g) }
      }
    }
    // The middle entry of the n-th power, times n! / nⁿ; powers of two are kept apart.
    let (power, exponent) = Self.power(matrix, size, n)
    var result = power[(k - 1) * size + k - 1]
    for i in 1...n { result *= Double(i) / count }
    return min(max(scaled(result, by: exponent), 0), 1)
  }

  private static func power(
    _ matrix: [Double], _ size: Int, _ n: Int
  ) -> (matrix: [Double], exponent: Int) {
    if n == 1 { return (matrix, 0) }
    let (half, halfExponent) = power(matrix, size, n / 2)
    var result = product(half, half, size)
    if n % 2 == 1 { result = product(result, matrix, size) }
    let shift = Int(result.max()!.exponent)
    return (result.map { scaled($0, by: -shift) }, 2 * halfExponent + shift)
  }

  private static func product(_ x: [Double], _ y: [Double], _ size: Int) -> [Double] {
    var result = [Double](repeating: 0, count: size * size)
    for i in 0..<size {
      for k in 0..<size where x[i * size + k] != 0 {
        for j in 0..<size { result[i * size + j] += x[i * size + k] * y[k * size + j] }
      }
    }
    return result
  }
}
