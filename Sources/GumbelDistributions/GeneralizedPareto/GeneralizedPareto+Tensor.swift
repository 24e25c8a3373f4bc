import GumbelTensors

extension GeneralizedPareto<Tensor>: Distribution, Reparameterised, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor, shape: Tensor) {
    self.location = location
    self.scale = scale
    self.shape = shape
    _ = batchShape
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape(
      "GeneralizedPareto", ["location": location, "scale": scale, "shape": shape])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let y = Tensor.exponential(shape + batchShape, key: key)
    return location + scale * (y * relativeExponential(self.shape * y))
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let z = (value - location) / scale
    // A value outside leaves the arithmetic, so that no infinity meets a 0 in the gradients.
    let isOutside = (shape * z .<= -1) + (z .< 0) + (z .== Tensor(.infinity))
    let inside = (select(isOutside, location, value) - location) / scale
    let y = inside * relativeLogarithm(shape * inside)
    return select(isOutside, Tensor(-.infinity), -(1 + shape) * y - log(scale))
  }

  public var entropy: Tensor {
    (log(scale) + shape + 1).broadcast(to: batchShape)
  }
}
