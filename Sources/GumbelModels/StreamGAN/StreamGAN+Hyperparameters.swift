import GumbelTraining

extension StreamGAN {
  /// How a network is made and trained, in numbers: the plan's schedules follow once all of them are
  /// known.
  public struct Hyperparameters: Sendable {
    /// The network and its batches.
    public var settings: Settings
    /// The number of epochs; the learned distribution is noted after each.
    public var epochs = 200
    /// The number of rounds in an epoch.
    public var roundsPerEpoch = 100
    /// Steps of the discriminator in a round, each on a real batch of its own.
    public var discriminatorSteps = 1
    /// Steps of the generator in a round.
    public var generatorSteps = 10
    /// The temperature of the first round, and the one that the last rounds come to in equal ratios.
    public var temperature = (from: 0.001, to: 0.001)
    /// The learning rate of the discriminator's Adam in the first round, and the one that it comes to
    /// along half a cosine.
    public var discriminatorRate = (from: 0.0007, to: 0.0007)
    /// The same of the generator's.
    public var generatorRate = (from: 0.0007, to: 0.0007)
    /// β₁ of both players' Adam.
    public var momentum: Float = 0.9
    /// The decay of the logits' moving average, a generator step; 0 for no average.
    public var averageDecay: Float = 0
    /// A gradient of either player with a larger Euclidean norm is scaled down to this one; nil for any
    /// norm.
    public var gradientNorm: Float?

    private init(_ settings: Settings) { self.settings = settings }

    /// The number of rounds in all.
    public var rounds: Int { epochs * roundsPerEpoch }

    /// How the two players are trained.
    public var plan: AdversarialPlan {
      var plan = AdversarialPlan(epochs: epochs, stepsPerEpoch: roundsPerEpoch)
      plan.discriminatorSteps = discriminatorSteps
      plan.generatorSteps = generatorSteps
      plan.momentum = momentum
      plan.averageDecay = averageDecay
      plan.gradientNorm = gradientNorm
      plan.change(
        temperature: temperature, discriminatorRate: discriminatorRate,
        generatorRate: generatorRate)
      return plan
    }

    /// The article's experiment: batches of 10, a logistic regression against relaxed samples of
    /// temperature 0.001, Adam at a rate of 0.0007, 200 epochs of 100 rounds, each a step of the
    /// discriminator and 10 of the generator.
    public static func article(categoryCount: Int = 5) -> Hyperparameters {
      Hyperparameters(Settings(categoryCount: categoryCount))
    }

    /// What ends close to a stream's frequencies: larger batches, exact one-hot samples whose gradient
    /// has little variance (straight-through at a high temperature), rates that decay, and averaged
    /// logits.
    public static func robust(categoryCount: Int) -> Hyperparameters {
      var result = article(categoryCount: categoryCount)
      result.settings.batchSize = 256
      result.settings.sampling = .straightThrough
      result.epochs = 60
      result.generatorSteps = 1
      result.temperature = (1, 1)
      result.discriminatorRate = (0.02, 0.002)
      result.generatorRate = (0.01, 0.00025)
      result.momentum = 0.5
      result.averageDecay = 0.9995
      return result
    }
  }

  /// Hyperparameters by name.
  public enum Preset: String, Hashable, Codable, Sendable, CaseIterable {
    /// The article's experiment.
    case article
    /// For streams of any number of categories.
    case robust

    /// The hyperparameters for so many categories.
    public func hyperparameters(categoryCount: Int) -> Hyperparameters {
      switch self {
      case .article: .article(categoryCount: categoryCount)
      case .robust: .robust(categoryCount: categoryCount)
      }
    }
  }
}
