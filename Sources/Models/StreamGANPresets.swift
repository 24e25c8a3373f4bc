import Training

extension StreamGAN {
  /// A plan for a number of categories.
  public enum Preset: String, Hashable, Sendable, CaseIterable {
    /// The article's experiment.
    case article
    /// For streams of any number of categories.
    case robust

    public func plan(categoryCount: Int) -> Plan {
      switch self {
      case .article: .article(categoryCount: categoryCount)
      case .robust: .robust(categoryCount: categoryCount)
      }
    }
  }
}

extension StreamGAN.Plan {
  /// The article's experiment: batches of 10, a logistic regression against relaxed samples of
  /// temperature 0.001, Adam at a rate of 0.0007, 200 epochs of 100 rounds, each a step of the
  /// discriminator and 10 of the generator.
  public static func article(categoryCount: Int = 5) -> StreamGAN.Plan {
    StreamGAN.Plan(
      settings: StreamGAN.Settings(categoryCount: categoryCount), epochs: 200, roundsPerEpoch: 100,
      temperature: .constant(0.001), discriminatorRate: .constant(0.0007),
      generatorRate: .constant(0.0007))
  }

  /// A plan that ends close to a stream's frequencies: larger batches, exact one-hot samples
  /// whose gradient has little variance (straight-through at a high temperature), rates that
  /// decay, and averaged logits.
  public static func robust(categoryCount: Int) -> StreamGAN.Plan {
    var settings = StreamGAN.Settings(categoryCount: categoryCount)
    settings.batchSize = 256
    settings.generatorSteps = 1
    settings.sampling = .straightThrough
    settings.momentum = 0.5
    settings.averageDecay = 0.998
    let rounds = 6000
    return StreamGAN.Plan(
      settings: settings, epochs: 60, roundsPerEpoch: rounds / 60, temperature: .constant(1),
      discriminatorRate: .geometric(from: 0.02, to: 0.002, over: rounds, every: 10),
      generatorRate: .geometric(from: 0.02, to: 0.0005, over: rounds, every: 10))
  }
}
