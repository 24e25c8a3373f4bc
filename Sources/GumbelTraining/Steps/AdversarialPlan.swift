import GumbelFiles

/// How two networks are trained against each other: how long, and what changes on the way.
public struct AdversarialPlan: TrainingPlan {
  public var epochs: Int
  /// The number of rounds in an epoch: of steps of the training.
  public var stepsPerEpoch: Int
  /// Steps of the discriminator in a round.
  public var discriminatorSteps = 1
  /// Steps of the generator in a round.
  public var generatorSteps = 1
  /// The first rounds, in which the generator is trained by itself; see
  /// ``AdversarialModel/pretrainingLoss(on:key:)``.
  public var pretrainingSteps = 0
  /// The generator's learning rate in these, by their number.
  public var pretrainingRate = Schedule.constant(2e-3)
  /// The temperature of relaxed draws, by the number of rounds against the discriminator that came
  /// before.
  public var temperature = Schedule.constant(1)
  /// The discriminator's learning rate, likewise.
  public var discriminatorRate = Schedule.constant(1e-3)
  /// The generator's learning rate, likewise.
  public var generatorRate = Schedule.constant(1e-3)
  /// β₁ of both players' Adam.
  public var momentum: Float = 0.9
  /// β₂ of both players' Adam.
  public var secondMomentum: Float = 0.999
  /// The decay of the moving average of the generator's parameters, a step of it; 0 for no average.
  public var averageDecay: Float = 0
  /// A gradient of either player with a larger Euclidean norm is scaled down to this one; nil for any
  /// norm.
  public var gradientNorm: Float?

  /// Creates a plan.
  public init(epochs: Int, stepsPerEpoch: Int) {
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }

  /// The number of rounds against the discriminator.
  public var adversarialSteps: Int { max(stepCount - pretrainingSteps, 0) }

  /// Both learning rates along half a cosine over the rounds against the discriminator, and the
  /// temperature in equal ratios; updated every so many rounds.
  public mutating func change(
    temperature: (from: Double, to: Double), discriminatorRate: (from: Double, to: Double),
    generatorRate: (from: Double, to: Double), every rounds: Int = 10
  ) {
    let steps = max(adversarialSteps, 1)
    func rate(_ ends: (from: Double, to: Double)) -> Schedule {
      ends.from == ends.to
        ? .constant(ends.from)
        : .cosine(from: ends.from, to: ends.to, over: steps, every: rounds)
    }
    self.discriminatorRate = rate(discriminatorRate)
    self.generatorRate = rate(generatorRate)
    self.temperature =
      temperature.from == temperature.to
      ? .constant(temperature.from)
      : .geometric(from: temperature.from, to: temperature.to, over: steps, every: rounds)
  }
}

extension AdversarialPlan {
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func share(_ key: CodingKeys) throws -> Float {
      try values.checked(key, "a number from 0 to below 1", where: { $0 >= 0 && $0 < 1 })
    }
    (epochs, stepsPerEpoch) = try values.length(.epochs, .stepsPerEpoch)
    discriminatorSteps = try values.count(.discriminatorSteps, 1...10_000)
    generatorSteps = try values.count(.generatorSteps, 1...10_000)
    pretrainingSteps = try values.count(.pretrainingSteps, 0...TrainingLoop.mostSteps)
    pretrainingRate = try values.decode(Schedule.self, forKey: .pretrainingRate)
    temperature = try values.decode(Schedule.self, forKey: .temperature)
    discriminatorRate = try values.decode(Schedule.self, forKey: .discriminatorRate)
    generatorRate = try values.decode(Schedule.self, forKey: .generatorRate)
    momentum = try share(.momentum)
    secondMomentum = try share(.secondMomentum)
    averageDecay = try share(.averageDecay)
    gradientNorm = try values.gradientNorm(.gradientNorm)
  }
}
