import GumbelTensors

/// How a parameter is set before training.
public enum Initializer: Sendable {
  /// All 0.
  case zeros
  /// All of one value.
  case constant(Float)
  /// Uniform on [-bound, bound].
  case uniform(bound: Float)
  /// Normal with mean 0.
  case normal(standardDeviation: Float)
  /// Uniform with bound √(6 / (in + out)): keeps variances through linear and tanh layers
  /// (Glorot & Bengio 2010).
  case glorotUniform
  /// Normal with variance 2 / (in + out).
  case glorotNormal
  /// Uniform with bound √(6 / in): keeps variances through ReLU layers (He et al. 2015).
  case heUniform
  /// Normal with variance 2 / in.
  case heNormal
  /// Normal with variance 1 / in (LeCun et al. 1998).
  case lecunNormal

  /// A parameter. The last dimension counts as outputs, the one before as inputs, those further
  /// out (a receptive field) multiply both.
  public func callAsFunction(_ shape: Shape, key: RandomKey) -> Tensor {
    let field = shape.rank > 2 ? shape.prefix(shape.rank - 2).count : 1
    let outputs = Float(field * (shape.rank > 0 ? shape[-1] : 1))
    let inputs = Float(field * (shape.rank > 1 ? shape[-2] : 1))
    func uniform(_ bound: Float) -> Tensor {
      Tensor.uniform(shape, key: key) * (2 * bound) - bound
    }
    func normal(_ variance: Float) -> Tensor {
      Tensor.normal(shape, key: key) * variance.squareRoot()
    }
    switch self {
    case .zeros: return Tensor.zeros(shape)
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .uniform(let bound): return uniform(bound)
    case .normal(let deviation): return normal(deviation * deviation)
    case .glorotUniform: return uniform((6 / (inputs + outputs)).squareRoot())
    case .glorotNormal: return normal(2 / (inputs + outputs))
    case .heUniform: return uniform((6 / inputs).squareRoot())
    case .heNormal: return normal(2 / inputs)
    case .lecunNormal: return normal(1 / inputs)
    }
  }
}
