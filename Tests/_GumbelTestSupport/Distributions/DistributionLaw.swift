import GumbelDistributions
import GumbelTensors

/// What must hold of a distribution of one real number: the functions of its double-precision form
/// fit together, and its tensor form does what the other one says.
public struct DistributionLaw: Sendable, CustomStringConvertible {
  /// The type's name in the sources.
  public let name: String
  /// Several distributions; numbers that a float holds exactly.
  public let parameters: [[Double]]
  /// Whether values are whole numbers with probabilities, instead of real ones with densities.
  public let isDiscrete: Bool
  /// The parameters that a gradient is asked for.
  public let differentiable: [Int]
  /// How far what is computed in single precision may be off, relative to magnitudes and 1.
  public let tolerance: Double
  public let single: @Sendable ([Double]) -> any RealDistribution
  public let batch: @Sendable ([Tensor]) -> any Distribution

  public init(
    _ name: String, parameters: [[Double]], isDiscrete: Bool = false, differentiable: [Int],
    tolerance: Double = 5e-6,
    single: @escaping @Sendable ([Double]) -> any RealDistribution,
    batch: @escaping @Sendable ([Tensor]) -> any Distribution
  ) {
    self.name = name
    self.parameters = parameters
    self.isDiscrete = isDiscrete
    self.differentiable = differentiable
    self.tolerance = tolerance
    self.single = single
    self.batch = batch
  }

  public var description: String { name }

  /// The parameters of all the distributions: a tensor a parameter, an element a distribution.
  func tensors() -> [Tensor] {
    parameters[0].indices.map { i in Tensor(parameters.map { Float($0[i]) }) }
  }

  /// Values that occur and rare ones, as many for each distribution; not those so near the end of
  /// the support that differences would reach across.
  func values(_ d: any RealDistribution) -> [Double] {
    let lower = [1e-6, 0.01, 0.3, 0.5].map { d.quantile(at: $0) }
    let upper = [0.2, 0.05, 1e-3, 1e-9].map { d.inverseSurvival(at: $0) }
    return (lower + upper).map { x in
      let isInside = [-1e-3, 1e-3].allSatisfy { d.logProbability(of: x + $0) > -.infinity }
      return Double(Float(isInside || isDiscrete ? x : d.median))
    }
  }

  /// A complaint where two numbers differ by more than a tolerance, relative to the larger of
  /// their magnitude and 1.
  func compare(
    _ what: @autoclosure () -> String, _ found: Double, _ expected: Double, _ tolerance: Double
  ) -> [String] {
    if found == expected { return [] }
    let error = Swift.abs(found - expected) / Swift.max(1, Swift.abs(expected))
    return error <= tolerance
      ? [] : ["\(name): \(what()) is \(found), expected \(expected), off by \(error)"]
  }
}
