import Training

extension StreamGAN {
  /// How a network is trained: its settings, how long, and what changes on the way.
  public struct Plan: Hashable, Sendable {
    public var settings: Settings
    public var epochs: Int
    public var roundsPerEpoch: Int
    /// By round.
    public var temperature: Schedule
    public var discriminatorRate: Schedule
    public var generatorRate: Schedule

    public init(
      settings: Settings, epochs: Int, roundsPerEpoch: Int, temperature: Schedule,
      discriminatorRate: Schedule, generatorRate: Schedule
    ) {
      self.settings = settings
      self.epochs = epochs
      self.roundsPerEpoch = roundsPerEpoch
      self.temperature = temperature
      self.discriminatorRate = discriminatorRate
      self.generatorRate = generatorRate
    }

    /// The number of rounds in all.
    public var rounds: Int { epochs * roundsPerEpoch }
  }
}
