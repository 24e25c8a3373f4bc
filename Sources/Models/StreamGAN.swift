import Layers
import Optimizers
import Tensors

/// A generative adversarial network that discovers the distribution of a stream of categories.
///
/// The generator is nothing but the logits of a categorical distribution; it draws by the
/// Gumbel-softmax trick, so that the discriminator's judgement reaches the logits as a gradient.
/// The discriminator sees one-hot rows: the stream's, and the generator's.
///
/// With d the discriminator's logit, x a real row and y a drawn one, the losses are
///
///     discriminator: mean softplus(-d(x)) + mean softplus(d(y))      generator: mean softplus(-d(y))
///
/// All that a training step changes is in this value, random keys included: a value that was
/// saved and loaded goes on to the same bits.
public struct StreamGAN: TensorGroup, Sendable {
  public let settings: Settings
  /// The generator: the unnormalised log-probabilities of the categories.
  public var logits: Tensor
  public var discriminator: Sequential
  private var generatorOptimizer: Adam
  private var discriminatorOptimizer: Adam
  private var average: WeightAverage<Tensor>
  /// The temperature of the relaxed samples: a scalar.
  public var temperature: Tensor
  private let key: RandomKey
  /// The number of rounds trained.
  private var round = Tensor(int32: 0)
  /// The sums of the discriminator's and the generator's losses since they were last taken.
  private var lossSums = Tensor.zeros([2])

  /// Creates an untrained network: all categories equally probable.
  public init(_ settings: Settings, key: RandomKey) {
    self.settings = settings
    logits = Tensor.ones([settings.categoryCount])
    discriminator = Sequential.mlp(
      [settings.categoryCount] + settings.hiddenWidths + [1], key: key.folding(in: "discriminator"))
    generatorOptimizer = Adam(
      for: logits, learningRate: 0, beta1: settings.momentum, beta2: settings.secondMomentum)
    discriminatorOptimizer = Adam(
      for: discriminator, learningRate: 0, beta1: settings.momentum, beta2: settings.secondMomentum)
    average = WeightAverage(of: logits, decay: settings.averageDecay)
    temperature = Tensor(1)
    self.key = key
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("logits", &logits)
    visitor.visit("discriminator", &discriminator)
    visitor.visit("generatorOptimizer", &generatorOptimizer)
    visitor.visit("discriminatorOptimizer", &discriminatorOptimizer)
    if settings.averageDecay > 0 { visitor.visit("average", &average) }
    visitor.visit("temperature", &temperature)
    visitor.visit("round", &round)
    visitor.visit("lossSums", &lossSums)
  }

  /// The distribution learned so far: of the averaged logits, where the settings ask for them.
  public var learned: [Float] {
    (settings.averageDecay > 0 && round.int32Scalar > 0 ? average.average : logits)
      .softmax().scalars
  }

  /// Sets what the next rounds use.
  public mutating func set(
    temperature: Double, discriminatorRate: Double, generatorRate: Double
  ) {
    self.temperature = Tensor(Float(temperature))
    discriminatorOptimizer.learningRate = Tensor(Float(discriminatorRate))
    generatorOptimizer.learningRate = Tensor(Float(generatorRate))
  }

  /// The mean losses of a round since they were last taken.
  public mutating func takeMeanLosses(rounds: Int) -> (discriminator: Float, generator: Float) {
    let sums = lossSums.scalars
    lossSums = Tensor.zeros([2])
    return (sums[0] / Float(rounds), sums[1] / Float(rounds))
  }

  // MARK: - Training

  /// Trains one round: some steps of the discriminator, each with real rows of its own, then some
  /// of the generator.
  ///
  /// - Parameter real: int32 categories, `[discriminatorSteps, batchSize]`.
  public mutating func trainRound(on real: Tensor) {
    let key = key.folding(in: round)
    var losses: [Tensor] = []
    for step in 0..<settings.discriminatorSteps {
      let stepKey = key.folding(in: step)
      let fake = draw(from: logits, key: stepKey.folding(in: 0))
      let realRows = realRows(real[step], key: stepKey.folding(in: 1))
      let (loss, gradient) = valueAndGradient(at: discriminator) { discriminator in
        softplus(-judge(realRows, by: discriminator)).mean()
          + softplus(judge(fake, by: discriminator)).mean()
      }
      discriminatorOptimizer.update(&discriminator, along: gradient)
      if step == settings.discriminatorSteps - 1 { losses.append(loss) }
    }
    for step in 0..<settings.generatorSteps {
      let stepKey = key.folding(in: settings.discriminatorSteps + step)
      let (loss, gradient) = valueAndGradient(at: logits) { logits in
        softplus(-judge(draw(from: logits, key: stepKey), by: discriminator)).mean()
      }
      generatorOptimizer.update(&logits, along: gradient)
      if settings.averageDecay > 0 { average.update(with: logits) }
      if step == settings.generatorSteps - 1 { losses.append(loss) }
    }
    round = round + Tensor(int32: 1)
    lossSums = lossSums + Tensor.stacked(losses)
  }

  /// A batch of the generator's rows.
  private func draw(from logits: Tensor, key: RandomKey) -> Tensor {
    let shape: Shape = [settings.batchSize]
    switch settings.sampling {
    case .soft:
      return Tensor.gumbelSoftmax(logits: logits, temperature: temperature, shape: shape, key: key)
    case .straightThrough:
      return Tensor.straightThroughGumbelSoftmax(
        logits: logits, temperature: temperature, shape: shape, key: key)
    }
  }

  /// The rows that the discriminator sees of the stream: indices, or relaxed rows.
  private func realRows(_ indices: Tensor, key: RandomKey) -> Tensor {
    guard settings.smoothsRealRows else { return indices }
    return relaxed(indices, key: key)
  }

  /// Real categories as relaxed rows, drawn as the generator would have drawn them: with noise
  /// conditioned on the category having won. Where the generator has learned the distribution,
  /// real and drawn rows are then equally distributed, and nothing gives them away.
  ///
  /// Given the winner d, exponentials E and Z = Σ exp θ, the perturbed logits are
  /// `-log E_d + log Z` for d and `-log(E_i / exp θ_i + E_d / Z)` for the others.
  func relaxed(_ indices: Tensor, key: RandomKey) -> Tensor {
    let k = settings.categoryCount
    let exponentials = Tensor.exponential([indices.count, k], key: key)
    let won = indices.oneHot(depth: k)
    let logTotal = logits.logSumExp()
    let winner = (exponentials * won).sum(along: -1, keepingAxis: true)
    let winning = logTotal - log(winner)
    let losing = -log(exponentials * exp(-logits) + winner * exp(-logTotal))
    let perturbed = select(won, winning.broadcast(to: won.shape), losing)
    return (perturbed / temperature).softmax()
  }

  /// The discriminator's logits for rows, or for the one-hot rows that indices stand for.
  private func judge(_ rows: Tensor, by discriminator: Sequential) -> Tensor {
    guard rows.elementType == .int32 else { return discriminator(rows) }
    // A one-hot row times the first weight is a row of it.
    let first = discriminator.layers[0] as! Dense
    let hidden = first.activation(first.weight.gatheringRows(at: rows) + first.bias)
    return Sequential(Array(discriminator.layers.dropFirst()))(hidden)
  }
}
