import GumbelTensors

extension GeneralizedExtremeValue<Tensor>: Distribution, Reparameterised, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor, shape: Tensor) {
    self.location = location
    self.scale = scale
    self.shape = shape
    _ = batchShape
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape(
      "GeneralizedExtremeValue", ["location": location, "scale": scale, "shape": shape])
  }

  /// With a shape of 0 the draws of ``Gumbel``, to the bit.
  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let y = Tensor.gumbel(shape + batchShape, key: key)
    return location + scale * (y * relativeExponential(self.shape * y))
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let z = (value - location) / scale
    // A value outside leaves the arithmetic, so that no infinity meets a 0 in the gradients.
    let isOutside = (shape * z .<= -1) + (abs(z) .== Tensor(.infinity))
    let inside = (select(isOutside, location, value) - location) / scale
    let y = inside * relativeLogarithm(shape * inside)
    let density = -(1 + shape) * y - exp(-maximum(y, Tensor(-1e30))) - log(scale)
    return select(isOutside, Tensor(-.infinity), density)
  }

  public var entropy: Tensor {
    (log(scale) + Float(eulerGamma) * shape + Float(1 + eulerGamma)).broadcast(to: batchShape)
  }
}
