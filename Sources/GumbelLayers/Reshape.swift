import GumbelTensors

/// Gives the innermost dimensions another shape, for every element of the outer ones.
///
/// ```swift
/// let encoder = Sequential(
///   Conv2D(1, 8, kernel: 4, stride: 2, padding: .same, activation: .relu, key: RandomKey(1)),
///   Reshape(from: [14, 14, 8], to: [1568]),
///   Dense(1568, 10, key: RandomKey(2)))
/// ```
public struct Reshape: Layer {
  /// The innermost dimensions of what comes in.
  public let source: Shape
  /// The innermost dimensions of what goes out.
  public let target: Shape

  /// Creates a layer. Traps unless both shapes have as many elements, and when the layer is given
  /// a tensor with other innermost dimensions.
  public init(from source: Shape, to target: Shape) {
    require(
      source.count == target.count,
      "Reshape: \(source) has \(source.count) elements, and \(target) has \(target.count)")
    self.source = source
    self.target = target
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    let outer = max(input.rank - source.rank, 0)
    require(
      input.shape == input.shape.prefix(outer) + source,
      "Reshape: expected innermost dimensions of \(source), found \(input.shape)")
    return input.reshaped(to: input.shape.prefix(outer) + target)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("source", source)
    visitor.note("target", target)
  }
}
