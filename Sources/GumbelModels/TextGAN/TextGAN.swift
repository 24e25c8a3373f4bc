import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import GumbelTraining

/// A generative adversarial network whose generator writes strings of discrete symbols.
///
/// The generator is recurrent; at each step it chooses a symbol, usually by the Gumbel-softmax trick,
/// so that the discriminator's judgement of the whole string reaches every choice as a gradient
/// (Kusner & Hernández-Lobato 2016, arXiv 1611.04051). Its rivals are other names of an estimator.
///
/// Strings are time-major: int32 [time, batch], and end with 0. A batch is all real strings, int32
/// [strings, time], of which each step draws some; see `TextSet.padded(to:)`.
public struct TextGAN: AdversarialModel {
  /// What was fixed before training.
  public private(set) var settings: Settings
  /// Writes.
  public var generator: Generator
  /// The weights that are trained to tell real strings from generated ones; see ``judge``.
  public var discriminator: TextDiscriminator
  private var spectral: SpectralNormalisation<TextDiscriminator>?
  /// What passes the choices; holds its temperature, which is not trained.
  private var estimator: StringEstimator

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
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
    if spectral != nil { visitor.visit("spectral", &spectral!) }
    visitor.visit("estimator", &estimator)
    visitor.note("settings", settings)
  }

  /// The discriminator as it judges: with spectral normalisation, its weights divided by their
  /// norms.
  public var judge: TextDiscriminator { spectral?.normalised(discriminator) ?? discriminator }

  public mutating func anneal(to temperature: Double) {
    estimator.anneal(to: Tensor(Float(temperature)))
  }

  public mutating func observe(generatorLoss: Tensor) { estimator.observe(generatorLoss) }

  public func ofShard(outOf count: Int) -> TextGAN? {
    guard settings.batchSize % count == 0 else { return nil }
    var part = self
    part.settings.batchSize /= count
    return part
  }

  public mutating func beginDiscriminatorStep() { spectral?.iterate(on: discriminator) }

  // MARK: - Losses

  private var losses: TextGANLosses { TextGANLosses(settings: settings, estimator: estimator) }

  public func discriminatorLoss(
    on batch: Tensor, step: Int, key: RandomKey
  ) -> (TextDiscriminator) -> Tensor {
    let losses = losses
    let real = losses.batch(of: batch, key: key.folding(in: 0))
    let generated = losses.written(by: generator, key: key.folding(in: 1)).rows
    return { [spectral] discriminator in
      losses.discriminatorLoss(
        of: spectral?.normalised(discriminator) ?? discriminator, real: real, generated: generated,
        key: key.folding(in: 2))
    }
  }

  public func generatorLoss(on batch: Tensor, key: RandomKey) -> (Generator) -> Tensor {
    let (losses, judge) = (losses, judge)
    let real = losses.batch(of: batch, key: key.folding(in: 0))
    return { losses.generatorLoss(of: $0, by: judge, real: real, key: key.folding(in: 1)) }
  }

  /// -log p of real strings; see ``TextGAN/Generator/negativeLogLikelihood(of:key:)``.
  public func pretrainingLoss(on batch: Tensor, key: RandomKey) -> (Generator) -> Tensor {
    let real = losses.tokens(of: batch, key: key.folding(in: 0))
    return { $0.negativeLogLikelihood(of: real, key: key.folding(in: 1)) }
  }
}

extension Training<Adversarial<TextGAN, Adam>> {
  /// Creates a training of a text GAN of which nothing is done yet.
  ///
  /// - Throws: Where the settings of the model contradict each other.
  public init(
    _ settings: TextGAN.Settings, plan: AdversarialPlan, key: RandomKey
  ) throws(TextSettingsError) {
    self.init(Adversarial(try TextGAN(settings, key: key), plan: plan), key: key)
  }
}
