import Tensors
import Training

/// The training of a stream GAN as far as it has come: a value that can be saved and goes on.
public struct StreamGANTraining: TensorGroup {
  /// What is done, and for how long.
  public let plan: StreamGAN.Plan
  /// The network as it now is.
  public private(set) var gan: StreamGAN
  /// The rounds trained so far.
  public private(set) var round = 0
  /// The learned distribution after every epoch.
  public private(set) var history: [[Float]] = []
  /// The mean losses in every epoch.
  public private(set) var losses: [(discriminator: Float, generator: Float)] = []

  private var currentRates: [Double] = []
  private let schedules: [Schedule]

  /// Creates a training of which nothing is done yet.
  public init(_ plan: StreamGAN.Plan, key: RandomKey) {
    self.plan = plan
    gan = StreamGAN(plan.settings, key: key)
    schedules = [
      plan.temperatureSchedule, plan.discriminatorRateSchedule, plan.generatorRateSchedule,
    ]
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) { gan.visit(&visitor) }

  /// Trains until the plan is done, the source ends or the loop is stopped.
  ///
  /// - Parameters:
  ///   - source: gives the real categories.
  ///   - loop: counts the rounds; as many as the plan has, for all of it.
  ///   - compiled: whether to compile the round; the results are the same to the bit.
  ///   - endOfEpoch: called with the training as it then is.
  /// - Returns: whether the plan is done.
  /// - Throws: ``ModelTrainingError`` at the end of an epoch in which a loss was not finite, or after
  ///   which the network is not; and what the source or `endOfEpoch` throws.
  public mutating func run(
    on source: inout some CategorySource, loop: TrainingLoop, compiled: Bool = true,
    endOfEpoch: (StreamGANTraining) throws -> Void = { _ in }
  ) throws -> Bool {
    let settings = plan.settings
    let compiledRound = compile { (gan: inout StreamGAN, real: Tensor) in
      gan.trainRound(on: real)
      return EmptyGroup()
    }
    let count = settings.batchSize * settings.discriminatorSteps
    let shape: Shape = [settings.discriminatorSteps, settings.batchSize]
    round = try loop.run(from: round) { position in
      guard let batch = try source.batch(count, round: position) else { return false }
      setRates(at: position)
      let real = Tensor(int32: batch, shape: shape)
      if settings.elementsPerRound >= Self.mostCompiledElements {
        // A round of seconds is asked between its steps whether to stop, and then was not.
        var next = gan
        guard next.trainRound(on: real, while: { !loop.shouldStop() }) else { return false }
        gan = next
      } else if compiled {
        _ = compiledRound(&gan, real)
      } else {
        gan.trainRound(on: real)
      }
      return true
    } endOfEpoch: { epoch in
      let means = gan.takeMeanLosses(rounds: plan.roundsPerEpoch)
      for (name, mean) in [
        ("discriminator loss", means.discriminator), ("generator loss", means.generator),
      ] where !mean.isFinite {
        throw ModelTrainingError(epoch: epoch + 1, term: name, value: mean)
      }
      try checkFinite(step: (epoch + 1) * plan.roundsPerEpoch, stepsPerEpoch: plan.roundsPerEpoch)
      history.append(gan.learned)
      losses.append(means)
      round = (epoch + 1) * plan.roundsPerEpoch
      try endOfEpoch(self)
      return [
        ("discriminator loss", Double(losses[epoch].discriminator)),
        ("generator loss", Double(losses[epoch].generator)),
      ]
    }
    return round == loop.stepCount
  }

  /// A round of so many elements takes a good part of a second.
  private static let mostCompiledElements = 1 << 24

  private mutating func setRates(at round: Int) {
    guard currentRates.isEmpty || round % StreamGAN.Plan.interval == 0 else { return }
    let rates = schedules.map { $0(round) }
    if rates == currentRates { return }
    currentRates = rates
    gan.set(temperature: rates[0], discriminatorRate: rates[1], generatorRate: rates[2])
  }

  /// Puts back what a checkpoint keeps beside the tensors.
  public mutating func restore(
    round: Int, history: [[Float]], losses: [(discriminator: Float, generator: Float)]
  ) {
    self.round = round
    self.history = history
    self.losses = losses
    currentRates = []
  }
}
