import GumbelDistributions
import GumbelTensors

/// A way to pass a gradient through a random choice.
///
/// ```swift
/// let choice = OneHotCategorical(logits: encoder(x))  // [batch, 20, 10]
/// let cost = estimator.expectation(of: { z in loss(decoder(z), x) }, under: choice, key: key)
/// ```
///
/// Those with parameters of their own, as a learned baseline, visit them, and the value that they
/// return carries these parameters' training gradient: a model that holds its estimator trains it
/// with the same optimizer. A temperature is visited too, so that it may be annealed between the
/// runs of a compiled step, but no gradient reaches it unless the estimator says so.
public protocol GradientEstimator<Choice>: TensorGroup, Sendable {
  /// What the gradient is passed through.
  associatedtype Choice: Distribution

  /// A tensor whose value estimates E[f(z)], z drawn from the distribution, and whose gradient
  /// estimates that of the expectation: in the distribution's parameters, and in whatever tensors
  /// f captures.
  ///
  /// - Parameters:
  ///   - f: from values `[batch…, variables…, event…]` to costs `[batch…]`. The costs' shape is a
  ///     prefix of the distribution's batch shape; what it leaves out are the variables that one
  ///     cost depends on. An estimator that needs several costs calls f so many times, always with
  ///     values of the same shape.
  ///   - distribution: independent variables.
  ///   - key: of all that the estimator draws.
  /// - Returns: `[batch…]`. Traps, naming the estimator, where the costs have another shape or,
  ///   unless inside a compiled function, a cost is NaN.
  func expectation(of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey) -> Tensor

  /// What the estimator is called in tables and messages.
  var name: String { get }

  /// Whether the expectation of the gradient is the gradient of the expectation.
  var isUnbiased: Bool { get }

  /// How often f is evaluated for one estimate.
  ///
  /// - Parameter states: the number of joint states of a cost's variables.
  func evaluations(states: Int) -> Int

  /// Whether f has to pass a gradient to its argument; elsewhere it may be a black box.
  var needsDifferentiableCost: Bool { get }

  /// Takes note of costs, as `expectation` returns them, where the estimator keeps state that no
  /// gradient trains: a moving average.
  mutating func observe(_ costs: Tensor)

  /// Sets the temperature, where the estimator has one that is annealed rather than trained.
  mutating func anneal(to temperature: Tensor)
}

extension GradientEstimator {
  /// Once, as most do.
  public func evaluations(states: Int) -> Int { 1 }

  /// Does nothing.
  public mutating func observe(_ costs: Tensor) {}

  /// Does nothing.
  public mutating func anneal(to temperature: Tensor) {}

  /// No parameters.
  public mutating func visit(_ visitor: inout some TensorVisitor) {}
}
