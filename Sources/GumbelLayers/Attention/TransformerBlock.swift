import GumbelTensors

/// Attention and a perceptron, each normalised before and added to what came in:
///
///     x ← x + attention(norm(x)),    x ← x + W' gelu(W norm(x))
///
/// The pre-norm form of Xiong et al. 2020 (arXiv 2002.04745).
public struct TransformerBlock: Layer {
  /// Before the attention.
  public var attentionNorm: LayerNorm
  /// Between the positions.
  public var attention: CausalSelfAttention
  /// Before the perceptron.
  public var networkNorm: LayerNorm
  /// The perceptron's hidden layer.
  public var hidden: Dense
  /// The perceptron's output.
  public var output: Dense
  /// In training, of what is added to the input.
  public let dropout: Dropout

  /// Creates a block.
  ///
  /// - Parameters:
  ///   - width: of what comes in and goes out.
  ///   - heads: a divisor of the width.
  ///   - hiddenWidth: of the perceptron; 4 times the width where nil.
  ///   - dropout: the probability of an element of either branch to be set to 0 in training.
  ///   - key: of the initial weights.
  public init(
    _ width: Int, heads: Int, hiddenWidth: Int? = nil, dropout: Float = 0, key: RandomKey
  ) {
    let hiddenWidth = hiddenWidth ?? 4 * width
    attentionNorm = LayerNorm(width)
    attention = CausalSelfAttention(width, heads: heads, key: key.folding(in: 0))
    networkNorm = LayerNorm(width)
    hidden = Dense(width, hiddenWidth, key: key.folding(in: 1))
    output = Dense(hiddenWidth, width, key: key.folding(in: 2))
    self.dropout = Dropout(dropout)
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    self(input, mask: nil, mode: mode)
  }

  /// [time, batch, width] to the same; for the mask see ``CausalSelfAttention``.
  public func callAsFunction(_ input: Tensor, mask: Tensor?, mode: Mode = .inference) -> Tensor {
    let seen = attention(attentionNorm(input), mask: mask, mode: mode)
    return perceptron(input + dropout(seen, mode: mode.folding(in: 0)), mode: mode)
  }

  /// The next position of a sequence; see ``CausalSelfAttention/step(_:at:cache:)``.
  public func step(
    _ input: Tensor, at position: Tensor, cache: inout CausalSelfAttention.Cache
  ) -> Tensor {
    let seen = attention.step(attentionNorm(input), at: position, cache: &cache)
    return perceptron(input + seen, mode: .inference)
  }

  private func perceptron(_ x: Tensor, mode: Mode) -> Tensor {
    x + dropout(output(gelu(hidden(networkNorm(x)))), mode: mode.folding(in: 1))
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("attentionNorm", &attentionNorm)
    visitor.visit("attention", &attention)
    visitor.visit("networkNorm", &networkNorm)
    visitor.visit("hidden", &hidden)
    visitor.visit("output", &output)
    visitor.note("probability", dropout.probability)
  }
}
