import GumbelTensors

/// A function of one tensor, with parameters: a value.
public protocol Layer: TensorGroup, Sendable {
  /// Applies the layer.
  ///
  /// - Parameters:
  ///   - input: what comes in; the layer says in which shapes.
  ///   - mode: whether the layer is being trained, with the key for what it then draws.
  func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor
}

/// What a layer is run for.
public enum Mode: Sendable {
  /// Deterministic.
  case inference
  /// With the noise of training (``Dropout``), drawn with this key.
  case training(key: RandomKey)

  /// The mode for one of several parts, each with a key of its own.
  public func folding(in part: Int) -> Mode {
    switch self {
    case .inference: .inference
    case .training(let key): .training(key: key.folding(in: part))
    }
  }
}

extension Layer {
  /// Applies the layer in inference.
  public func callAsFunction(_ input: Tensor) -> Tensor { self(input, mode: .inference) }
}
