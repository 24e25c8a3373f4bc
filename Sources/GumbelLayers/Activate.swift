import GumbelTensors

/// An elementwise function as a layer: `Activate(gelu)`.
public struct Activate: Layer {
  private let function: @Sendable (Tensor) -> Tensor

  /// Creates a layer that applies the function.
  public init(_ function: @escaping @Sendable (Tensor) -> Tensor) { self.function = function }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor { function(input) }

  public mutating func visit(_ visitor: inout some TensorVisitor) {}
}
