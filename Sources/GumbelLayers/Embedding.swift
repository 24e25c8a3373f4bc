import GumbelTensors

/// A vector for each of a number of categories: `[count, width]`, looked up by index.
public struct Embedding: Layer {
  /// The vectors: [count, width].
  public var table: Tensor

  /// Creates vectors of so many elements, by default standard normal ones.
  public init(
    count: Int, width: Int, initializer: Initializer = .normal(standardDeviation: 1),
    key: RandomKey
  ) {
    table = initializer([count, width], key: key)
  }

  /// The vectors of int32 indices: […] gives […, width]. Traps on an index outside.
  ///
  /// Given float32 rows over the categories, such as relaxed one-hot samples, it gives the
  /// mixtures of the vectors, `x table`: […, count] gives […, width].
  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    input.elementType == .int32 ? table.gatheringRows(at: input) : matmul(input, table)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("table", &table) }
}
