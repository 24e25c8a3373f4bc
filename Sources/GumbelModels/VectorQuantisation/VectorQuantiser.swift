import CGumbelMath
import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelTensors
import GumbelTraining

/// An autoencoder whose codes are a grid of entries of a codebook.
///
/// The encoder gives each position of the grid the logits of K entries. In training a
/// Gumbel-softmax draw mixes the entries, so that a gradient reaches the encoder; the temperature
/// is annealed until a mixture is nearly one entry. Afterwards a code is the entry of the largest
/// logit. What is minimised, in nats an image, is
///
///     E[-log p(x | Σ y e)] + weight KL(q(codes | x) ‖ uniform)
///
/// where y is a draw and e the codebook. With a weight of 1 it is the negated bound of a VAE with
/// categorical latent variables; a smaller weight at the start keeps codes from dying.
///
/// The first stage of Ramesh et al. 2021, "Zero-shot text-to-image generation" (arXiv 2102.12092);
/// the codebook is van den Oord, Vinyals & Kavukcuoglu's 2017 (arXiv 1711.00937).
public struct VectorQuantiser: TensorGroup, Sendable {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// The images: height, width and channels.
    public var image: VAE.ImageShape
    /// K, the number of entries of the codebook.
    public var codeCount = 64
    /// The elements of an entry.
    public var codeWidth = 32
    /// The encoder's and the decoder's layers.
    public var network: Network = .patches(size: 4, widths: [128])
    /// The pixels' distribution given the codes.
    public var likelihood: VAE.Likelihood = .bernoulli
    /// What a gradient passes through codes by, by its `GradientEstimator.name`.
    public var estimator = "gumbel-softmax"
    /// How many draws an estimator averages over, where it is of several.
    public var estimatorDraws = 2
    /// How many noises Gumbel-Rao averages over.
    public var estimatorNoises = 10

    /// Creates settings for images of this shape.
    public init(image: VAE.ImageShape) { self.image = image }
  }

  /// What was fixed before training.
  public let settings: Settings
  /// The rows and columns of codes.
  public let rows, columns: Int
  /// From pixels to the codes' logits: `[n, positions, K]`.
  public private(set) var encoder: Sequential
  /// The entries, `[K, width]`.
  public private(set) var codebook: Tensor
  /// From entries `[n, positions, width]` to the pixels' logits.
  public private(set) var decoder: Sequential
  private var estimator: LatentEstimator<OneHotCategorical<Tensor>>
  private var logScale: Tensor?

  /// Creates an untrained network.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(VAESettingsError) {
    try settings.validate()
    self.settings = settings
    (rows, columns) = settings.network.grid(of: settings.image)!
    encoder = settings.network.makeEncoder(
      of: settings.image, codes: settings.codeCount, key: key.folding(in: "encoder"))
    codebook = Initializer.normal(standardDeviation: 1)(
      [settings.codeCount, settings.codeWidth], key: key.folding(in: "codebook"))
    decoder = settings.network.makeDecoder(
      of: settings.image, width: settings.codeWidth, key: key.folding(in: "decoder"))
    estimator = LatentEstimator(
      LatentOptions(
        estimator: .named(settings.estimator), draws: settings.estimatorDraws,
        noises: settings.estimatorNoises, learnsPrior: false, key: key.folding(in: "estimator")),
      featureCount: rows * columns * settings.codeCount,
      OneHotCategorical<Tensor>.builtInEstimators)
    logScale = settings.likelihood.initialLogScale
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("encoder", &encoder)
    visitor.visit("codebook", &codebook)
    visitor.visit("decoder", &decoder)
    visitor.visit("codes", &estimator)
    if logScale != nil { visitor.visit("logScale", &logScale!) }
    visitor.note("settings", settings)
    visitor.note("rows", rows)
    visitor.note("columns", columns)
  }

  // MARK: - Codes and images

  /// The logits of the codes, `[n, positions, K]`.
  public func logits(of pixels: Tensor) -> Tensor {
    require(
      pixels.elementType == .float32 && pixels.rank == 2
        && pixels.shape[1] == settings.image.count,
      "VectorQuantiser: images \(pixels.type), expected float32[n, \(settings.image.count)]")
    return encoder(pixels)
  }

  /// The most probable code of each position, int32 `[n, positions]`.
  public func codes(of pixels: Tensor) -> Tensor { logits(of: pixels).argmax() }

  /// The pixels' means for codes, int32 `[n, positions]`: `[n, height · width · channels]`.
  public func images(of codes: Tensor) -> Tensor {
    settings.likelihood.mean(ofOutputs: decoder(codebook.gatheringRows(at: codes)))
  }

  /// -log p(x | codes) from the decoder's outputs: `[n]`.
  func cost(of pixels: Tensor, outputs: Tensor) -> Tensor {
    settings.likelihood.cost(of: pixels, outputs: outputs, logScale: logScale)
  }
}

extension VectorQuantiser: LossModel {
  public static var termNames: [String] { ["loss", "reconstruction", "divergence"] }

  /// The loss on images, `[n, pixels]`; see ``/GumbelTraining/LossModel/loss(on:weight:key:)``.
  public func loss(on pixels: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    let logits = logits(of: pixels)
    let reconstruction = estimator.builtIn!.expectation(
      of: { cost(of: pixels, outputs: decoder(matmul($0, codebook))) },
      under: OneHotCategorical(logits: logits), key: key
    ).mean()
    let logQ = logits.logSoftmax()
    let logCodes = Float(log(Double(settings.codeCount)))
    let divergence =
      (exp(logQ) * (logQ + logCodes)).sum() * (1 / Float(pixels.shape[0]))
    return [reconstruction + weight * divergence, reconstruction, divergence]
  }

  public mutating func observe(terms: [Tensor]) { estimator.observe(terms[1]) }

  public mutating func anneal(to temperature: Double) {
    estimator.anneal(to: Tensor(Float(temperature)))
  }
}

extension VectorQuantiser.Settings {
  /// Throws unless a network can be made and trained by these settings.
  public func validate() throws(VAESettingsError) {
    guard codeCount >= 2, codeCount <= 1 << 16, codeWidth >= 1, codeWidth <= 1 << 16 else {
      throw VAESettingsError(
        "a codebook of \(codeCount) entries of \(codeWidth) elements, expected from 2 to 65536 of "
          + "1 to 65536")
    }
    var same = VAE.Settings(image: image)
    try same.validate()
    guard let (rows, columns) = network.grid(of: image) else {
      throw VAESettingsError(
        "images of \(image.height)x\(image.width), expected \(network.expectation)")
    }
    guard estimator != "vimco" else {
      throw VAESettingsError("vimco for codes, expected an estimator of an expectation")
    }
    same.latents = [.categorical(variables: rows * columns, classes: codeCount)]
    same.estimator = estimator
    same.estimatorDraws = estimatorDraws
    same.estimatorNoises = estimatorNoises
    try same.validate()
  }
}
