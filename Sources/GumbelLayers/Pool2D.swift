import GumbelTensors

/// The largest element or the mean of each square of an image: […, height, width, channels] gives
/// […, height / size, width / size, channels].
public struct Pool2D: Layer {
  /// What is made of the elements of a square.
  public enum Kind: Sendable {
    /// The largest. Ties share its gradient.
    case max
    /// The mean.
    case mean
  }

  /// What is made of the elements of a square.
  public let kind: Kind
  /// Height and width of a square.
  public let size: Int

  /// Creates a layer. Traps unless the size is at least 1, and when the layer is given images whose
  /// height and width are not multiples of it.
  public init(_ kind: Kind, size: Int) {
    require(size > 0, "Pool2D: the size is at least 1, found \(size)")
    self.kind = kind
    self.size = size
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    let shape = input.shape
    require(
      shape.rank >= 3 && shape[-3] % size == 0 && shape[-2] % size == 0,
      "Pool2D: expected […, height, width, channels] in multiples of \(size), found \(shape)")
    let outer = shape.prefix(shape.rank - 3)
    let (rows, columns) = (shape[-3] / size, shape[-2] / size)
    let squares = input.reshaped(to: [outer.count, rows, size, columns, size, shape[-1]])
    let pooled =
      switch kind {
      case .max: squares.max(along: 2).max(along: 3)
      case .mean: squares.mean(along: 2).mean(along: 3)
      }
    return pooled.reshaped(to: outer + [rows, columns, shape[-1]])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("kind", kind)
    visitor.note("size", size)
  }
}
