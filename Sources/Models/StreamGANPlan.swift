import Training

extension StreamGAN {
  /// How a network is trained: its settings, how long, and what changes on the way.
  public struct Plan: Hashable, Sendable {
    public var settings: Settings
    public var epochs: Int
    public var roundsPerEpoch: Int
    /// The temperature of the first round, and that which the last rounds come to in equal ratios.
    public var temperature: Double
    public var finalTemperature: Double
    /// Adam's learning rates in the first round, and those which they come to along half a cosine.
    public var discriminatorRate: Double
    public var finalDiscriminatorRate: Double
    public var generatorRate: Double
    public var finalGeneratorRate: Double

    /// The number of rounds in all.
    public var rounds: Int { epochs * roundsPerEpoch }

    /// How often what changes is changed, in rounds.
    static let interval = 10

    public var temperatureSchedule: Schedule {
      .geometric(from: temperature, to: finalTemperature, over: rounds, every: Self.interval)
    }
    public var discriminatorRateSchedule: Schedule {
      .cosine(
        from: discriminatorRate, to: finalDiscriminatorRate, over: rounds, every: Self.interval)
    }
    public var generatorRateSchedule: Schedule {
      .cosine(from: generatorRate, to: finalGeneratorRate, over: rounds, every: Self.interval)
    }
  }
}
