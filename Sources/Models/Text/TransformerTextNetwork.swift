import Layers
import Tensors

/// A causal Transformer: each token attends to those before it and to itself.
struct TransformerTextNetwork: TextNetwork {
  /// From tokens' vectors to the width of the blocks; nil where they are as wide.
  private var input: Dense?
  private var transformer: CausalTransformer

  init(_ settings: TextModel.Settings, key: RandomKey) {
    if settings.embedding != settings.hidden {
      input = Dense(settings.embedding, settings.hidden, key: key.folding(in: "input"))
    }
    transformer = CausalTransformer(
      settings.hidden, heads: settings.heads, blocks: settings.layers,
      capacity: settings.capacity, dropout: settings.dropout, key: key)
  }

  var width: Int { transformer.positions.table.shape[1] }

  func projection(of table: Tensor) -> Tensor { input.map { $0(table) } ?? table }

  func callAsFunction(projected: Tensor, mode: Mode) -> Tensor {
    transformer(projected, mode: mode)
  }

  func initialState(batch: Int) -> TextState {
    TextState(transformer.initialState(batch: batch).tensors)
  }

  func step(projected: Tensor, from state: TextState) -> (output: Tensor, state: TextState) {
    var own = transformer.initialState(batch: projected.shape[0])
    var rest = state.tensors.makeIterator()
    own.updateEach { $0 = rest.next()! }
    let output = transformer.step(projected, &own)
    return (output, TextState(own.tensors))
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    if input != nil { visitor.visit("input", &input!) }
    visitor.visit("transformer", &transformer)
  }
}
