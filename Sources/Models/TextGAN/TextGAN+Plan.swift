import Datasets
import Training

extension TextGAN {
  /// How a network is trained: its settings, how long, and what changes on the way.
  public struct Plan: Hashable, Codable, Sendable {
    /// The network and its rounds.
    public var settings: Settings
    /// The number of epochs.
    public var epochs: Int
    /// The number of rounds in an epoch.
    public var roundsPerEpoch: Int
    /// The first epochs, in which the generator is trained by likelihood and the discriminator not
    /// at all.
    public var pretrainingEpochs = 0
    /// The learning rate of the generator's Adam in these epochs.
    public var pretrainingRate = 2e-3
    /// The temperature of the first round against the discriminator.
    public var temperature: Double
    /// The temperature that the last rounds come to in equal ratios: the inverse temperature grows
    /// exponentially, as in RelGAN (Nie et al. 2019).
    public var finalTemperature: Double
    /// The learning rate of the discriminator's Adam in its first round.
    public var discriminatorRate = 1e-3
    /// The learning rate of the generator's Adam in its first round against the discriminator.
    public var generatorRate = 1e-3
    /// The part of both rates that they come to along half a cosine.
    public var finalRateShare = 0.1

    /// Creates a plan, with the usual temperatures of the settings' estimator: from 1 to 0.5 where
    /// it relaxes or perturbs, else a constant one.
    public init(_ settings: Settings, epochs: Int, roundsPerEpoch: Int) {
      (temperature, finalTemperature) = settings.usualTemperatures
      self.settings = settings
      self.epochs = epochs
      self.roundsPerEpoch = roundsPerEpoch
    }

    /// The number of rounds in all.
    public var rounds: Int { epochs * roundsPerEpoch }
    /// The first of them, which are of likelihood.
    public var pretrainingRounds: Int { min(pretrainingEpochs, epochs) * roundsPerEpoch }

    private static let interval = 10
    private var adversarialRounds: Int { max(rounds - pretrainingRounds, 1) }

    /// The temperature, by the number of rounds against the discriminator that came before.
    public var temperatureSchedule: Schedule {
      .geometric(
        from: temperature, to: finalTemperature, over: adversarialRounds, every: Self.interval)
    }
    /// The discriminator's learning rate, likewise.
    public var discriminatorRateSchedule: Schedule { rate(from: discriminatorRate) }
    /// The generator's learning rate, likewise.
    public var generatorRateSchedule: Schedule { rate(from: generatorRate) }

    private func rate(from initial: Double) -> Schedule {
      .cosine(
        from: initial, to: initial * finalRateShare, over: adversarialRounds, every: Self.interval)
    }
  }
}

extension TextGAN.Plan {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    settings = try values.decode(TextGAN.Settings.self, forKey: .settings)
    (epochs, roundsPerEpoch) = try values.length(.epochs, .roundsPerEpoch)
    pretrainingEpochs = try values.count(.pretrainingEpochs, 0...TrainingLoop.mostSteps)
    pretrainingRate = try values.positive(.pretrainingRate)
    temperature = try values.positive(.temperature)
    finalTemperature = try values.positive(.finalTemperature)
    discriminatorRate = try values.positive(.discriminatorRate)
    generatorRate = try values.positive(.generatorRate)
    finalRateShare = try values.number(.finalRateShare, 0...1e30)
  }
}
