import GumbelDistributions
import GumbelTensors

/// The pathwise gradient, or reparameterisation trick: the draw is a differentiable function of
/// the parameters and of noise.
///
///     z = g(parameters, noise),    estimate f(z)
///
/// Unbiased, for distributions of continuous values such as the normal. One evaluation of f, which
/// has to be differentiable.
///
/// Kingma & Welling 2013 (arXiv 1312.6114); Rezende, Mohamed & Wierstra 2014 (arXiv 1401.4082).
public struct PathwiseEstimator<Choice: Reparameterised>: SurrogateEstimator {
  /// Creates the estimator.
  public init() {}

  public var name: String { "pathwise" }
  public var isUnbiased: Bool { true }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    distribution.pathwiseSample(key: key)
  }
}

extension GradientEstimator {
  /// See ``PathwiseEstimator``.
  public static func pathwise<C>() -> Self where Self == PathwiseEstimator<C> { Self() }
}
