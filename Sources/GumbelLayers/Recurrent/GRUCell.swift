import GumbelTensors

/// A gated recurrent unit (Cho et al. 2014), with the reset after the product, as in cuDNN and
/// PyTorch.
///
///     r, z, n = x W + b     s, y, m = h U     (each [batch, hidden])
///     r' = σ(r + s),  z' = σ(z + y),  n' = tanh(n + r' (m + a))
///     h' = (1 - z') n' + z' h
public struct GRUCell: RecurrentCell {
  /// W: [input, 3 hidden], the gates in the order r, z, n.
  public var inputWeight: Tensor
  /// U: [hidden, 3 hidden].
  public var recurrentWeight: Tensor
  /// b: [3 hidden].
  public var bias: Tensor
  /// a: [hidden], inside the reset.
  public var recurrentBias: Tensor

  /// The state of a GRU: h, [batch, hidden].
  public struct State: TensorGroup, Sendable {
    /// h, which the cell shows.
    public var hidden: Tensor

    /// Creates a state.
    public init(hidden: Tensor) { self.hidden = hidden }

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("hidden", &hidden)
    }
  }

  /// Creates a cell with weights uniform on ±1/√hidden and biases of 0.
  public init(_ inputs: Int, _ hidden: Int, key: RandomKey) {
    let (inputKey, recurrentKey) = key.split()
    let initializer = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
    inputWeight = initializer([inputs, 3 * hidden], key: inputKey)
    recurrentWeight = initializer([hidden, 3 * hidden], key: recurrentKey)
    bias = Tensor.zeros([3 * hidden])
    recurrentBias = Tensor.zeros([hidden])
  }

  public var inputSize: Int { inputWeight.shape[0] }
  public var hiddenSize: Int { recurrentWeight.shape[0] }

  public func initialState(batch: Int) -> State {
    State(hidden: Tensor.zeros([batch, hiddenSize]))
  }

  public func projection(of input: Tensor) -> Tensor {
    dense(input, weight: inputWeight, bias: bias)
  }

  public func callAsFunction(projected: Tensor, _ state: State) -> State {
    let recurrent = matmul(state.hidden, recurrentWeight)
    return State(
      hidden: gruStep(
        projected: projected, recurrent: recurrent, recurrentBias: recurrentBias,
        hidden: state.hidden))
  }

  public func output(of state: State) -> Tensor { state.hidden }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("inputWeight", &inputWeight)
    visitor.visit("recurrentWeight", &recurrentWeight)
    visitor.visit("bias", &bias)
    visitor.visit("recurrentBias", &recurrentBias)
  }
}
