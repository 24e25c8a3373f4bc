import Layers
import Optimizers
import Tensors

/// A generative adversarial network that discovers the distribution of a stream of categories.
///
/// The generator is nothing but the logits of a categorical distribution; it draws by the
/// Gumbel-softmax trick, so that the discriminator's judgement reaches the logits as a gradient.
/// The discriminator sees one-hot rows: the stream's, and the generator's.
///
/// With d the discriminator's logit, x a real row and y a drawn one, the losses are means of
/// sigmoid cross-entropies:
///
///     discriminator: E softplus(-d(x)) + E softplus(d(y))        generator: E softplus(-d(y))
///
/// All that a training step changes is in this value, random keys included: a value that was
/// saved and loaded goes on to the same bits.
public struct StreamGAN: TensorGroup, Sendable {
  /// What was fixed before training.
  public let settings: Settings
  /// The generator: the unnormalised log-probabilities of the categories.
  public private(set) var logits: Tensor
  /// Tells real rows (positive logits) from drawn ones: [batch, categories] to [batch, 1].
  public private(set) var discriminator: Sequential
  private var generatorOptimizer: Adam
  private var discriminatorOptimizer: Adam
  private var average: WeightAverage<Tensor>
  /// The temperature of the relaxed samples: a scalar.
  public private(set) var temperature: Tensor
  /// Visited, so that a compiled round takes the key of the network that it is given.
  private var key: RandomKey
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
    visitor.visit("key", &key)
    visitor.visit("round", &round)
    visitor.visit("lossSums", &lossSums)
    visitor.note("settings", settings)
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
  public mutating func trainRound(on real: Tensor) { _ = trainRound(on: real, while: { true }) }

  /// The same as long as a question that is asked before each step is answered with yes; false,
  /// and the round is not whole, where it was not.
  mutating func trainRound(on real: Tensor, while mayGoOn: () -> Bool) -> Bool {
    let key = key.folding(in: round)
    // Copies of what does not change, so that the closures below need not hold the whole network.
    let rows = StreamRows(settings: settings, temperature: temperature)
    var losses: [Tensor] = []
    for step in 0..<settings.discriminatorSteps {
      guard mayGoOn() else { return false }
      let stepKey = key.folding(in: step)
      let fake = rows.drawn(from: logits, key: stepKey.folding(in: 0))
      let real = rows.real(real[step], logits: logits, key: stepKey.folding(in: 1))
      let (loss, gradient) = valueAndGradient(at: discriminator) { discriminator in
        sigmoidCrossEntropy(logits: StreamRows.judge(real, by: discriminator), labels: Tensor(1))
          .mean()
          + sigmoidCrossEntropy(
            logits: StreamRows.judge(fake, by: discriminator), labels: Tensor(0)
          )
          .mean()
      }
      discriminatorOptimizer.update(&discriminator, along: gradient)
      if step == settings.discriminatorSteps - 1 { losses.append(loss) }
    }
    let discriminator = discriminator
    for step in 0..<settings.generatorSteps {
      guard mayGoOn() else { return false }
      let stepKey = key.folding(in: settings.discriminatorSteps + step)
      let (loss, gradient) = valueAndGradient(at: logits) { logits in
        let fake = rows.drawn(from: logits, key: stepKey)
        return sigmoidCrossEntropy(
          logits: StreamRows.judge(fake, by: discriminator), labels: Tensor(1)
        ).mean()
      }
      generatorOptimizer.update(&logits, along: gradient)
      if settings.averageDecay > 0 { average.update(with: logits) }
      if step == settings.generatorSteps - 1 { losses.append(loss) }
    }
    round = round + Tensor(int32: 1)
    lossSums = lossSums + Tensor.stacked(losses)
    return true
  }
}
