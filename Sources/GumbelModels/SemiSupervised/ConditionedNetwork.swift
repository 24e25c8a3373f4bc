import GumbelLayers
import GumbelTensors

/// A perceptron of an input and a condition, which meet in the first hidden layer:
/// `relu(x w + b + y v)`, and dense layers after that.
///
/// The input's part can be computed once for several conditions.
struct ConditionedNetwork: TensorGroup, Sendable {
  /// w and b.
  private(set) var input: Dense
  /// v: [conditions, width].
  private(set) var condition: Tensor
  private(set) var rest: Sequential

  /// Creates a network of these widths, of which the first is the input's and the last the
  /// output's.
  init(_ widths: [Int], conditions: Int, key: RandomKey) {
    input = Dense(
      widths[0], widths[1], initializer: .heUniform, key: key.folding(in: "input"))
    condition = Initializer.glorotUniform(
      [conditions, widths[1]], key: key.folding(in: "condition"))
    rest = .mlp(Array(widths.dropFirst()), key: key.folding(in: "rest"))
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("input", &input)
    visitor.visit("condition", &condition)
    visitor.visit("rest", &rest)
  }

  /// The input's part of the first layer: `x w + b`.
  func projected(_ x: Tensor) -> Tensor { input(x) }

  /// The output for an input's part and a condition `[n, conditions]`.
  func callAsFunction(projected: Tensor, condition y: Tensor) -> Tensor {
    rest(relu(projected + matmul(y, condition)))
  }
}
