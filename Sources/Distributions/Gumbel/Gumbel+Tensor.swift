import Tensors

extension Gumbel<Tensor>: Distribution, Reparameterised {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor) {
    self.location = location
    self.scale = scale
    _ = batchShape
  }

  public var batchShape: Shape {
    guard let shape = location.shape.broadcast(with: scale.shape) else {
      preconditionFailure(
        "Gumbel: location \(location.shape) and scale \(scale.shape) do not broadcast")
    }
    return shape
  }
  public var eventShape: Shape { [] }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    location + scale * Tensor.gumbel(shape + batchShape, key: key)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let z = (value - location) / scale
    return -z - exp(-z) - log(scale)
  }
}
