import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelTensors

extension TextGAN {
  /// A model of strings that writes by itself: each symbol that it draws goes into its next step.
  ///
  /// A latent vector, where there is one, is a part of what every step is given. Without one the
  /// noise of the choices is all that makes strings differ, and the model alone can be used
  /// wherever one that was trained by likelihood can.
  public struct Generator: TensorGroup, Sendable {
    /// Gives the logits of the next symbol.
    public var model: TextModel
    /// From the latent vector to what is added to each step's projected symbol; nil for none.
    public var conditioning: GumbelLayers.Dense?
    /// Symbols in a sequence, the end included.
    public let length: Int

    /// Creates a generator.
    ///
    /// - Parameters:
    ///   - model: gives logits.
    ///   - latentWidth: elements of the latent vector; 0 for none.
    ///   - length: symbols in a sequence, the end included.
    ///   - key: of the latent vector's weights.
    public init(_ model: TextModel, latentWidth: Int, length: Int, key: RandomKey) {
      self.model = model
      self.length = length
      if latentWidth > 0 {
        conditioning = Dense(latentWidth, model.projectedTable().shape[1], key: key)
      }
    }

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("model", &model)
      if conditioning != nil { visitor.visit("conditioning", &conditioning!) }
      visitor.note("length", length)
    }

    private var vocabularyCount: Int { model.settings.vocabularyCount }

    /// What is added to projected symbols, [batch, projected]; nil for nothing.
    private func condition(batch: Int, key: RandomKey) -> Tensor? {
      conditioning.map {
        $0(Tensor.normal([batch, $0.weight.shape[0]], key: key.folding(in: "latents")))
      }
    }
  }
}

// MARK: - Strings

extension TextGAN.Generator {
  /// How a step's choice is drawn.
  public enum Draw: Sendable {
    /// As the value that an estimator puts in a draw's place.
    case surrogate(any SurrogateEstimator<OneHotCategorical<Tensor>>)
    /// One-hot, without a gradient.
    case exact
  }

  /// Draws strings.
  ///
  /// The symbol yₜ that is drawn at a step goes into the next one. It is shown if the string is
  /// alive, and the end is shown where it is not:
  ///
  ///     shown xₜ = aₜ yₜ + (1 - aₜ) end,    aₜ₊₁ = aₜ (1 - yₜ[end]),    a₀ = 1
  ///
  /// The generator itself goes on behind an end. So the derivative in yₜ[end] compares the string
  /// that ends here with one that would have gone on, up to that one's own end.
  ///
  /// - Parameters:
  ///   - batch: how many.
  ///   - draw: how choices are drawn.
  ///   - key: of all that is drawn.
  /// - Returns: one-hot rows or mixtures, [time, batch, vocabulary], with nothing but the end's
  ///   symbol behind the end; and, for exact draws, the log-probabilities of the choices up to the
  ///   end, [batch].
  public func strings(
    batch: Int, draw: Draw, key: RandomKey
  ) -> (rows: Tensor, logProbabilities: Tensor) {
    let table = model.projectedTable()
    let condition = condition(batch: batch, key: key)
    let end = Tensor(int32: [0]).oneHot(depth: vocabularyCount)
    let start = Writing(
      state: model.initialState(batch: batch),
      symbol: end.broadcast(to: [batch, vocabularyCount]), alive: Tensor.ones([batch, 1]),
      logProbability: Tensor.zeros([batch]))
    let (last, rows) = scan(from: start, over: Tensor.int32Range(length)) {
      (now: Writing, time: Tensor) -> (Writing, Tensor) in
      var next = now
      let projected = matmul(now.symbol, table)
      let (shown, state) = model.network.step(
        projected: condition.map { projected + $0 } ?? projected, from: now.state)
      next.state = state
      let logits = model.output(shown)
      let symbol = draw(from: logits, key: key.folding(in: time))
      next.symbol = symbol
      if case .exact = draw {
        next.logProbability =
          now.logProbability
          + (symbol * logits.logSoftmax()).sum(along: -1) * now.alive.reshaped(to: [batch])
      }
      next.alive = now.alive * (1 - symbol.sliced(along: -1, 0..<1))
      return (next, symbol * now.alive + end * (1 - now.alive))
    }
    return (rows, last.logProbability)
  }

  /// Draws strings as they are used: int32 [time, batch], with 0 from the end on.
  public func tokens(batch: Int, key: RandomKey) -> Tensor {
    strings(batch: batch, draw: .exact, key: key).rows.argmax()
  }

  private struct Writing: TensorGroup {
    var state: TextState
    var symbol: Tensor
    /// 1 until the end, [batch, 1]; in between for mixtures.
    var alive: Tensor
    var logProbability: Tensor

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("state", &state)
      visitor.visit("symbol", &symbol)
      visitor.visit("alive", &alive)
      visitor.visit("logProbability", &logProbability)
    }
  }
}

extension TextGAN.Generator.Draw {
  func callAsFunction(from logits: Tensor, key: RandomKey) -> Tensor {
    switch self {
    case .surrogate(let estimator):
      estimator.sample(of: OneHotCategorical(logits: logits), key: key)
    case .exact:
      Tensor.categorical(logits: logits, key: key).oneHot(depth: logits.shape[-1])
    }
  }
}

// MARK: - Likelihood

extension TextGAN.Generator {
  /// The mean of -log p over the symbols of strings, ends included, in nats; each string with a
  /// latent vector that says nothing of it.
  ///
  /// - Parameters:
  ///   - tokens: int32 [time, batch], padded with 0.
  ///   - key: of what is drawn.
  public func negativeLogLikelihood(of tokens: Tensor, key: RandomKey) -> Tensor {
    let (time, batch) = (tokens.shape[0], tokens.shape[1])
    let first = Tensor(int32: [Int32](repeating: 0, count: batch), shape: [1, batch])
    let before = tokens[0..<(time - 1)]
    // The end itself counts, and what follows it does not.
    let counts = Tensor.concatenated(
      [Tensor.ones([1, batch]), (first .< before).converted(to: .float32)])
    let projected = model.projectedTable()
      .gatheringRows(at: Tensor.concatenated([first, before]))
    let condition = condition(batch: batch, key: key)
    let shown = model.network(
      projected: condition.map { projected + $0 } ?? projected,
      mode: .training(key: key.folding(in: "dropout")))
    let costs = softmaxCrossEntropy(logits: model.output(shown), labels: tokens)
    return (costs * counts).sum() / counts.sum()
  }
}
