import GumbelDatasets

extension VAE {
  /// What is fixed before training.
  public struct Settings: Hashable, Codable, Sendable {
    /// The images: height, width and channels.
    public var image: ImageShape
    /// The groups of latent variables; more than one for a mixture of kinds.
    public var latents: [Latent] = [.categorical(variables: 20, classes: 10)]
    /// From pixels to the parameters of the posterior.
    public var encoder: Network = .perceptron([512, 256])
    /// From latent variables to the parameters of the pixels' distribution.
    public var decoder: Network = .perceptron([256, 512])
    /// The pixels' distribution given the latent variables.
    public var likelihood: Likelihood = .bernoulli
    /// Of the latent variables.
    public var prior: Prior = .fixed
    /// How the divergence of the posterior from the prior is measured in training.
    public var divergence: Divergence = .analytic
    /// The gradient estimator of discrete latent variables, by its `GradientEstimator.name`.
    public var estimator = "gumbel-softmax"
    /// How many draws an estimator averages over, where it is of several.
    public var estimatorDraws = 2
    /// How many noises Gumbel-Rao averages over.
    public var estimatorNoises = 10
    /// The draws of the importance-weighted bound that is trained; with 1, the evidence lower
    /// bound.
    public var boundSamples = 1
    /// What binary and one-hot values are to the decoder.
    public var states: States = .zeroOne
    /// The temperature of the prior's relaxed density, with ``Divergence/relaxed``.
    public var priorTemperature: Float = 0.5

    /// Creates settings for images of this shape.
    public init(image: ImageShape) { self.image = image }
  }

  /// The extents of an image.
  public struct ImageShape: Hashable, Codable, Sendable {
    /// Rows of pixels.
    public var height: Int
    /// Columns of pixels.
    public var width: Int
    /// Numbers a pixel: 1 for grey, 3 for colour.
    public var channels: Int

    /// Creates a shape.
    public init(height: Int, width: Int, channels: Int = 1) {
      self.height = height
      self.width = width
      self.channels = channels
    }

    /// The numbers in an image.
    public var count: Int { height * width * channels }
  }

  /// The distribution of latent variables before an image is seen.
  public enum Prior: String, Hashable, Codable, Sendable, CaseIterable {
    /// Standard normal, or uniform.
    case fixed
    /// Its parameters are trained with the network.
    case learned
  }

  /// How the divergence of the posterior from the prior is measured in training.
  public enum Divergence: String, Hashable, Codable, Sendable, CaseIterable {
    /// `KL(q(z|x) ‖ p(z))` of the discrete variables, in closed form.
    case analytic
    /// `log q(z|x) - log p(z)` at the relaxed draw z, both densities those of the relaxed
    /// variables, each with a temperature of its own: a bound for the relaxed model
    /// (Maddison, Mnih & Teh 2016, arXiv 1611.00712).
    case relaxed
  }

  /// What the two values of a binary variable, or of an element of a one-hot, are to the decoder.
  public enum States: String, Hashable, Codable, Sendable, CaseIterable {
    /// 0 and 1.
    case zeroOne = "0,1"
    /// -1 and 1.
    case signed = "-1,1"
  }
}

extension VAE.Settings {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    image = try values.decode(VAE.ImageShape.self, forKey: .image)
    latents = try values.checked(
      .latents, "a list of groups of latent variables such as categorical:20x10")
    encoder = try values.checked(.encoder, "a network such as mlp:512,256")
    self.decoder = try values.checked(.decoder, "a network such as mlp:256,512")
    likelihood = try values.checked(.likelihood, "bernoulli, gaussian, or gaussian: and a number")
    prior = try values.named(.prior)
    divergence = try values.named(.divergence)
    estimator = try values.decode(String.self, forKey: .estimator)
    estimatorDraws = try values.count(.estimatorDraws, 1...1000)
    estimatorNoises = try values.count(.estimatorNoises, 1...10_000)
    boundSamples = try values.count(.boundSamples, 1...10_000)
    states = try values.named(.states)
    priorTemperature = Float(try values.number(.priorTemperature, 0...1e30))
    try values.check(validate)
  }
}

extension VAE.ImageShape {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    height = try values.count(.height, 1...Self.largestExtent)
    width = try values.count(.width, 1...Self.largestExtent)
    channels = try values.count(.channels, 1...Self.largestExtent)
  }

  /// Of an image's extents.
  static let largestExtent = 1 << 12
}

/// Why settings describe no network: what was found, and what was expected.
public struct VAESettingsError: Error, Equatable, CustomStringConvertible {
  /// In one line.
  public let description: String

  init(_ description: String) { self.description = description }
}
