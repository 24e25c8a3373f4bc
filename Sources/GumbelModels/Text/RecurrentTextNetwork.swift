import GumbelLayers
import GumbelTensors

/// Recurrent layers on each other, with dropout after each (Zaremba et al. 2014).
struct RecurrentTextNetwork<Cell: RecurrentCell>: TextNetwork {
  private var layers: [Recurrent<Cell>]
  private let dropout: Dropout

  init(_ cells: [Cell], dropout: Float) {
    layers = cells.map { Recurrent($0) }
    self.dropout = Dropout(dropout)
  }

  var width: Int { layers[layers.count - 1].cell.hiddenSize }

  func projection(of table: Tensor) -> Tensor { layers[0].cell.projection(of: table) }

  func callAsFunction(projected: Tensor, mode: Mode) -> Tensor {
    behindFirst(layers[0](projected: projected).outputs, mode: mode)
  }

  func callAsFunction(tokens: Tensor, table: Tensor, mode: Mode) -> Tensor {
    behindFirst(layers[0](tokens: tokens, projectedTable: table).outputs, mode: mode)
  }

  /// The other layers, from what the first one shows.
  private func behindFirst(_ outputs: Tensor, mode: Mode) -> Tensor {
    var x = dropout(outputs, mode: mode.folding(in: 0))
    for (i, layer) in layers.enumerated().dropFirst() {
      x = dropout(layer(x).outputs, mode: mode.folding(in: i))
    }
    return x
  }

  func initialState(batch: Int) -> TextState {
    TextState(layers.flatMap { $0.cell.initialState(batch: batch).tensors })
  }

  func step(projected: Tensor, from state: TextState) -> (output: Tensor, state: TextState) {
    var (x, rest, next) = (projected, state.tensors[...], TextState([]))
    for (i, layer) in layers.enumerated() {
      let cell = layer.cell
      var own = cell.initialState(batch: projected.shape[0])
      own.updateEach { $0 = rest.removeFirst() }
      own = cell(projected: i == 0 ? x : cell.projection(of: x), own)
      next.tensors += own.tensors
      x = cell.output(of: own)
    }
    return (x, next)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("layers", &layers)
    visitor.note("probability", dropout.probability)
  }
}
