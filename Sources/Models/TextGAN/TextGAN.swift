import Layers
import Optimizers
import Tensors

/// A generative adversarial network whose generator writes strings of discrete symbols.
///
/// The generator is recurrent; at each step it chooses a symbol, usually by the Gumbel-softmax trick,
/// so that the discriminator's judgement of the whole string reaches every choice as a gradient
/// (Kusner & Hernández-Lobato 2016, arXiv 1611.04051). Its rivals are other names of an estimator.
///
/// All that a round changes is in this value, random keys included: a value that was saved and
/// loaded goes on to the same bits. Strings are time-major: int32 [time, batch], and end with 0.
public struct TextGAN: TensorGroup, Sendable {
  /// What was fixed before training.
  public let settings: Settings
  /// Writes.
  public private(set) var generator: Generator
  /// The weights that are trained to tell real strings from generated ones; see ``judge``.
  public private(set) var discriminator: TextDiscriminator
  private var spectral: SpectralNormalisation<TextDiscriminator>?
  private var generatorOptimizer: Adam
  private var discriminatorOptimizer: Adam
  private var average: WeightAverage<Generator>
  /// What passes the choices; holds its temperature, which is not trained.
  private var estimator: StringEstimator
  /// Visited, so that a compiled round takes the key of the network that it is given.
  private var key: RandomKey
  /// The number of rounds trained.
  private var round = Tensor(int32: 0)
  /// The sums of the discriminator's and the generator's losses since they were last taken.
  private var lossSums = Tensor.zeros([2])

  /// Creates an untrained network.
  ///
  /// - Throws: Where the settings of the model contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(TextSettingsError) {
    self.settings = settings
    estimator = try settings.makeEstimator()
    generator = try settings.makeGenerator(key: key.folding(in: "generator"))
    discriminator = settings.makeDiscriminator(key: key.folding(in: "discriminator"))
    if settings.penalty == .spectral {
      spectral = SpectralNormalisation(for: discriminator, key: key.folding(in: "spectral"))
    }
    generatorOptimizer = Adam(
      for: generator, learningRate: 0, beta1: settings.momentum, beta2: settings.secondMomentum)
    discriminatorOptimizer = Adam(
      for: discriminator, learningRate: 0, beta1: settings.momentum,
      beta2: settings.secondMomentum)
    average = WeightAverage(of: generator, decay: settings.averageDecay)
    self.key = key
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
    if spectral != nil { visitor.visit("spectral", &spectral!) }
    visitor.visit("generatorOptimizer", &generatorOptimizer)
    visitor.visit("discriminatorOptimizer", &discriminatorOptimizer)
    if settings.averageDecay > 0 { visitor.visit("average", &average) }
    visitor.visit("estimator", &estimator)
    visitor.visit("key", &key)
    visitor.visit("round", &round)
    visitor.visit("lossSums", &lossSums)
    visitor.note("settings", settings)
  }

  /// The generator as it is to be used: the averaged one, where the settings ask for one.
  public var learned: Generator {
    settings.averageDecay > 0 && round.int32Scalar > 0 ? average.average : generator
  }

  /// The discriminator as it judges: with spectral normalisation, its weights divided by their
  /// norms.
  public var judge: TextDiscriminator { spectral?.normalised(discriminator) ?? discriminator }

  /// Sets what the next rounds use.
  public mutating func set(
    temperature: Double, discriminatorRate: Double, generatorRate: Double
  ) {
    estimator.anneal(to: Tensor(Float(temperature)))
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

  /// Trains one round: some steps of the discriminator and one of the generator.
  ///
  /// - Parameter strings: all real strings, int32 [strings, time]; batches are drawn from them.
  public mutating func trainRound(on strings: Tensor) {
    let key = key.folding(in: round)
    let rules = TextGANRules(settings: settings, estimator: estimator)
    let generator = generator
    var losses: [Tensor] = []
    for step in 0..<settings.discriminatorSteps {
      let stepKey = key.folding(in: step)
      let real = rules.batch(of: strings, key: stepKey.folding(in: 0))
      let generated = rules.written(by: generator, key: stepKey.folding(in: 1)).rows
      spectral?.iterate(on: discriminator)
      let spectral = spectral
      let (loss, gradient) = valueAndGradient(at: discriminator) {
        rules.discriminatorLoss(
          of: spectral?.normalised($0) ?? $0, real: real, generated: generated,
          key: stepKey.folding(in: 2))
      }
      discriminatorOptimizer.update(&discriminator, along: gradient)
      if step == settings.discriminatorSteps - 1 { losses.append(loss) }
    }
    let stepKey = key.folding(in: settings.discriminatorSteps)
    let judge = judge
    let real = rules.batch(of: strings, key: stepKey.folding(in: 0))
    let (loss, gradient) = valueAndGradient(at: generator) {
      rules.generatorLoss(of: $0, by: judge, real: real, key: stepKey.folding(in: 1))
    }
    generatorOptimizer.update(&self.generator, along: gradient)
    estimator.observe(loss)
    finishRound(losses + [loss])
  }

  /// Trains the generator by likelihood, for a round; see
  /// ``TextGAN/Generator/negativeLogLikelihood(of:key:)``.
  ///
  /// - Parameter strings: as above.
  public mutating func pretrainRound(on strings: Tensor) {
    let key = key.folding(in: round)
    let rules = TextGANRules(settings: settings, estimator: estimator)
    let real = rules.tokens(of: strings, key: key.folding(in: 0))
    let (loss, gradient) = valueAndGradient(at: generator) {
      $0.negativeLogLikelihood(of: real, key: key.folding(in: 1))
    }
    generatorOptimizer.update(&generator, along: gradient)
    finishRound([Tensor(0), loss])
  }

  private mutating func finishRound(_ losses: [Tensor]) {
    if settings.averageDecay > 0 { average.update(with: generator) }
    round = round + Tensor(int32: 1)
    lossSums = lossSums + Tensor.stacked(losses)
  }
}
