import GumbelLayers
import GumbelTensors

/// Transformer blocks in which no token sees a later one (Vaswani et al. 2017), behind a dense layer
/// that brings vectors to their width.
struct TransformerTextNetwork: TextNetwork {
  private var input: Dense
  private var transformer: CausalTransformer

  /// A network for sequences of up to `time` tokens.
  init(_ settings: TextModel.Settings, key: RandomKey) {
    input = Dense(settings.embedding, settings.hidden, key: key.folding(in: "input"))
    transformer = CausalTransformer(
      settings.hidden, heads: settings.heads, blocks: settings.layers, capacity: settings.time,
      dropout: settings.dropout, key: key.folding(in: "transformer"))
  }

  var width: Int { input.weight.shape[1] }

  func projection(of table: Tensor) -> Tensor { input(table) }

  func callAsFunction(projected: Tensor, mode: Mode) -> Tensor {
    transformer(projected, mode: mode)
  }

  func initialState(batch: Int) -> TextState {
    TextState(transformer.initialState(batch: batch).tensors)
  }

  func step(projected: Tensor, from state: TextState) -> (output: Tensor, state: TextState) {
    var own = transformer.initialState(batch: projected.shape[0])
    var rest = state.tensors[...]
    own.updateEach { $0 = rest.removeFirst() }
    let output = transformer.step(projected, &own)
    return (output, TextState(own.tensors))
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("input", &input)
    visitor.visit("transformer", &transformer)
  }
}
