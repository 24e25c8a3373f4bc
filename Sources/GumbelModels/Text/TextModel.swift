import GumbelDatasets
import GumbelLayers
import GumbelTensors
import GumbelTraining

/// A model of strings, one token after another:
///
///     p(x) = Π p(xₜ | x₁ … xₜ₋₁),   x ends with token 0
///
/// A token's vector goes through a network that knows those before it, and a dense layer gives the
/// logits of the next. Token 0 stands before the first. Sequences are time first.
public struct TextModel: TensorGroup, Sendable {
  /// What the model is made of.
  public let settings: Settings
  /// The tokens' vectors: [vocabulary, embedding].
  public var embedding: Embedding
  /// What stands between embedding and output.
  public var network: any TextNetwork
  /// The output layer's: [width, vocabulary]; nil where it is the table of vectors.
  public var outputWeight: Tensor?
  /// The output layer's: [vocabulary].
  public var outputBias: Tensor

  /// A model before training.
  ///
  /// - Throws: Where the settings contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(TextSettingsError) {
    try settings.validate()
    self.settings = settings
    embedding = Embedding(
      count: settings.vocabularyCount, width: settings.embedding,
      // As an output layer, normal vectors would make logits of the order of their length.
      initializer: settings.tiesWeights ? .lecunNormal : .normal(standardDeviation: 1),
      key: key.folding(in: "embedding"))
    network = settings.kind.network(settings, key: key.folding(in: "network"))
    outputWeight =
      settings.tiesWeights
      ? nil
      : Initializer.glorotUniform(
        [network.width, settings.vocabularyCount], key: key.folding(in: "output"))
    outputBias = Tensor.zeros([settings.vocabularyCount])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("embedding", &embedding)
    visitor.visit("network", ofAnyType: &network)
    if outputWeight != nil { visitor.visit("outputWeight", &outputWeight!) }
    visitor.visit("outputBias", &outputBias)
    visitor.note("settings", settings)
  }

  // MARK: - Whole sequences

  /// The logits of every token given those before it.
  ///
  /// - Parameters:
  ///   - tokens: int32, [time, batch]; the last one is predicted only.
  ///   - mode: whether there is dropout.
  /// - Returns: [time, batch, vocabulary].
  public func logits(_ tokens: Tensor, mode: Mode = .inference) -> Tensor {
    require(
      tokens.rank == 2 && tokens.elementType == .int32 && tokens.shape[0] > 0,
      "TextModel.logits: tokens \(tokens.type), expected int32 [time, batch]")
    let (time, batch) = (tokens.shape[0], tokens.shape[1])
    let first = Tensor(int32: [Int32](repeating: TextVocabulary.end, count: batch))
      .reshaped(to: [1, batch])
    let inputs = Tensor.concatenated([first, tokens.sliced(along: 0, 0..<(time - 1))])
    return output(network(tokens: inputs, table: projectedTable(), mode: mode))
  }

  /// -log p of each string, in nats: [batch].
  ///
  /// - Parameters:
  ///   - batch: what counts has a mask of 1.
  ///   - mode: whether there is dropout.
  public func negativeLogLikelihood(of batch: TextBatch, mode: Mode = .inference) -> Tensor {
    (softmaxCrossEntropy(logits: logits(batch.tokens, mode: mode), labels: batch.tokens)
      * batch.mask).sum(along: 0)
  }

  // MARK: - Steps

  /// The tokens' vectors as the network's first layer sees them: [vocabulary, projected]. Steps
  /// that are given it do not work it out again.
  public func projectedTable() -> Tensor { network.projection(of: embedding.table) }

  /// Where a string begins.
  public func initialState(batch: Int) -> TextState { network.initialState(batch: batch) }

  /// The logits of the next token, in inference.
  ///
  /// - Parameters:
  ///   - tokens: the last token of each string, or token 0 before the first: int32, [batch], or
  ///     relaxed ones, whose vectors are mixed: float32, [batch, vocabulary].
  ///   - table: ``projectedTable()``.
  ///   - state: ``initialState(batch:)`` before the first.
  /// - Returns: [batch, vocabulary], and what the next step starts from.
  public func step(
    _ tokens: Tensor, table: Tensor, from state: TextState
  ) -> (logits: Tensor, state: TextState) {
    let projected =
      tokens.elementType == .int32 ? table.gatheringRows(at: tokens) : matmul(tokens, table)
    let (output, state) = network.step(projected: projected, from: state)
    return (self.output(output), state)
  }

  /// Logits from what the network gives.
  func output(_ x: Tensor) -> Tensor {
    if let outputWeight { return dense(x, weight: outputWeight, bias: outputBias) }
    return matmul(x, embedding.table, transposingSecond: true) + outputBias
  }
}

// MARK: - Training

extension TextModel: LossModel {
  public static let termNames = ["loss"]
  public static let batchAxis = 1
  public static func meanCount(of batch: TextBatch) -> Tensor? { batch.mask.sum() }

  /// The mean of -log p over the tokens of the batch that count, in nats.
  public func loss(on batch: TextBatch, weight: Tensor, key: RandomKey) -> [Tensor] {
    let total = negativeLogLikelihood(of: batch, mode: .training(key: key)).sum()
    return [total / batch.mask.sum()]
  }
}
