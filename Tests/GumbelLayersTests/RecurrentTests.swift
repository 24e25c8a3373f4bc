import GumbelLayers
import GumbelTensors
import Testing

@Suite struct RecurrentTests {
  static let input = Tensor.normal([4, 2, 3], key: RandomKey(2))
  static let lstm = Recurrent(LSTMCell(3, 9, key: RandomKey(1)))
  static let gru = Recurrent(GRUCell(3, 5, key: RandomKey(1)))

  /// The outputs of the steps one by one; where `isKept` the state stays as it was.
  static func stepwise<Cell: RecurrentCell>(
    _ layer: Recurrent<Cell>, isKept: (Int) -> Bool = { _ in false },
    _ step: (Cell, Tensor, Cell.State) -> Cell.State
  ) -> Tensor {
    var state = layer.cell.initialState(batch: 2)
    var outputs: [Tensor] = []
    for t in 0..<4 {
      if !isKept(t) { state = step(layer.cell, input[t], state) }
      outputs.append(layer.cell.output(of: state))
    }
    return Tensor.stacked(outputs)
  }

  static func lstmStep(
    _ cell: LSTMCell, _ x: Tensor, _ state: LSTMCell.State
  ) -> LSTMCell.State {
    let gates = cell.projection(of: x) + matmul(state.hidden, cell.recurrentWeight)
    func gate(_ i: Int) -> Tensor { gates.sliced(along: -1, (i * 9)..<((i + 1) * 9)) }
    let memory = sigmoid(gate(1)) * state.cell + sigmoid(gate(0)) * tanh(gate(2))
    return LSTMCell.State(hidden: sigmoid(gate(3)) * tanh(memory), cell: memory)
  }

  private func expectClose(_ found: [Tensor], _ expected: [Tensor]) {
    for (i, (a, b)) in zip(found, expected).enumerated() {
      let distance = abs(a - b).max().scalar / max(abs(b).max().scalar, 1)
      #expect(a.shape == b.shape && distance < 1e-5, "number \(i)")
    }
  }

  private func expectSame<Cell: RecurrentCell>(
    _ layer: Recurrent<Cell>, mask: Tensor?, isKept: @escaping (Int) -> Bool,
    _ step: @escaping (Cell, Tensor, Cell.State) -> Cell.State
  ) {
    func loop(_ layer: Recurrent<Cell>) -> Tensor {
      layer(Self.input, from: nil, mask: mask).outputs
    }
    func plain(_ layer: Recurrent<Cell>) -> Tensor {
      Self.stepwise(layer, isKept: isKept, step)
    }
    expectClose([loop(layer)], [plain(layer)])
    expectClose(
      gradient(at: layer) { square(loop($0)).sum() }.tensors,
      gradient(at: layer) { square(plain($0)).sum() }.tensors)
  }

  static let mask = Tensor([1, 1, 0, 0, 1, 1, 0, 0], shape: [4, 2])

  @Test func lstmIsItsFormula() {
    expectSame(Self.lstm, mask: nil, isKept: { _ in false }, Self.lstmStep)
    expectSame(Self.lstm, mask: Self.mask, isKept: { $0 % 2 == 1 }, Self.lstmStep)
  }

  @Test func gruIsItsSteps() {
    let step = { (cell: GRUCell, x: Tensor, state: GRUCell.State) in cell(x, state) }
    expectSame(Self.gru, mask: nil, isKept: { _ in false }, step)
    expectSame(Self.gru, mask: Self.mask, isKept: { $0 % 2 == 1 }, step)
  }

  /// A cell of one unit against numbers worked out by hand from the formula.
  @Test func gruOfOneUnit() {
    var cell = GRUCell(1, 1, key: RandomKey(0))
    cell.inputWeight = Tensor([0, 0, 1], shape: [1, 3])
    cell.recurrentWeight = Tensor([0, 0, 2], shape: [1, 3])
    cell.recurrentBias = Tensor([0.5])
    let next = cell(
      Tensor([0.25], shape: [1, 1]), GRUCell.State(hidden: Tensor([0.5], shape: [1, 1])))
    // r = z = 1/2, n = tanh(0.25 + (1 + 0.5) / 2) = tanh(1)
    expectClose([next.hidden], [Tensor([0.5 * 0.761594156 + 0.25], shape: [1, 1])])
  }

  @Test func tokensAreRowsOfTheTable() {
    let table = Tensor.normal([5, 3], key: RandomKey(8))
    let tokens = Tensor(int32: [0, 1, 2, 3, 4, 0, 1, 2], shape: [4, 2])
    let found = Self.lstm(tokens: tokens, table: table).outputs
    let expected = Self.lstm(table.gatheringRows(at: tokens))
    expectClose([found], [expected])
  }

  @Test func forgetGatesStartOpen() {
    let bias = Self.lstm.cell.bias.scalars
    let expected = (0..<36).map { Float($0 / 9 == 1 ? 1 : 0) }
    #expect(bias == expected)
    #expect(Self.lstm.cell.inputSize == 3 && Self.lstm.cell.hiddenSize == 9)
  }

  /// Steps that look their rows up themselves, and that keep nothing for a gradient, more units at a
  /// time than fit into a tile.
  private func expectLookedUpRowsAreGatheredOnes<Cell: RecurrentCell>(_ layer: Recurrent<Cell>) {
    let table = Tensor.normal([7, 3], key: RandomKey(4))
    let tokens = Tensor(int32: [0, 6, 3, 3, 2, 5, 1, 0], shape: [4, 2])
    func weighted(_ outputs: Tensor) -> Tensor { square(outputs).sum() }
    let (a, c) = valueAndGradient(at: Pair(layer, table)) {
      weighted($0.first(tokens: tokens, table: $0.second).outputs)
    }
    let (b, d) = valueAndGradient(at: Pair(layer, table)) { both in
      let projected = both.first.cell.projection(of: both.second).gatheringRows(at: tokens)
      return weighted(both.first(projected: projected).outputs)
    }
    #expect(a.scalar == b.scalar)
    expectClose(c.tensors, d.tensors)

    let step = compile { (state: inout Cell.State, token: Tensor) in
      state = layer.cell(
        projected: layer.cell.projection(of: table).gatheringRows(at: token), state)
      return layer.cell.output(of: state)
    }
    var state = layer.cell.initialState(batch: 2)
    var outputs: [Tensor] = []
    for t in 0..<4 { outputs.append(step(&state, tokens[t])) }
    let whole = layer(tokens: tokens, table: table).outputs
    #expect(Tensor.stacked(outputs).scalars == whole.scalars)
    #expect(Cell.self != LSTMCell.self || step.planDescription.contains("lstm.gathering"))
  }

  @Test func lookedUpRowsAreGatheredOnes() {
    expectLookedUpRowsAreGatheredOnes(Recurrent(LSTMCell(3, 300, key: RandomKey(1))))
    expectLookedUpRowsAreGatheredOnes(Recurrent(GRUCell(3, 300, key: RandomKey(1))))
  }
}
