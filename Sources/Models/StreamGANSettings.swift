extension StreamGAN {
  /// What is fixed before training.
  public struct Settings: Hashable, Sendable {
    /// What the generator gives to the discriminator.
    public enum Sampling: String, Hashable, Sendable, CaseIterable {
      /// Relaxed samples.
      case soft = "gumbel-softmax"
      /// One-hot samples, with the gradient of the relaxed ones.
      case straightThrough = "straight-through"
    }

    /// The number of categories.
    public var categoryCount: Int
    /// Rows in a batch, real and drawn.
    public var batchSize = 10
    /// Steps of the discriminator in a round, each on a real batch of its own.
    public var discriminatorSteps = 1
    /// Steps of the generator in a round.
    public var generatorSteps = 10
    /// The widths of the discriminator's hidden layers; none makes it a logistic regression.
    public var hiddenWidths: [Int] = []
    /// What the generator gives to the discriminator.
    public var sampling = Sampling.soft
    /// Whether the discriminator sees the stream's rows relaxed as well.
    public var smoothsRealRows = false
    /// Adam's β₁, of both players.
    public var momentum: Float = 0.9
    /// Adam's β₂, of both players.
    public var secondMomentum: Float = 0.999
    /// The decay of the logits' moving average, a generator step; 0 for no average.
    public var averageDecay: Float = 0

    /// Creates the article's settings for so many categories.
    public init(categoryCount: Int) { self.categoryCount = categoryCount }
  }
}
