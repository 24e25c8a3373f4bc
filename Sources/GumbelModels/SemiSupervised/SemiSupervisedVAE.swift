import CGumbelMath
import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelTensors
import GumbelTraining

/// A variational autoencoder that learns classes from few labels and many images without any.
///
/// An image x has a class y and continuous latent variables z; networks give q(y|x), q(z|x, y) and
/// p(x|y, z). With a label the bound is
///
///     L(x, y) = E_q(z|x,y)[-log p(x|y, z)] + KL(q(z|x, y) ‖ p(z)) - log p(y)  ≥  -log p(x, y)
///
/// and without one the class is a latent variable like any other:
///
///     U(x) = E_q(y|x)[L(x, y)] - H(q(y|x))  ≥  -log p(x)
///
/// What is minimised is the mean of U over images without labels, the weighted mean of L over those
/// with labels, and a weighted classification term, the mean of -log q(y|x) over the latter. The
/// estimator says how U's gradient passes through y: `exact` evaluates L for every class, which is
/// what Kingma et al. do, and a Gumbel-softmax estimator for one draw of y, so that its cost does
/// not grow with the number of classes.
///
/// Kingma, Rezende, Mohamed & Welling 2014 (arXiv 1406.5298), their M2; Jang, Gu & Poole 2016
/// (arXiv 1611.01144).
public struct SemiSupervisedVAE: TensorGroup, Sendable {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// The images: height, width and channels.
    public var image: VAE.ImageShape
    /// The number of classes.
    public var classCount: Int
    /// The continuous latent variables.
    public var style: VAE.Latent = .gaussian(32)
    /// The widths of the hidden layers of q(y|x).
    public var classifierWidths = [512]
    /// The widths of the hidden layers of q(z|x, y), at least one.
    public var encoderWidths = [512]
    /// The widths of the hidden layers of p(x|y, z), at least one.
    public var decoderWidths = [512]
    /// The pixels' distribution given the latent variables.
    public var likelihood: VAE.Likelihood = .bernoulli
    /// What U's gradient passes through the class by, by its `GradientEstimator.name`; `exact`
    /// for the sum over all classes.
    public var estimator = "gumbel-softmax"
    /// How many draws an estimator averages over, where it is of several.
    public var estimatorDraws = 2
    /// How many noises Gumbel-Rao averages over.
    public var estimatorNoises = 10
    /// The weight of L's mean.
    public var labelledWeight: Float = 1
    /// The weight of the classification term.
    public var classificationWeight: Float = 50

    /// Creates settings for images of this shape.
    public init(image: VAE.ImageShape, classCount: Int) {
      self.image = image
      self.classCount = classCount
    }
  }

  /// What one step is given.
  public struct Batch: TensorGroup, Sendable {
    /// `[n, height · width · channels]`.
    public var unlabelled: Tensor
    /// `[m, height · width · channels]`.
    public var labelled: Tensor
    /// int32, `[m]`.
    public var labels: Tensor

    /// Creates a batch.
    public init(unlabelled: Tensor, labelled: Tensor, labels: Tensor) {
      self.unlabelled = unlabelled
      self.labelled = labelled
      self.labels = labels
    }

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("unlabelled", &unlabelled)
      visitor.visit("labelled", &labelled)
      visitor.visit("labels", &labels)
    }
  }

  /// What was fixed before training.
  public let settings: Settings
  /// q(y|x): from pixels to the classes' logits.
  public private(set) var classifier: Sequential
  private(set) var encoder: ConditionedNetwork
  private(set) var decoder: ConditionedNetwork
  private(set) var style: any LatentGroup
  private var estimator: LatentEstimator<OneHotCategorical<Tensor>>
  private var logScale: Tensor?

  /// Creates an untrained network.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(VAESettingsError) {
    try settings.validate()
    self.settings = settings
    let (pixels, classes) = (settings.image.count, settings.classCount)
    classifier = .mlp(
      [pixels] + settings.classifierWidths + [classes], key: key.folding(in: "classifier"))
    let style = settings.style.type.init(
      settings.style.sizes,
      LatentOptions(
        estimator: .score, draws: 1, noises: 1, learnsPrior: false, key: key.folding(in: "style")))
    encoder = ConditionedNetwork(
      [pixels] + settings.encoderWidths + [style.parameterCount], conditions: classes,
      key: key.folding(in: "encoder"))
    decoder = ConditionedNetwork(
      [style.valueCount] + settings.decoderWidths + [pixels], conditions: classes,
      key: key.folding(in: "decoder"))
    self.style = style
    estimator = LatentEstimator(
      LatentOptions(
        estimator: .named(settings.estimator), draws: settings.estimatorDraws,
        noises: settings.estimatorNoises, learnsPrior: false, key: key.folding(in: "estimator")),
      featureCount: classes, OneHotCategorical<Tensor>.builtInEstimators)
    logScale = settings.likelihood.initialLogScale
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("classifier", &classifier)
    visitor.visit("encoder", &encoder)
    visitor.visit("decoder", &decoder)
    visitor.visit("style", ofAnyType: &style)
    visitor.visit("classes", &estimator)
    if logScale != nil { visitor.visit("logScale", &logScale!) }
    visitor.note("settings", settings)
  }

  // MARK: - Bounds

  /// The part of L that depends on the class, for classes `[n, classes]` as one-hot or relaxed
  /// vectors: `[n]`. What depends on the image alone is computed once for all classes.
  private func cost(
    of pixels: Tensor, key: RandomKey
  ) -> (_ classes: Tensor) -> Tensor {
    let projected = encoder.projected(pixels)
    return { classes in
      let parameters = encoder(projected: projected, condition: classes)
      let reconstruction = style.expectation(
        of: { value in
          let outputs = decoder(projected: decoder.projected(value), condition: classes)
          return settings.likelihood.cost(of: pixels, outputs: outputs, logScale: logScale)
        }, under: parameters, key: key)
      return reconstruction + style.divergence(under: parameters)
    }
  }

  private var logClasses: Float { Float(log(Double(settings.classCount))) }

  /// L of images `[n, pixels]` with classes `[n, classes]` as one-hot vectors: `[n]`. The prior of
  /// the classes is uniform.
  package func labelledBound(_ pixels: Tensor, classes: Tensor, key: RandomKey) -> Tensor {
    cost(of: pixels, key: key)(classes) + logClasses
  }

  /// U of images: `[n]`.
  package func unlabelledBound(
    _ pixels: Tensor, logits: Tensor,
    by estimator: any GradientEstimator<OneHotCategorical<Tensor>>, key: RandomKey
  ) -> Tensor {
    let (classKey, styleKey) = key.split()
    let expected = estimator.expectation(
      of: cost(of: pixels, key: styleKey), under: OneHotCategorical(logits: logits), key: classKey)
    let logQ = logits.logSoftmax()
    return expected + (exp(logQ) * (logQ + logClasses)).sum(along: -1)
  }
}

extension SemiSupervisedVAE: LossModel {
  public static var termNames: [String] {
    ["loss", "unlabelled bound", "labelled bound", "classification"]
  }

  public func loss(on batch: Batch, weight: Tensor, key: RandomKey) -> [Tensor] {
    let (unlabelledKey, labelledKey) = key.split()
    let unlabelled = unlabelledBound(
      batch.unlabelled, logits: classifier(batch.unlabelled), by: estimator.builtIn!,
      key: unlabelledKey
    ).mean()
    let classes = batch.labels.oneHot(depth: settings.classCount)
    let labelled = labelledBound(batch.labelled, classes: classes, key: labelledKey).mean()
    let classification = softmaxCrossEntropy(
      logits: classifier(batch.labelled), labels: batch.labels
    ).mean()
    let total =
      unlabelled + settings.labelledWeight * labelled
      + settings.classificationWeight * weight * classification
    return [total, unlabelled, labelled, classification]
  }

  public mutating func observe(terms: [Tensor]) { estimator.observe(terms[1]) }

  public mutating func anneal(to temperature: Double) {
    estimator.anneal(to: Tensor(Float(temperature)))
  }
}

extension SemiSupervisedVAE.Settings {
  /// Throws unless a network can be made and trained by these settings.
  public func validate() throws(VAESettingsError) {
    guard !style.type.isDiscrete else {
      throw VAESettingsError("a style of \(style), expected normal variables such as gaussian:32")
    }
    guard classCount >= 2, classCount <= 1 << 16 else {
      throw VAESettingsError("\(classCount) classes, expected from 2 to 65536")
    }
    guard !encoderWidths.isEmpty, !decoderWidths.isEmpty else {
      throw VAESettingsError(
        "an encoder or a decoder without hidden layers, expected at least one, in which the image "
          + "and its class meet")
    }
    guard estimator != "vimco" else {
      throw VAESettingsError("vimco for classes, expected an estimator of an expectation")
    }
    var same = VAE.Settings(image: image)
    same.latents = [.categorical(variables: 1, classes: classCount)]
    same.estimator = estimator
    same.estimatorDraws = estimatorDraws
    same.estimatorNoises = estimatorNoises
    try same.validate()
  }
}
