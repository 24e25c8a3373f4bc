import Datasets
import Tensors
import Training

/// The training of a text GAN as far as it has come: a value that can be saved and goes on.
///
/// What a round draws depends on the key and the number of the round alone, so that a training that
/// was saved and loaded ends in the same bits as one that was not.
public struct TextGANTraining: TensorGroup, Sendable {
  /// What is done, and for how long.
  public let plan: TextGAN.Plan
  /// The network as it now is.
  public private(set) var gan: TextGAN
  /// The rounds trained so far.
  public private(set) var roundsDone = 0
  /// The mean losses of every epoch: the generator's, the discriminator's.
  public private(set) var history: [[Float]] = []
  /// Whether the last round ended an epoch whose end was abandoned, so that its means are not in
  /// ``history``: `run` then begins with them.
  public private(set) var isEpochOpen = false
  private var rates: [Double] = []

  /// What the columns of ``history`` are called.
  public static let lossNames = ["generator loss", "discriminator loss"]

  /// Creates a training of which nothing is done yet.
  ///
  /// - Throws: Where the settings of the model contradict each other.
  public init(_ plan: TextGAN.Plan, key: RandomKey) throws(TextSettingsError) {
    self.plan = plan
    gan = try TextGAN(plan.settings, key: key)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) { gan.visit(&visitor) }

  /// Trains until the plan is done or the loop is stopped.
  ///
  /// - Parameters:
  ///   - strings: all real strings, int32 [strings, time]; see `TextSet.padded(to:)`.
  ///   - loop: counts the rounds; as many as the plan has, for all of it.
  ///   - compiled: whether to compile the round; the results are the same to the bit.
  ///   - save: called with the training whenever the loop is to save it, after `endOfEpoch`.
  ///   - endOfEpoch: called with the training as it then is. What can be done again may throw
  ///     `Interruption.Abandoned`; see ``isEpochOpen``.
  /// - Returns: whether the plan is done.
  /// - Throws: ``ModelTrainingError`` at the end of an epoch in which a loss was not finite, or
  ///   instead of a call of `save` with tensors that are not; and what the closures throw.
  public mutating func run(
    on strings: Tensor, loop: TrainingLoop, compiled: Bool = true,
    save: (TextGANTraining) throws -> Void = { _ in },
    endOfEpoch: (TextGANTraining) throws -> Void = { _ in }
  ) throws -> Bool {
    let round = compile { (gan: inout TextGAN, strings: Tensor) in
      gan.trainRound(on: strings)
      return EmptyGroup()
    }
    let pretrainingRound = compile { (gan: inout TextGAN, strings: Tensor) in
      gan.pretrainRound(on: strings)
      return EmptyGroup()
    }
    roundsDone = try loop.run(from: roundsDone, endsEpochFirst: isEpochOpen) { _ in
      []
    } save: { _ in
      try checkFinite(step: roundsDone, stepsPerEpoch: loop.stepsPerEpoch)
      try save(self)
    } step: { position in
      setRates(at: position)
      switch (position < plan.pretrainingRounds, compiled) {
      case (true, true): _ = pretrainingRound(&gan, strings)
      case (true, false): gan.pretrainRound(on: strings)
      case (false, true): _ = round(&gan, strings)
      case (false, false): gan.trainRound(on: strings)
      }
      roundsDone = position + 1
      return true
    } endOfEpoch: { epoch in
      let before = gan
      let losses = gan.takeMeanLosses(rounds: loop.stepsPerEpoch)
      let means = [losses.generator, losses.discriminator]
      if let index = means.firstIndex(where: { !$0.isFinite }) {
        throw ModelTrainingError(
          epoch: epoch + 1, term: Self.lossNames[index], value: means[index])
      }
      history.append(means)
      isEpochOpen = false
      do {
        try endOfEpoch(self)
      } catch let error as Interruption.Abandoned {
        gan = before
        history.removeLast()
        isEpochOpen = true
        throw error
      }
      return zip(Self.lossNames, means).map { ($0, Double($1)) }
    }
    return roundsDone == loop.stepCount && !isEpochOpen
  }

  private mutating func setRates(at round: Int) {
    let adversarial = round - plan.pretrainingRounds
    let now =
      adversarial < 0
      ? [plan.temperature, 0, plan.pretrainingRate]
      : [
        plan.temperatureSchedule(adversarial), plan.discriminatorRateSchedule(adversarial),
        plan.generatorRateSchedule(adversarial),
      ]
    if now == rates { return }
    rates = now
    gan.set(temperature: now[0], discriminatorRate: now[1], generatorRate: now[2])
  }

  /// Puts back what a checkpoint keeps beside the tensors.
  public mutating func restore(roundsDone: Int, history: [[Float]], isEpochOpen: Bool = false) {
    self.roundsDone = roundsDone
    self.history = history
    self.isEpochOpen = isEpochOpen
    rates = []
  }
}

extension TextSet {
  /// All strings as tokens, padded with the end: int32 [strings, length]. Traps unless the longest
  /// has fewer symbols.
  public func padded(to length: Int) -> Tensor {
    require(longest < length, "TextSet.padded: \(longest) symbols and an end, found \(length)")
    var tokens = [Int32](repeating: TextVocabulary.end, count: count * length)
    for row in 0..<count {
      for (column, token) in self[row].enumerated() { tokens[row * length + column] = token }
    }
    return Tensor(int32: tokens, shape: [count, length])
  }
}
