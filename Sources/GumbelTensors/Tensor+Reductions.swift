extension Tensor {
  private func reduced(
    _ axis: Int, _ keepingAxis: Bool, _ reduce: (Int) -> Tensor
  ) -> Tensor {
    let axis = shape.resolved(axis: axis)
    let result = reduce(axis)
    return keepingAxis ? result.reshaped(to: shape.replacing(axis: axis, with: 1)) : result
  }

  /// The sum of all elements.
  public func sum() -> Tensor { apply1(Sum(axis: 0), [reshaped(to: [count])]) }

  /// The sum along an axis, which disappears unless it is kept with an extent of 1.
  public func sum(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    reduced(axis, keepingAxis) { apply1(Sum(axis: $0), [self]) }
  }

  /// The mean of all elements; NaN if there are none.
  public func mean() -> Tensor {
    apply1(Sum(axis: 0, scale: 1 / Float(count)), [reshaped(to: [count])])
  }

  /// The mean along an axis.
  public func mean(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    reduced(axis, keepingAxis) { apply1(Sum(axis: $0, scale: 1 / Float(shape[$0])), [self]) }
  }

  /// The largest of all elements; NaN if one of them is, which ``argmax(along:)`` passes over. Ties share
  /// its gradient.
  public func max() -> Tensor { apply1(Max(axis: 0), [reshaped(to: [count])]) }

  /// The largest along an axis; NaN where one is, which ``argmax(along:)`` passes over.
  public func max(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    reduced(axis, keepingAxis) { apply1(Max(axis: $0), [self]) }
  }

  /// The smallest of all elements; NaN if one of them is. Ties share its gradient.
  public func min() -> Tensor { -(-self).max() }

  /// The smallest along an axis; NaN where one is.
  public func min(along axis: Int, keepingAxis: Bool = false) -> Tensor {
    -(-self).max(along: axis, keepingAxis: keepingAxis)
  }

  /// The position of the largest along an axis: the lowest on ties, -1 where all are NaN.
  ///
  /// NaN is passed over, so that an index says nothing about whether there was one:
  /// ``max(along:keepingAxis:)`` of the same elements is NaN.
  public func argmax(along axis: Int = -1) -> Tensor {
    apply1(Argmax(axis: shape.resolved(axis: axis)), [self])
  }

  /// `log Σ exp` along an axis; -inf where all are -inf.
  public func logSumExp(along axis: Int = -1, keepingAxis: Bool = false) -> Tensor {
    reduced(axis, keepingAxis) { apply1(LogSumExp(axis: $0), [self]) }
  }

  /// `exp(x) / Σ exp(x)` along an axis.
  public func softmax(along axis: Int = -1) -> Tensor {
    alongInnermost(axis) { apply1(Softmax(), [$0]) }
  }

  /// `x - log Σ exp(x)` along an axis.
  public func logSoftmax(along axis: Int = -1) -> Tensor {
    alongInnermost(axis) { apply1(LogSoftmax(), [$0]) }
  }

  private func alongInnermost(_ axis: Int, _ operation: (Tensor) -> Tensor) -> Tensor {
    let axis = shape.resolved(axis: axis)
    if axis == rank - 1 { return operation(self) }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return operation(transposed(order)).transposed(order)
  }

  /// Sums over what broadcasting repeated: the transpose of `broadcast(to:)`.
  package func summed(to target: Shape) -> Tensor {
    if shape == target { return self }
    var result = self
    while result.rank > target.rank { result = result.sum(along: 0) }
    for axis in 0..<target.rank where target[axis] == 1 && result.shape[axis] != 1 {
      result = result.sum(along: axis, keepingAxis: true)
    }
    if result.shape == target { return result }
    // The gradient itself was the narrower of the two.
    return result.broadcast(to: target)
  }
}
