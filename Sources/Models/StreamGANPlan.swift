import Training

extension StreamGAN {
  /// How a network is trained: its settings, how long, and what changes on the way.
  public struct Plan: Hashable, Sendable {
    /// The network and its rounds.
    public var settings: Settings
    /// The number of epochs; the learned distribution is noted after each.
    public var epochs: Int
    /// The number of rounds in an epoch.
    public var roundsPerEpoch: Int
    /// The temperature of the first round.
    public var temperature: Double
    /// The temperature that the last rounds come to in equal ratios.
    public var finalTemperature: Double
    /// The learning rate of the discriminator's Adam in the first round.
    public var discriminatorRate: Double
    /// The rate that the discriminator comes to along half a cosine.
    public var finalDiscriminatorRate: Double
    /// The learning rate of the generator's Adam in the first round.
    public var generatorRate: Double
    /// The rate that the generator comes to along half a cosine.
    public var finalGeneratorRate: Double

    /// The number of rounds in all.
    public var rounds: Int { epochs * roundsPerEpoch }

    /// How often what changes is changed, in rounds.
    static let interval = 10

    /// The temperature at each round, updated every 10.
    public var temperatureSchedule: Schedule {
      .geometric(from: temperature, to: finalTemperature, over: rounds, every: Self.interval)
    }
    /// The discriminator's learning rate at each round, updated every 10.
    public var discriminatorRateSchedule: Schedule {
      .cosine(
        from: discriminatorRate, to: finalDiscriminatorRate, over: rounds, every: Self.interval)
    }
    /// The generator's learning rate at each round, updated every 10.
    public var generatorRateSchedule: Schedule {
      .cosine(from: generatorRate, to: finalGeneratorRate, over: rounds, every: Self.interval)
    }
  }
}
