import GumbelLayers
import GumbelTensors
import GumbelTraining

/// A network that completes images: from the upper rows of pixels to a distribution of the lower
/// ones, through layers of random discrete variables with linear maps between them.
///
///     z₁ ~ q(z₁ | upper),   z₂ ~ q(z₂ | z₁),   …,   lower ~ p(lower | z_last)
///
/// It is trained to make `E[-log p(lower | z_last)]` small, an upper bound of -log p(lower | upper),
/// with one draw of each layer a step. The gradient passes through each layer by an estimator of
/// the package: the expectation over a layer is the cost of the layer before it. The bound is
/// loose where the lower half is uncertain; the variables let the network mix distributions.
///
/// Raiko, Berglund, Alain & Dinh 2014 (arXiv 1406.2989); as a comparison of estimators Jang, Gu &
/// Poole 2016 (arXiv 1611.01144) and Maddison, Mnih & Teh 2016 (arXiv 1611.00712).
public struct StructuredPrediction: TensorGroup, Sendable {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// The images: height, width and channels.
    public var image: VAE.ImageShape
    /// The layers of random variables, in order: a kind of variables each.
    public var layers: [VAE.Latent] = [.bernoulli(200), .bernoulli(200)]
    /// The gradient estimator of the layers, by its `GradientEstimator.name`.
    public var estimator = "gumbel-softmax"
    /// How many draws of a layer an estimator averages over, where it is of several.
    public var estimatorDraws = 2
    /// How many noises Gumbel-Rao averages over.
    public var estimatorNoises = 10
    /// What binary and one-hot values are to the next layer.
    public var states: VAE.States = .zeroOne

    /// Creates settings for images of this shape.
    public init(image: VAE.ImageShape) { self.image = image }

    /// The numbers in the rows that are given: half of them, rounded down.
    public var givenCount: Int { image.height / 2 * image.width * image.channels }
    /// The numbers in the rows that are predicted.
    public var wantedCount: Int { image.count - givenCount }
  }

  /// What was fixed before training.
  public let settings: Settings
  /// From the pixels given to the first layer's parameters, from each layer's values to the next
  /// one's parameters, and from the last one's values to the logits of the pixels wanted.
  public private(set) var maps: [Dense]
  private(set) var layers: [any LatentGroup]

  /// Creates an untrained network.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(_ settings: Settings, key: RandomKey) throws(VAESettingsError) {
    try settings.validate()
    self.settings = settings
    layers = settings.layers.enumerated().map { position, layer in
      layer.type.init(
        layer.sizes,
        LatentOptions(
          estimator: .named(settings.estimator), draws: settings.estimatorDraws,
          noises: settings.estimatorNoises, learnsPrior: false,
          key: key.folding(in: "layers").folding(in: position)))
    }
    let inputs = [settings.givenCount] + layers.map(\.valueCount)
    let outputs = layers.map(\.parameterCount) + [settings.wantedCount]
    maps = zip(inputs, outputs).enumerated().map { position, sizes in
      Dense(sizes.0, sizes.1, key: key.folding(in: "maps").folding(in: position))
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("maps", &maps)
    visitor.enter("layers")
    for i in layers.indices { visitor.visit(String(i), ofAnyType: &layers[i]) }
    visitor.leave()
    visitor.note("settings", settings)
  }

  // MARK: - From pixels to costs

  /// The pixels given and those wanted, of images `[n, height · width · channels]`.
  func halves(of pixels: Tensor) -> (given: Tensor, wanted: Tensor) {
    require(
      pixels.elementType == .float32 && pixels.rank == 2
        && pixels.shape[1] == settings.image.count,
      "StructuredPrediction: images \(pixels.type), expected float32[n, \(settings.image.count)]")
    return (
      pixels.sliced(along: 1, 0..<settings.givenCount),
      pixels.sliced(along: 1, settings.givenCount..<settings.image.count)
    )
  }

  /// What comes after a layer for its values.
  func next(after layer: Int, _ value: Tensor) -> Tensor {
    let isSigned = settings.states == .signed && type(of: layers[layer]).isDiscrete
    return maps[layer + 1](isSigned ? 2 * value - 1 : value)
  }

  /// An estimate of E[-log p(wanted | z)], `[n]`, with its gradient.
  ///
  /// - Parameters:
  ///   - pixels: whole images, `[n, height · width · channels]`.
  ///   - key: of all that is drawn.
  public func cost(of pixels: Tensor, key: RandomKey) -> Tensor {
    let (given, wanted) = halves(of: pixels)
    return cost(from: 0, maps[0](given), wanted, key)
  }

  private func cost(
    from layer: Int, _ parameters: Tensor, _ wanted: Tensor, _ key: RandomKey
  ) -> Tensor {
    layers[layer].expectation(
      of: { value in
        let next = next(after: layer, value)
        return layer + 1 < layers.count
          ? cost(from: layer + 1, next, wanted, key)
          : sigmoidCrossEntropy(logits: next, labels: wanted).sum(along: -1)
      }, under: parameters, key: key.folding(in: layer))
  }
}

extension StructuredPrediction: LossModel {
  public static var termNames: [String] { ["loss"] }

  /// The loss on images, `[n, pixels]`; see ``/GumbelTraining/LossModel/loss(on:weight:key:)``.
  public func loss(on pixels: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    [cost(of: pixels, key: key).mean()]
  }

  public mutating func observe(terms: [Tensor]) {
    for i in layers.indices { layers[i].observe(terms[0]) }
  }

  public mutating func anneal(to temperature: Double) {
    for i in layers.indices { layers[i].anneal(to: Tensor(Float(temperature))) }
  }
}

extension StructuredPrediction.Settings {
  /// Throws unless a network can be made and trained by these settings.
  public func validate() throws(VAESettingsError) {
    guard image.height >= 2 else {
      throw VAESettingsError(
        "images of height \(image.height), expected at least 2 to predict one half from the other")
    }
    guard estimator != "vimco" else {
      throw VAESettingsError(
        "vimco for structured prediction, expected an estimator of an expectation: its bound is of "
          + "all layers together")
    }
    var same = VAE.Settings(image: image)
    same.latents = layers
    same.estimator = estimator
    same.estimatorDraws = estimatorDraws
    same.estimatorNoises = estimatorNoises
    try same.validate()
  }
}
