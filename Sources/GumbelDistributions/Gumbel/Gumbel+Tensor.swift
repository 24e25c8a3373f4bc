import GumbelTensors

extension Gumbel<Tensor>: Distribution, Reparameterised {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor) {
    self.location = location
    self.scale = scale
    _ = batchShape
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("Gumbel", ["location": location, "scale": scale])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    location + scale * Tensor.gumbel(shape + batchShape, key: key)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    // A value of -inf must not meet the infinity of its own exponential.
    let z = maximum((value - location) / scale, Tensor(-1e30))
    return -z - exp(-z) - log(scale)
  }
}
