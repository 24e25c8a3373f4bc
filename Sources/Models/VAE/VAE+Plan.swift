import Datasets
import Training

extension VAE {
  /// How a network is trained: its settings, how long, and what changes on the way.
  public struct Plan: Hashable, Codable, Sendable {
    /// The network.
    public var settings: Settings
    /// The number of epochs.
    public var epochs = 100
    /// The number of steps in an epoch.
    public var stepsPerEpoch: Int
    /// Adam's learning rate at each step.
    public var learningRate = Schedule.constant(1e-3)
    /// The temperature of relaxed draws at each step, where the estimator has one.
    public var temperature = Schedule.constant(1)
    /// What the divergence is multiplied by at each step.
    public var divergenceWeight = Schedule.constant(1)

    /// Creates a plan for networks with these settings.
    public init(_ settings: Settings, stepsPerEpoch: Int) {
      self.settings = settings
      self.stepsPerEpoch = stepsPerEpoch
    }
  }
}

extension VAE.Plan {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    settings = try values.decode(VAE.Settings.self, forKey: .settings)
    (epochs, stepsPerEpoch) = try values.length(.epochs, .stepsPerEpoch)
    learningRate = try values.decode(Schedule.self, forKey: .learningRate)
    temperature = try values.decode(Schedule.self, forKey: .temperature)
    divergenceWeight = try values.decode(Schedule.self, forKey: .divergenceWeight)
  }
}
