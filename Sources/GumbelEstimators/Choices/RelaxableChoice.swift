import GumbelDistributions
import GumbelTensors

/// A discrete distribution whose draws are roundings of perturbed logits.
///
///     z = rounded(logits + noise),    E[z] = mean(logits)
///
/// Replacing the rounding by `mean` at a temperature makes the draw differentiable, and that is
/// what the relaxed and the straight-through estimators are made of.
public protocol RelaxableChoice: Distribution {
  /// Creates independent variables: `[batch…, event…]`.
  init(logits: Tensor)

  /// The parameters, `[batch…, event…]`; -inf is a value that is never drawn.
  var logits: Tensor { get }

  /// logits + noise, up to a constant of each variable; differentiable in the logits.
  func perturbedLogits(key: RandomKey) -> Tensor

  /// logits + noise given the value that they round to, up to the same constant; differentiable in
  /// the logits at fixed noise.
  func perturbedLogits(given value: Tensor, key: RandomKey) -> Tensor

  /// As ``perturbedLogits(given:key:)``, up to any constant of each variable, and without a
  /// gradient; the default is that function.
  func constantPerturbedLogits(given value: Tensor, key: RandomKey) -> Tensor

  /// The discrete value of perturbed logits.
  static func rounded(_ perturbed: Tensor) -> Tensor

  /// The expectation of the value, as a function of the logits.
  static func mean(ofLogits logits: Tensor) -> Tensor

  /// The derivative of `mean` in a direction, as a function of the mean itself.
  static func meanDerivative(at mean: Tensor, along direction: Tensor) -> Tensor

  /// The logits that were moved least so that `value` is the most probable one and every other one
  /// is behind it by a gap.
  func gappedLogits(at value: Tensor, gap: Float) -> Tensor

  /// `mean((logits + noise) / temperature)`.
  func relaxedSample(temperature: Tensor, key: RandomKey) -> Tensor

  /// A discrete draw, with the gradient of the relaxed one at the same noise.
  func straightThroughSample(temperature: Tensor, key: RandomKey) -> Tensor

  /// log P(value), for values that can be drawn: a value that cannot gives -inf.
  func logProbability(ofDraw value: Tensor) -> Tensor
}

extension RelaxableChoice {
  public func constantPerturbedLogits(given value: Tensor, key: RandomKey) -> Tensor {
    stopped.perturbedLogits(given: value, key: key)
  }

  /// A temperature as a factor of the logits: a scalar, or one a variable.
  func perEvent(_ temperature: Tensor) -> Tensor {
    if temperature.rank == 0 || eventShape.rank == 0 { return temperature }
    return temperature.reshaped(to: temperature.shape + Shape(eventShape.dimensions.map { _ in 1 }))
  }

  /// The mean at a temperature: `mean(logits / temperature)`.
  func mean(temperature: Tensor) -> Tensor {
    Self.mean(ofLogits: logits / perEvent(temperature))
  }

  /// Zeros with the gradient of the logits, but for those that are infinite.
  var direction: Tensor {
    let finite = select(isFinite(logits), logits, Tensor(0))
    return finite - finite.stoppingGradient()
  }

  /// The same distribution, to whose logits no gradient passes.
  var stopped: Self { Self(logits: logits.stoppingGradient()) }
}
