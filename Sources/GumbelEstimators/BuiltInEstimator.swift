import GumbelDistributions
import GumbelLayers
import GumbelTensors

// Snippet:
// let choice = OneHotCategorical(logits: logits)
// let f = { (z: Tensor) in square(z - 0.4).sum(along: -1) }
/// An estimator of this package by its name, for programs that compare them or let users choose.
///
/// ```swift
/// for builtIn in OneHotCategorical<Tensor>.builtInEstimators {
///   let estimator = builtIn.make(EstimatorOptions(featureCount: 3))
///   print(builtIn.name, estimator.expectation(of: f, under: choice, key: key))
/// }
/// ```
public struct BuiltInEstimator<Choice: Distribution>: Sendable {
  /// As in ``GradientEstimator/name``.
  public let name: String
  /// As in ``GradientEstimator/isUnbiased``.
  public let isUnbiased: Bool
  /// As in ``GradientEstimator/needsDifferentiableCost``.
  public let needsDifferentiableCost: Bool
  /// Makes the estimator.
  public let make: @Sendable (EstimatorOptions) -> any GradientEstimator<Choice>

  init(_ make: @escaping @Sendable (EstimatorOptions) -> any GradientEstimator<Choice>) {
    let example = make(EstimatorOptions(featureCount: 1))
    name = example.name
    isUnbiased = example.isUnbiased
    needsDifferentiableCost = example.needsDifferentiableCost
    self.make = make
  }
}

/// What estimators that are made by name are made with; each takes what it has a use for.
public struct EstimatorOptions: Sendable {
  /// The number of elements of the variables that a cost depends on, as networks take them in.
  public var featureCount: Int
  /// Of relaxed draws; nil for the estimator's own default.
  public var temperature: Float?
  /// How many draws an estimate averages over, where it is of several.
  public var draws = 2
  /// How many noises Gumbel-Rao averages over.
  public var noises = 10
  /// The widths of the hidden layers of a control variate.
  public var hiddenWidths = [16]
  /// Of networks' first weights.
  public var key = RandomKey(0)

  /// Creates options.
  public init(featureCount: Int, temperature: Float? = nil) {
    self.featureCount = featureCount
    self.temperature = temperature
  }

  var network: Sequential {
    Sequential.mlp([featureCount] + hiddenWidths + [1], activation: .tanh, key: key)
  }
}

extension OneHotCategorical<Tensor> {
  /// All estimators for this choice, in the order in which tables show them.
  public static var builtInEstimators: [BuiltInEstimator<Self>] {
    exactAndRelaxed() + scores() + controlled()
  }
}

extension Bernoulli<Tensor> {
  /// All estimators for this choice, in the order in which tables show them.
  public static var builtInEstimators: [BuiltInEstimator<Self>] {
    exactAndRelaxed() + scores() + [
      BuiltInEstimator { _ in ARMEstimator() },
      BuiltInEstimator { _ in DisARMEstimator() },
    ] + controlled()
  }
}

// A new estimator is one line here.

private func exactAndRelaxed<C: RelaxableChoice & EnumerableChoice>() -> [BuiltInEstimator<C>] {
  [
    BuiltInEstimator { _ in ExactEstimator() },
    BuiltInEstimator { GumbelSoftmaxEstimator(temperature: $0.temperature ?? 0.5) },
    BuiltInEstimator { StraightThroughGumbelSoftmaxEstimator(temperature: $0.temperature ?? 0.5) },
    BuiltInEstimator {
      DecoupledStraightThroughEstimator(
        forwardTemperature: Tensor(1), backwardTemperature: Tensor($0.temperature ?? 1.5))
    },
    BuiltInEstimator { _ in StraightThroughEstimator() },
    BuiltInEstimator { ReinMaxEstimator(temperature: $0.temperature ?? 1) },
    BuiltInEstimator { GumbelRaoEstimator(temperature: $0.temperature ?? 0.5, noises: $0.noises) },
    BuiltInEstimator { GappedStraightThroughEstimator(temperature: $0.temperature ?? 1) },
  ]
}

private func scores<C: RelaxableChoice & EnumerableChoice>() -> [BuiltInEstimator<C>] {
  [
    BuiltInEstimator { _ in ScoreFunctionEstimator(baseline: NoBaseline()) },
    BuiltInEstimator { _ in ScoreFunctionEstimator(baseline: MovingAverageBaseline()) },
    BuiltInEstimator { RLOOEstimator(draws: $0.draws) },
  ]
}

private func controlled<C: RelaxableChoice & EnumerableChoice>() -> [BuiltInEstimator<C>] {
  [
    BuiltInEstimator { REBAREstimator(temperature: $0.temperature ?? 0.5) },
    BuiltInEstimator { RELAXEstimator(network: $0.network, temperature: $0.temperature ?? 0.5) },
    BuiltInEstimator { UnorderedSetEstimator(size: $0.draws) },
    BuiltInEstimator { VIMCOEstimator(draws: $0.draws) },
  ]
}
