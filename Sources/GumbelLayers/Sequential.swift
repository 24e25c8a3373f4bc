import GumbelTensors

/// Layers one after another.
///
/// ```swift
/// let network = Sequential(
///   Dense(784, 512, activation: .relu, key: key.folding(in: 0)),
///   Dropout(0.1),
///   Dense(512, 10, key: key.folding(in: 1)))
/// ```
public struct Sequential: Layer {
  /// The layers, in the order in which they are applied.
  public var layers: [any Layer]

  /// Creates a network from its layers.
  public init(_ layers: any Layer...) { self.layers = layers }
  /// Creates a network from an array of layers.
  public init(_ layers: [any Layer]) { self.layers = layers }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    var result = input
    for (position, layer) in layers.enumerated() {
      result = layer(result, mode: mode.folding(in: position))
    }
    return result
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    for i in layers.indices { visitor.visit(String(i), ofAnyType: &layers[i]) }
  }

  /// A multilayer perceptron: dense layers of these widths, with the activation between them.
  public static func mlp(
    _ widths: [Int], activation: Activation = .relu, key: RandomKey
  ) -> Sequential {
    Sequential(
      (0..<(widths.count - 1)).map { i in
        Dense(
          widths[i], widths[i + 1], activation: i + 2 < widths.count ? activation : .linear,
          key: key.folding(in: i))
      })
  }
}
