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
