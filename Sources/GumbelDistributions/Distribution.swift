import GumbelTensors

/// A batch of distributions whose parameters are tensors: float32, differentiable, compiled.
///
/// A value has the shape of the draw, then that of the batch, then that of one event:
/// `[draws…, batch…, event…]`. Parameters broadcast with each other to the batch's shape.
public protocol Distribution: Sendable {
  /// One distribution an element: the parameters' shapes, broadcast.
  var batchShape: Shape { get }

  /// The shape of one value: [] for a number or a class, as by default, [k] for a vector.
  var eventShape: Shape { get }

  /// Independent draws, `shape` of them from every distribution of the batch, through which no
  /// gradient passes.
  ///
  /// - Returns: `[shape…, batch…, event…]`. Its element i depends on the key and on i alone.
  func sample(_ shape: Shape, key: RandomKey) -> Tensor

  /// The logarithm of the density, or of the probability where values are discrete, with its
  /// gradients in the value and the parameters; -inf outside the support.
  ///
  /// - Parameter value: `[…, event…]`, its outer part broadcasts with the batch.
  /// - Returns: the outer part, broadcast with the batch.
  func logProbability(of value: Tensor) -> Tensor
}

extension Distribution {
  public var eventShape: Shape { [] }

  /// One draw from every distribution of the batch.
  public func sample(key: RandomKey) -> Tensor { sample([], key: key) }
}

/// A distribution whose samples are a differentiable function of its parameters and of noise that
/// does not depend on them, so that a gradient passes from the sample to the parameters.
///
/// Kingma & Welling 2013 (arXiv 1312.6114); Rezende, Mohamed & Wierstra 2014 (arXiv 1401.4082).
public protocol Reparameterised: Distribution {
  /// The draws that `sample` makes, with their gradient in the parameters.
  func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor
}

extension Reparameterised {
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    pathwiseSample(shape, key: key).stoppingGradient()
  }

  /// One draw from every distribution of the batch, with its gradient in the parameters.
  public func pathwiseSample(key: RandomKey) -> Tensor { pathwiseSample([], key: key) }
}

/// A distribution whose first two moments have a closed form.
public protocol HasMoments: Distribution {
  /// `[batch…, event…]`.
  var mean: Tensor { get }
  /// `[batch…, event…]`, for a vector that of each of its elements.
  var variance: Tensor { get }
}

/// A distribution whose entropy has a closed form.
public protocol HasEntropy: Distribution {
  /// In nats: `-E[log p]`, of the batch's shape.
  var entropy: Tensor { get }
}
