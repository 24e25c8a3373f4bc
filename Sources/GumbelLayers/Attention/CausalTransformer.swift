import GumbelTensors

// Snippet:
// let embedding = Embedding(count: 32, width: 64, key: key)
// let tokens = Tensor.zeros([5, 2]).converted(to: .int32)
/// Transformer blocks over a sequence in which no position sees a later one, time first, with a
/// learned vector added at each position and a normalisation at the end.
///
/// It takes vectors and gives vectors: an embedding stands before it, and logits after it.
///
/// ```swift
/// let transformer = CausalTransformer(64, heads: 4, blocks: 2, capacity: 21, key: key)
/// let vectors = transformer(embedding(tokens))  // [time, batch, 64]
/// ```
public struct CausalTransformer: Layer {
  /// A vector for each position: [capacity, width].
  public var positions: Embedding
  /// The blocks, in the order in which they are applied.
  public var blocks: [TransformerBlock]
  /// At the end.
  public var norm: LayerNorm

  /// Creates a transformer for sequences of up to `capacity` positions; the other parameters are
  /// those of ``TransformerBlock``.
  public init(
    _ width: Int, heads: Int, blocks: Int, capacity: Int, hiddenWidth: Int? = nil,
    dropout: Float = 0, key: RandomKey
  ) {
    positions = Embedding(
      count: capacity, width: width, initializer: .normal(standardDeviation: 0.1),
      key: key.folding(in: "positions"))
    self.blocks = (0..<blocks).map { index in
      TransformerBlock(
        width, heads: heads, hiddenWidth: hiddenWidth, dropout: dropout,
        key: key.folding(in: index))
    }
    norm = LayerNorm(width)
  }

  /// The longest sequence that it takes.
  public var capacity: Int { positions.table.shape[0] }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    self(input, mask: nil, mode: mode)
  }

  /// [time, batch, width] to the same; for the mask see ``CausalSelfAttention``. Traps if the
  /// sequence is longer than the capacity.
  public func callAsFunction(_ input: Tensor, mask: Tensor?, mode: Mode = .inference) -> Tensor {
    require(
      input.rank == 3 && input.shape[0] <= capacity,
      "CausalTransformer: input of shape \(input.shape), expected [time, batch, width] of up to "
        + "\(capacity) positions")
    let places = positions.table[0..<input.shape[0]]
    var x = input + places.reshaped(to: [input.shape[0], 1, places.shape[1]])
    for (index, block) in blocks.enumerated() {
      x = block(x, mask: mask, mode: mode.folding(in: index))
    }
    return norm(x)
  }

  // MARK: - One step at a time

  /// How far a sequence has come, and what its later positions need of it.
  public struct State: TensorGroup, Sendable {
    /// The position that comes next: an int32 scalar.
    public var position: Tensor
    var caches: [CausalSelfAttention.Cache]

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("position", &position)
      visitor.visit("caches", &caches)
    }
  }

  /// The state before the first position, with room for so many positions, or the capacity.
  public func initialState(batch: Int, length: Int? = nil) -> State {
    State(
      position: Tensor(int32: 0),
      caches: blocks.map { $0.attention.cache(batch: batch, capacity: length ?? capacity) })
  }

  /// The next position, [batch, width] to the same: what the whole sequence gives there, up to
  /// rounding, in one pass over the caches. Traps behind the capacity.
  public func step(_ input: Tensor, _ state: inout State) -> Tensor {
    var x = input + positions(state.position.reshaped(to: [1]))
    for (index, block) in blocks.enumerated() {
      x = block.step(x, at: state.position, cache: &state.caches[index])
    }
    state.position = state.position + Tensor(int32: 1)
    return norm(x)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("positions", &positions)
    visitor.visit("blocks", &blocks)
    visitor.visit("norm", &norm)
  }
}
