import GumbelTensors

/// A recurrent cell over a sequence, time first: [time, batch, input] to [time, batch, hidden].
///
/// As a ``Layer`` it starts from a state of zeros, so that several can be stacked:
///
/// ```swift
/// let network = Sequential(
///   Recurrent(LSTMCell(64, 128, key: key.folding(in: 0))),
///   Recurrent(LSTMCell(128, 128, key: key.folding(in: 1))),
///   Dense(128, 32, key: key.folding(in: 2)))
/// ```
public struct Recurrent<Cell: RecurrentCell>: Layer {
  /// The cell.
  public var cell: Cell

  /// Creates the layer of a cell.
  public init(_ cell: Cell) { self.cell = cell }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    self(input, from: nil, mask: nil).outputs
  }

  /// Runs over a sequence.
  ///
  /// - Parameters:
  ///   - input: [time, batch, input].
  ///   - state: where to start; zeros where it is nil.
  ///   - mask: [time, batch] of 1 and 0; where it is 0 the state is kept.
  /// - Returns: what the cell shows after each step, [time, batch, hidden], and the last state.
  public func callAsFunction(
    _ input: Tensor, from state: Cell.State? = nil, mask: Tensor? = nil
  ) -> (outputs: Tensor, state: Cell.State) {
    require(
      input.rank == 3 && input.shape[2] == cell.inputSize,
      "Recurrent: expected [time, batch, \(cell.inputSize)], found \(input.type)")
    return self(projected: cell.projection(of: input), from: state, mask: mask)
  }

  /// Runs over tokens, from the vectors of an embedding: each token's vector is projected once,
  /// and its row looked up for each step.
  ///
  /// - Parameters:
  ///   - tokens: int32 [time, batch].
  ///   - table: the vectors, [vocabulary, input].
  ///   - state: as above.
  ///   - mask: as above.
  public func callAsFunction(
    tokens: Tensor, table: Tensor, from state: Cell.State? = nil, mask: Tensor? = nil
  ) -> (outputs: Tensor, state: Cell.State) {
    self(tokens: tokens, projectedTable: cell.projection(of: table), from: state, mask: mask)
  }

  /// Runs over tokens, from the projected vectors of an embedding, [vocabulary, gates].
  ///
  /// Rows are looked up in the loop, so that a sequence's projected input is never there as a whole.
  public func callAsFunction(
    tokens: Tensor, projectedTable: Tensor, from state: Cell.State? = nil, mask: Tensor? = nil
  ) -> (outputs: Tensor, state: Cell.State) {
    require(
      tokens.rank == 2 && tokens.elementType == .int32,
      "Recurrent: expected int32 tokens [time, batch], found \(tokens.type)")
    return run(over: tokens, from: state, mask: mask) { projectedTable.gatheringRows(at: $0) }
  }

  /// Runs over a sequence of projected input, [time, batch, gates].
  public func callAsFunction(
    projected: Tensor, from state: Cell.State? = nil, mask: Tensor? = nil
  ) -> (outputs: Tensor, state: Cell.State) {
    require(projected.rank == 3, "Recurrent: expected [time, batch, …], found \(projected.type)")
    return run(over: projected, from: state, mask: mask) { $0 }
  }

  private func run(
    over sequence: Tensor, from state: Cell.State?, mask: Tensor?, projecting: (Tensor) -> Tensor
  ) -> (outputs: Tensor, state: Cell.State) {
    let batch = sequence.shape[1]
    if let mask {
      require(
        mask.shape == sequence.shape.prefix(2),
        "Recurrent: expected a mask of \(sequence.shape.prefix(2)), found \(mask.type)")
    }
    let start = state ?? cell.initialState(batch: batch)
    let inputs = Pair(sequence, mask)
    let (last, outputs) = scan(from: start, over: inputs) {
      (state: Cell.State, input: Pair<Tensor, Tensor?>) -> (Cell.State, Tensor) in
      var next = cell(projected: projecting(input.first), state)
      if let mask = input.second {
        let isKept = mask.reshaped(to: [batch, 1]) .== Tensor(0)
        var old = state.tensors.makeIterator()
        next.updateEach { $0 = select(isKept, old.next()!, $0) }
      }
      return (next, cell.output(of: next))
    }
    return (outputs, last)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("cell", &cell) }
}
