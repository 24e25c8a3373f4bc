import GumbelDistributions
import GumbelTensors

/// A choice whose estimators can be measured against its exact gradient.
public protocol MeasurableChoice: RelaxableChoice, EnumerableChoice {
  /// All estimators for this choice, in the order in which tables show them.
  static var builtInEstimators: [BuiltInEstimator<Self>] { get }
}

extension OneHotCategorical<Tensor>: MeasurableChoice {}
extension Bernoulli<Tensor>: MeasurableChoice {}

extension BuiltInEstimator {
  /// Whether ``EstimatorOptions/temperature`` makes a difference to this estimator.
  public var hasTemperature: Bool {
    func parameters(_ temperature: Float) -> [Float] {
      make(EstimatorOptions(featureCount: 1, temperature: temperature)).tensors.flatMap(\.scalars)
    }
    // An estimator visits its temperature along with all else that may be annealed or trained.
    return parameters(0.5) != parameters(2)
  }
}
