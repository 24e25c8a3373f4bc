import GumbelLayers
import GumbelTensors

/// A variational autoencoder: an encoder q(z|x) of images x, a decoder p(x|z), and between them
/// latent variables z of one kind or several, continuous or discrete.
///
/// It is trained to make a lower bound of log p(x) large, here negated and in nats an image:
///
///     E_q[-log p(x|z)] + KL(q(z|x) ‖ p(z)) ≥ -log p(x)
///
/// The gradient passes through discrete variables by any of the package's estimators, through
/// normal ones along the path. Images are rows of pixels, `[n, height · width · channels]`.
///
/// Kingma & Welling 2013 (arXiv 1312.6114); with discrete variables Jang, Gu & Poole 2016 (arXiv
/// 1611.01144) and Maddison, Mnih & Teh 2016 (arXiv 1611.00712).
public struct VAE: TensorGroup, Sendable {
  /// What was fixed before training.
  public let settings: Settings
  /// From pixels to the parameters of the posterior, those of all groups side by side.
  public private(set) var encoder: Sequential
  /// From latent values, those of all groups side by side, to the pixels' logits.
  public private(set) var decoder: Sequential
  private(set) var groups: [any LatentGroup]
  /// Of a normal likelihood whose scale is trained.
  private(set) var logScale: Tensor?

  /// How many numbers the model has: weights, learned priors and scale. What an estimator keeps or
  /// trains for itself is not counted, so that networks of different estimators can be compared.
  public var parameterCount: Int {
    encoder.elementCount + decoder.elementCount + groups.reduce(0) { $0 + $1.priorParameterCount }
      + (logScale?.count ?? 0)
  }

  /// Creates an untrained network.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(VAESettingsError) {
    try settings.validate()
    self.settings = settings
    groups = settings.latents.enumerated().map { position, latent in
      latent.type.init(
        latent.sizes,
        LatentOptions(
          estimator: settings.latentEstimator, draws: settings.estimatorDraws,
          noises: settings.estimatorNoises,
          learnsPrior: settings.prior == .learned,
          key: key.folding(in: "latents").folding(in: position)))
    }
    encoder = settings.encoder.makeEncoder(
      of: settings.image, outputs: groups.reduce(0) { $0 + $1.parameterCount },
      key: key.folding(in: "encoder"))
    decoder = settings.decoder.makeDecoder(
      of: settings.image, inputs: groups.reduce(0) { $0 + $1.valueCount },
      key: key.folding(in: "decoder"))
    logScale = settings.likelihood.initialLogScale
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("encoder", &encoder)
    visitor.visit("decoder", &decoder)
    visitor.enter("latents")
    for i in groups.indices { visitor.visit(String(i), ofAnyType: &groups[i]) }
    visitor.leave()
    if logScale != nil { visitor.visit("logScale", &logScale!) }
    visitor.note("settings", settings)
  }

  /// Sets the temperature of relaxed draws; see `GradientEstimator.anneal(to:)`.
  public mutating func anneal(to temperature: Double) {
    for i in groups.indices { groups[i].anneal(to: Tensor(Float(temperature))) }
  }

  /// Lets the estimators take note of costs; see `GradientEstimator.observe(_:)`.
  mutating func observe(_ costs: Tensor) {
    for i in groups.indices { groups[i].observe(costs) }
  }

  // MARK: - From pixels to parameters, from values to pixels

  /// The parameters of each group's posterior: `[n, …]` each.
  func posterior(of pixels: Tensor) -> [Tensor] { split(encoder(pixels)) }

  /// All groups' parameters, `[n, …]`, a group a tensor.
  func split(_ parameters: Tensor) -> [Tensor] {
    if groups.count == 1 { return [parameters] }
    var start = 0
    return groups.map { group in
      defer { start += group.parameterCount }
      return parameters.sliced(along: 1, start..<(start + group.parameterCount))
    }
  }

  /// The decoder's outputs for values of each group, `[n, …]` each.
  func outputs(for values: [Tensor]) -> Tensor {
    let inputs = zip(groups, values).map { group, value in
      settings.states == .signed && type(of: group).isDiscrete ? 2 * value - 1 : value
    }
    return decoder(inputs.count == 1 ? inputs[0] : Tensor.concatenated(inputs, along: 1))
  }

  /// -log p(x|z): values `[n · m, …]` of each group, m in a row for each image, to `[n, m]`, or to
  /// `[n]` without m.
  func reconstructionCost(of pixels: Tensor, values: [Tensor], draws m: Int? = nil) -> Tensor {
    var outputs = outputs(for: values)
    var pixels = pixels
    if let m {
      let (n, count) = (pixels.shape[0], pixels.shape[1])
      outputs = outputs.reshaped(to: [n, m, count])
      pixels = pixels.reshaped(to: [n, 1, count])
    }
    return settings.likelihood.cost(of: pixels, outputs: outputs, logScale: logScale)
  }
}
