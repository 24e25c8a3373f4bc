import Gumbel

/// A network of texts being trained, by either objective.
enum TextTraining: TensorGroup {
  case likelihood(ModelTraining<TextModel>)
  case adversarial(TextGANTraining)

  mutating func visit(_ visitor: inout some TensorVisitor) {
    switch self {
    case .likelihood(var training):
      training.visit(&visitor)
      self = .likelihood(training)
    case .adversarial(var training):
      training.visit(&visitor)
      self = .adversarial(training)
    }
  }

  /// The network as it now is.
  var model: TextModel {
    switch self {
    case .likelihood(let training): training.model
    case .adversarial(let training): training.gan.learned.model
    }
  }

  /// The steps, or rounds, so far.
  var stepsDone: Int {
    switch self {
    case .likelihood(let training): training.stepsDone
    case .adversarial(let training): training.roundsDone
    }
  }

  /// The losses of every epoch: what the network minimises, and what its discriminator does.
  var history: [[Float]] {
    switch self {
    case .likelihood(let training): training.history
    case .adversarial(let training): training.history
    }
  }

  mutating func restore(stepsDone: Int, history: [[Float]]) {
    switch self {
    case .likelihood(var training):
      training.restore(stepsDone: stepsDone, history: history)
      self = .likelihood(training)
    case .adversarial(var training):
      training.restore(roundsDone: stepsDone, history: history)
      self = .adversarial(training)
    }
  }

  /// Trains to the end of the plan; false if it was stopped before.
  mutating func run(
    on strings: TextSet, batches: inout TextBatches, loop: TrainingLoop,
    save: (TextTraining) throws -> Void, endOfEpoch: (TextTraining) throws -> Void
  ) throws -> Bool {
    switch self {
    case .likelihood(var training):
      defer { self = .likelihood(training) }
      return try training.run(
        on: { batches.batch($0) }, loop: loop, save: { try save(.likelihood($0)) },
        endOfEpoch: { try endOfEpoch(.likelihood($0)) })
    case .adversarial(var training):
      defer { self = .adversarial(training) }
      return try training.run(
        on: strings.padded(to: training.plan.settings.length), loop: loop,
        save: { try save(.adversarial($0)) }, endOfEpoch: { try endOfEpoch(.adversarial($0)) })
    }
  }
}
