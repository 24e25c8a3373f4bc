import GumbelTensors

/// Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000).
///
///     i, f, g, o = x W + b + h U     (each [batch, hidden])
///     c' = σ(f) c + σ(i) tanh(g)
///     h' = σ(o) tanh(c')
public struct LSTMCell: RecurrentCell {
  /// W: [input, 4 hidden], the gates in the order i, f, g, o.
  public var inputWeight: Tensor
  /// U: [hidden, 4 hidden].
  public var recurrentWeight: Tensor
  /// b: [4 hidden].
  public var bias: Tensor

  /// The state of an LSTM, each [batch, hidden].
  public struct State: TensorGroup, Sendable {
    /// h, which the cell shows.
    public var hidden: Tensor
    /// c, its memory.
    public var cell: Tensor

    /// Creates a state.
    public init(hidden: Tensor, cell: Tensor) {
      self.hidden = hidden
      self.cell = cell
    }

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("hidden", &hidden)
      visitor.visit("cell", &cell)
    }
  }

  /// Creates a cell with weights uniform on ±1/√hidden, and a bias of 0 but for the forget gate's,
  /// which is 1, so that a new cell remembers (Jozefowicz et al. 2015).
  public init(_ inputs: Int, _ hidden: Int, key: RandomKey) {
    let (inputKey, recurrentKey) = key.split()
    let initializer = Initializer.uniform(bound: 1 / Float(hidden).squareRoot())
    inputWeight = initializer([inputs, 4 * hidden], key: inputKey)
    recurrentWeight = initializer([hidden, 4 * hidden], key: recurrentKey)
    bias = Tensor((0..<(4 * hidden)).map { $0 / hidden == 1 ? 1 : 0 })
  }

  public var inputSize: Int { inputWeight.shape[0] }
  public var hiddenSize: Int { recurrentWeight.shape[0] }

  public func initialState(batch: Int) -> State {
    let zeros = Tensor.zeros([batch, hiddenSize])
    return State(hidden: zeros, cell: zeros)
  }

  public func projection(of input: Tensor) -> Tensor {
    dense(input, weight: inputWeight, bias: bias)
  }

  public func callAsFunction(projected: Tensor, _ state: State) -> State {
    let recurrent = matmul(state.hidden, recurrentWeight)
    let next = lstmStep(projected: projected, recurrent: recurrent, cell: state.cell)
    return State(hidden: next.hidden, cell: next.cell)
  }

  public func output(of state: State) -> Tensor { state.hidden }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("inputWeight", &inputWeight)
    visitor.visit("recurrentWeight", &recurrentWeight)
    visitor.visit("bias", &bias)
  }
}
