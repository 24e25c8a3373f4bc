import CGumbelMath
import GumbelTensors

/// The two distances where the hypothesis holds, simulated.
struct NullDistances {
  /// Larger samples are compared with simulated ones of this size. The distances hardly change any
  /// more: with both parameters fitted, 5 % of samples of 50 have an A² above 0.752, and of 500 above
  /// 0.753 (Stephens gives 0.757 for the limit).
  static let largestSize = 500

  private let kolmogorovSmirnov: [Double]
  private let andersonDarling: [Double]
  private let rootSize: Double

  /// Distances from the best fit of each sample. They do not depend on the location and scale
  /// that the samples come from, since the fits follow these, but on the size, the method and on
  /// what is fitted.
  ///
  /// Stephens, "Goodness of fit for the extreme value distribution", Biometrika 64, 1977.
  init(of fit: GumbelFit, replicates: Int, key: RandomKey) {
    let size = Self.size(fit.totalWeight)
    var simulation = StandardSimulation(
      size: max(size, fit.isScaleFixed || fit.isLocationFixed ? 1 : 2), method: fit.method,
      isLocationFixed: fit.isLocationFixed, isScaleFixed: fit.isScaleFixed, key: key)
    self.init(size: simulation.size, replicates: replicates) {
      let (values, estimate) = simulation.next()
      return { gumbelLogarithms((values[$0] - estimate.location) / estimate.scale) }
    }
  }

  /// Distances of samples from the distribution that they are drawn from.
  init(size: Double, replicates: Int, key: RandomKey) {
    // Which distribution does not matter; the standard Gumbel's fit with both fixed is itself.
    var simulation = StandardSimulation(
      size: Self.size(size), method: .moments, isLocationFixed: true, isScaleFixed: true, key: key)
    self.init(size: simulation.size, replicates: replicates) {
      let (values, _) = simulation.next()
      return { gumbelLogarithms(values[$0]) }
    }
  }

  /// Those of samples of a size that were found elsewhere.
  init(_ distances: [EmpiricalDistance], size: Double) {
    kolmogorovSmirnov = distances.map(\.kolmogorovSmirnov).sorted()
    andersonDarling = distances.map(\.andersonDarling).sorted()
    rootSize = size.squareRoot()
  }

  private init(
    size: Int, replicates: Int, sample: () -> (Int) -> (cdf: Double, survival: Double)
  ) {
    require(replicates >= 100, "goodnessOfFit: \(replicates) replicates, expected 100 or more")
    var distances: [EmpiricalDistance] = []
    for _ in 0..<replicates {
      distances.append(
        EmpiricalDistance(count: size, size: Double(size), logarithms: sample()))
    }
    kolmogorovSmirnov = distances.map(\.kolmogorovSmirnov).sorted()
    andersonDarling = distances.map(\.andersonDarling).sorted()
    rootSize = Double(size).squareRoot()
  }

  private static func size(_ observations: Double) -> Int {
    max(Int(min(observations, Double(largestSize)).rounded()), 1)
  }

  func kolmogorovSmirnov(_ distance: Double, size: Double) -> GoodnessOfFit.Test {
    let ratio = min(rootSize / size.squareRoot(), 1)
    var test = Self.test(distance / ratio, among: kolmogorovSmirnov)
    test.statistic = distance
    test.criticalValue *= ratio
    return test
  }

  func andersonDarling(_ distance: Double) -> GoodnessOfFit.Test {
    Self.test(distance, among: andersonDarling)
  }

  private static func test(_ statistic: Double, among sorted: [Double]) -> GoodnessOfFit.Test {
    // Of two values with both parameters fitted, all distances are the same but for rounding.
    let least = statistic * (1 - 1e-9)
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < least { low = middle + 1 } else { high = middle }
    }
    let place = min(Int((0.95 * Double(sorted.count + 1)).rounded()) - 1, sorted.count - 1)
    return GoodnessOfFit.Test(
      statistic: statistic, pValue: Double(sorted.count - low + 1) / Double(sorted.count + 1),
      criticalValue: sorted[place])
  }
}

/// log F and log(1 - F) of the standard Gumbel distribution.
func gumbelLogarithms(_ z: Double) -> (cdf: Double, survival: Double) {
  let e = exp(-z)
  // Far up the survival is e itself, whose logarithm is -z however small it is.
  return (-e, z > 36 ? -z : log(-expm1(-e)))
}
