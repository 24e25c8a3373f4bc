import GumbelTensors

extension TensorGroup {
  /// The Euclidean norm of all float32 elements together; its gradient at 0 is 0.
  public func globalNorm() -> Tensor {
    rootFlatAtZero(
      tensors.filter { $0.elementType.isDifferentiable }
        .reduce(Tensor(0)) { $0 + square($1).sum() })
  }

  /// A gradient scaled down to a norm, if its own is larger (Pascanu et al. 2013).
  public func clipped(toGlobalNorm limit: Float) -> Self {
    let scale = minimum(Tensor(1), limit / (globalNorm() + 1e-12))
    return mapTensors { $0.elementType.isDifferentiable ? $0 * scale : $0 }
  }

  /// A gradient with every element brought into [-limit, limit].
  public func clipped(toValue limit: Float) -> Self {
    mapTensors {
      $0.elementType.isDifferentiable ? maximum(minimum($0, Tensor(limit)), Tensor(-limit)) : $0
    }
  }
}
