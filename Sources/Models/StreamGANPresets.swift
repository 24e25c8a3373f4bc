extension StreamGAN {
  /// A plan for a number of categories.
  public enum Preset: String, Hashable, Sendable, CaseIterable {
    /// The article's experiment.
    case article
    /// For streams of any number of categories.
    case robust

    /// The plan for so many categories.
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
      temperature: 0.001, finalTemperature: 0.001, discriminatorRate: 0.0007,
      finalDiscriminatorRate: 0.0007, generatorRate: 0.0007, finalGeneratorRate: 0.0007)
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
    settings.averageDecay = 0.9995
    return StreamGAN.Plan(
      settings: settings, epochs: 60, roundsPerEpoch: 100, temperature: 1, finalTemperature: 1,
      discriminatorRate: 0.02, finalDiscriminatorRate: 0.002, generatorRate: 0.01,
      finalGeneratorRate: 0.00025)
  }
}
