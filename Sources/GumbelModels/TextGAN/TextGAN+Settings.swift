import GumbelDatasets

extension TextGAN {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// The discriminators that there are.
    public enum DiscriminatorKind: String, Hashable, Codable, Sendable, CaseIterable {
      /// See ``PerceptronDiscriminator``.
      case perceptron
      /// See ``ConvolutionalDiscriminator``.
      case convolutional
      /// See ``RecurrentDiscriminator``, with a GRU.
      case recurrent
    }

    /// What the players minimise; d is the discriminator's logit, x real and y generated.
    public enum Loss: String, Hashable, Codable, Sendable, CaseIterable {
      /// softplus(-d(x)) + softplus(d(y)) against softplus(-d(y)) (Goodfellow et al. 2014).
      case nonSaturating = "non-saturating"
      /// softplus(d(y) - d(x)) against softplus(d(x) - d(y)), for pairs
      /// (Jolicoeur-Martineau 2018; Nie et al. 2019, "RelGAN").
      case relativistic
      /// d(y) - d(x) against -d(y) (Arjovsky et al. 2017).
      case wasserstein
    }

    /// What keeps the discriminator smooth; g is its gradient in a sequence.
    public enum Penalty: String, Hashable, Codable, Sendable, CaseIterable {
      /// Nothing.
      case none
      /// ½ |g|² at real sequences (Mescheder et al. 2018).
      case real
      /// ½ |g|² at real and at generated ones (Huang et al. 2024).
      case realAndGenerated = "real-and-generated"
      /// (|g| - 1)² between them (Gulrajani et al. 2017).
      case interpolated
      /// No penalty: its weights are divided by their largest singular values; see
      /// ``/GumbelLayers/SpectralNormalisation`` (Miyato et al. 2018).
      case spectral
    }

    /// The generator's model of strings.
    public var model: TextModel.Settings
    /// The number of symbols in a sequence: one more than the longest string has.
    public var length: Int
    /// Elements of the generator's latent vector; 0 for none.
    public var latentWidth = 0
    /// The kind of discriminator.
    public var discriminatorKind = DiscriminatorKind.perceptron
    /// The hidden layers of the discriminator.
    public var discriminatorWidths = [256, 256]
    /// Elements of a symbol's vector in a convolutional discriminator.
    public var embeddingWidth = 32
    /// The convolutions' windows, each that fits.
    public var windows = [2, 3, 4, 5]
    /// Features of each convolution, or the state of a recurrent discriminator.
    public var features = 64
    /// How the judgement reaches the generator through the choices of symbols: one of
    /// ``estimatorNames``. A ``/GumbelEstimators/SurrogateEstimator`` puts its value in the place of
    /// each symbol, in the next step and before the discriminator. The score function and RLOO draw
    /// exactly and weigh whole strings, the latter with the mean cost of the rest of the batch as
    /// baseline.
    public var estimator = "straight-through-gumbel-softmax"
    /// What the players minimise.
    public var loss = Loss.relativistic
    /// What keeps the discriminator smooth.
    public var penalty = Penalty.realAndGenerated
    /// What the penalty is multiplied by.
    public var penaltyWeight: Float = 1
    /// Strings in a batch.
    public var batchSize = 64
    /// Creates settings for strings of up to `length - 1` symbols and an end.
    public init(_ model: TextModel.Settings, length: Int) {
      self.model = model
      self.length = length
    }
  }
}

extension TextGAN.Settings {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func widths(_ key: CodingKeys, upTo most: Int) throws -> [Int] {
      try values.checked(
        key, "a list of up to 64 whole numbers from 1 to \(most)",
        where: { $0.count <= 64 && $0.allSatisfy { 1...most ~= $0 } })
    }
    let sizes = 1...(1 << 20)
    model = try values.decode(TextModel.Settings.self, forKey: .model)
    length = try values.count(.length, sizes)
    latentWidth = try values.count(.latentWidth, 0...(1 << 20))
    discriminatorKind = try values.named(.discriminatorKind)
    discriminatorWidths = try widths(.discriminatorWidths, upTo: 1 << 20)
    embeddingWidth = try values.count(.embeddingWidth, sizes)
    windows = try widths(.windows, upTo: 1 << 20)
    features = try values.count(.features, sizes)
    estimator = try values.checked(
      .estimator, "one of \(Self.estimatorNames.joined(separator: ", "))",
      where: { Self.problem(ofEstimator: $0) == nil })
    loss = try values.named(.loss)
    penalty = try values.named(.penalty)
    penaltyWeight = Float(try values.number(.penaltyWeight, 0...1e30))
    batchSize = try values.count(.batchSize, 1...1_000_000)
    if let limit = model.timeLimit, limit < length {
      throw values.unexpected(.length, "at most the \(limit) of its model")
    }
    if discriminatorKind == .convolutional, !windows.contains(where: { $0 <= length + 1 }) {
      throw values.unexpected(.windows, "one at least that fits into \(length + 1) symbols")
    }
  }
}
