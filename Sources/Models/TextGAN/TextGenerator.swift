import Layers
import Tensors

/// A recurrent network that turns a latent vector into a sequence of symbols, each of which goes
/// into the next step.
///
/// The latent vector gives the first state and is part of what every step is given. At each step
/// the network's logits stand for a choice; how it is drawn, and with which gradient, is up to the
/// caller. Time comes first, symbol 0 ends a string, and the string that is begun with is symbol
/// 0 as well.
public struct TextGenerator: TensorGroup, Sendable {
  /// Gets the last symbol, as a one-hot row or a mixture of them.
  public var cell: any RecurrentCell
  /// From the latent vector to the first state.
  public var initial: Dense
  /// From the latent vector to what is added to each step's projected symbol.
  public var conditioning: Dense
  /// From what the cell shows to logits.
  public var output: Dense
  /// Symbols in a sequence, the end included.
  public let length: Int

  /// Creates a generator whose symbols are all about equally probable.
  ///
  /// - Parameters:
  ///   - cell: takes rows over the vocabulary.
  ///   - latentWidth: elements of the latent vector.
  ///   - length: symbols in a sequence, the end included.
  ///   - key: of the other weights.
  public init(cell: some RecurrentCell, latentWidth: Int, length: Int, key: RandomKey) {
    self.cell = cell
    self.length = length
    let stateCount = cell.initialState(batch: 1).tensors.count
    let gates = cell.projection(of: Tensor.zeros([1, cell.inputSize])).shape[-1]
    initial = Dense(
      latentWidth, stateCount * cell.hiddenSize, activation: .tanh, key: key.folding(in: 0))
    conditioning = Dense(latentWidth, gates, key: key.folding(in: 1))
    output = Dense(cell.hiddenSize, cell.inputSize, key: key.folding(in: 2))
  }

  /// The number of symbols.
  public var vocabularySize: Int { cell.inputSize }
  /// The number of elements of the latent vector.
  public var latentWidth: Int { conditioning.weight.shape[0] }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.enter("cell")
    cell.visit(&visitor)
    visitor.leave()
    visitor.visit("initial", &initial)
    visitor.visit("conditioning", &conditioning)
    visitor.visit("output", &output)
  }

  // MARK: - Sequences

  /// How a step's choice is drawn.
  public enum Draw: Sendable {
    /// Relaxed, at a temperature.
    case relaxed(Tensor)
    /// One-hot, with the gradient of the relaxed draw at a temperature.
    case straightThrough(Tensor)
    /// One-hot, without a gradient.
    case exact
  }

  /// Sequences of the generator's own symbols.
  ///
  /// - Parameters:
  ///   - batch: how many.
  ///   - draw: how choices are drawn.
  ///   - key: of latent vectors and choices.
  /// - Returns: one-hot rows or mixtures, [time, batch, vocabulary], with nothing but the end's
  ///   symbol behind the end; and, for exact draws, the log-probabilities of the choices up to the
  ///   end, [batch].
  public func sequences(
    batch: Int, draw: Draw, key: RandomKey
  ) -> (rows: Tensor, logProbabilities: Tensor) {
    let latents = Tensor.normal([batch, latentWidth], key: key.folding(in: "latents")) * 0
    return generated(by: cell, latents, draw, key)
  }

  private struct Carry<State: TensorGroup>: TensorGroup {
    var state: State
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

  private func generated<Cell: RecurrentCell>(
    by cell: Cell, _ latents: Tensor, _ draw: Draw, _ key: RandomKey
  ) -> (rows: Tensor, logProbabilities: Tensor) {
    let batch = latents.shape[0]
    let condition = conditioning(latents)
    let end = Tensor(int32: 0).reshaped(to: [1]).oneHot(depth: vocabularySize)
    let noEnd = select(end .> 0, Tensor(-.infinity), Tensor(0))
    let start = Carry(
      state: firstState(of: cell, latents), symbol: end.broadcast(to: [batch, vocabularySize]),
      alive: Tensor.ones([batch, 1]), logProbability: Tensor.zeros([batch]))
    let (last, rows) = scan(from: start, over: Tensor.int32Range(length)) {
      (carry: Carry<Cell.State>, time: Tensor) -> (Carry<Cell.State>, Tensor) in
      var next = carry
      next.state = cell(projected: cell.projection(of: carry.symbol) + condition, carry.state)
      let logits = output(cell.output(of: next.state))
      let key = key.folding(in: time)
      func choice(_ logits: Tensor) -> Tensor {
        switch draw {
        case .relaxed(let temperature):
          Tensor.gumbelSoftmax(logits: logits, temperature: temperature, key: key)
        case .straightThrough(let temperature):
          Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: temperature, key: key)
        case .exact:
          Tensor.categorical(logits: logits, key: key).oneHot(depth: vocabularySize)
        }
      }
      let symbol = choice(logits)
      next.symbol = choice(logits + noEnd)
      if case .exact = draw {
        let cost = -(symbol * logits.logSoftmax()).sum(along: -1)
        next.logProbability = carry.logProbability - cost * carry.alive.reshaped(to: [batch])
      }
      next.alive = carry.alive * (1 - symbol.sliced(along: -1, 0..<1))
      return (next, symbol * carry.alive + end * (1 - carry.alive))
    }
    return (rows, last.logProbability)
  }

  private func firstState<Cell: RecurrentCell>(of cell: Cell, _ latents: Tensor) -> Cell.State {
    let all = initial(latents)
    var state = cell.initialState(batch: latents.shape[0])
    var start = 0
    state.updateEach { tensor in
      tensor = all.sliced(along: -1, start..<(start + cell.hiddenSize))
      start += cell.hiddenSize
    }
    return state
  }

  // MARK: - Likelihood

  /// The mean negative log-likelihood of strings, in nats a string, each given a latent vector that
  /// says nothing of it: how a generator is trained before it meets a discriminator.
  ///
  /// - Parameters:
  ///   - tokens: int32 [time, batch]; what follows the first 0 does not count.
  ///   - key: of the latent vectors.
  public func negativeLogLikelihood(of tokens: Tensor, key: RandomKey) -> Tensor {
    let latents = Tensor.normal(
      [tokens.shape[1], latentWidth], key: key.folding(in: "latents"))
    return likelihood(by: cell, tokens, latents)
  }

  private func likelihood<Cell: RecurrentCell>(
    by cell: Cell, _ tokens: Tensor, _ latents: Tensor
  ) -> Tensor {
    let (time, batch) = (tokens.shape[0], tokens.shape[1])
    let before = Tensor.concatenated(
      [
        Tensor(int32: [Int32](repeating: 0, count: batch), shape: [1, batch]),
        tokens[0..<(time - 1)],
      ]
    )
    let projected = cell.projection(of: before.oneHot(depth: vocabularySize))
    let shown = Recurrent(cell)(
      projected: projected + conditioning(latents), from: firstState(of: cell, latents)
    ).outputs
    let costs = softmaxCrossEntropy(logits: output(shown), labels: tokens)
    // A choice counts unless a 0 came before it: the first symbol is no end of a string.
    let isEnd = (before .== Tensor(int32: 0)).float32
    let ends = Tensor.concatenated([Tensor.zeros([1, batch]), isEnd[1..<time]])
    let (_, alive) = scan(from: Tensor.ones([batch]), over: ends) {
      (alive: Tensor, end: Tensor) -> (Tensor, Tensor) in
      let next = alive * (1 - end)
      return (next, next)
    }
    return (costs * alive).sum() / Float(batch)
  }
}
