extension Tensor {
  /// The same elements in another shape; traps unless it has as many.
  public func reshaped(to newShape: Shape) -> Tensor {
    shape == newShape ? self : apply1(Reshape(shape: newShape), self)
  }

  /// The elements repeated along dimensions of extent 1 and new outer ones.
  public func broadcast(to newShape: Shape) -> Tensor {
    shape == newShape ? self : apply1(Broadcast(shape: newShape, resultType: elementType), [self])
  }

  /// The dimensions in another order: dimension d of the result is dimension `order[d]`.
  public func transposed(_ order: [Int]) -> Tensor { apply1(Permute(order: order), [self]) }

  /// The last two dimensions exchanged.
  public func transposed() -> Tensor {
    require(rank >= 2, "transposed: a tensor of shape \(shape) has no two dimensions")
    return transposed(Array(0..<(rank - 2)) + [rank - 1, rank - 2])
  }

  /// The part between two positions of an axis.
  public func sliced(along axis: Int, _ range: Range<Int>) -> Tensor {
    apply1(Slice(axis: shape.resolved(axis: axis), range: range), [self])
  }

  /// Equal parts, one after another along an axis; traps unless its extent is a multiple of their
  /// number.
  public func split(into count: Int, along axis: Int = 0) -> [Tensor] {
    let results = apply(Split(axis: shape.resolved(axis: axis), count: count), [self])
    return (0..<count).map { results[$0] }
  }

  /// Element or row `index` of the outermost axis, which disappears.
  public subscript(index: Int) -> Tensor {
    sliced(along: 0, index..<(index + 1)).reshaped(to: shape.removing(axis: 0))
  }

  /// Rows of the outermost axis.
  public subscript(range: Range<Int>) -> Tensor { sliced(along: 0, range) }

  /// Tensors one after another along an axis.
  public static func concatenated(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "concatenated: no tensors")
    return apply1(Concatenate(axis: tensors[0].shape.resolved(axis: axis)), tensors)
  }

  /// Tensors of one shape as the elements of a new axis; a negative one counts from the end of
  /// the result.
  public static func stacked(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
    require(!tensors.isEmpty, "stacked: no tensors")
    let rank = tensors[0].rank
    require(
      axis >= -rank - 1 && axis <= rank,
      "stacked: there is no axis \(axis) among elements of shape \(tensors[0].shape)")
    let position = axis < 0 ? axis + rank + 1 : axis
    return concatenated(
      tensors.map { tensor in
        var dimensions = tensor.shape.dimensions
        dimensions.insert(1, at: position)
        return tensor.reshaped(to: Shape(dimensions))
      }, along: position)
  }

  /// Rows of a matrix by index: `[rows, width]` and `[…]` give `[…, width]`. Traps on an index
  /// outside.
  public func gatheringRows(at indices: Tensor) -> Tensor {
    apply1(GatherRows(), [self, indices])
  }

  /// Adds each row to the row of its index in a matrix of zeros with so many rows. Traps on an
  /// index outside.
  public func scatterAddingRows(at indices: Tensor, rows: Int) -> Tensor {
    apply1(ScatterAddRows(rows: rows), [self, indices])
  }

  /// 1 at each index, 0 elsewhere, along a new innermost axis. An index outside gives zeros.
  public func oneHot(depth: Int) -> Tensor { apply1(OneHot(depth: depth), [self]) }

  /// The same value, through which no gradient passes.
  public func stoppingGradient() -> Tensor { apply1(StopGradient(), self) }
}
