import Gumbel

/// A network of texts being trained, by either objective.
struct TextTraining: TensorGroup {
  // One of them. They are changed where they are: a copy would keep the tensors of its moment alive
  // through the whole training.
  private var likelihood: ModelTraining<TextModel>?
  private var adversarial: TextGANTraining?

  init(_ likelihood: ModelTraining<TextModel>) { self.likelihood = likelihood }

  init(_ adversarial: TextGANTraining) { self.adversarial = adversarial }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    likelihood?.visit(&visitor)
    adversarial?.visit(&visitor)
  }

  /// The network as it now is.
  var model: TextModel { likelihood?.model ?? adversarial!.gan.learned.model }

  /// The steps, or rounds, so far.
  var stepsDone: Int { likelihood?.stepsDone ?? adversarial!.roundsDone }

  /// Whether what is to be measured after the last step was abandoned.
  var isEpochOpen: Bool { likelihood?.isEpochOpen ?? adversarial!.isEpochOpen }

  /// The losses of every epoch: what the network minimises, and what its discriminator does.
  var history: [[Float]] { likelihood?.history ?? adversarial!.history }

  mutating func restore(stepsDone: Int, history: [[Float]], isEpochOpen: Bool) {
    likelihood?.restore(stepsDone: stepsDone, history: history, isEpochOpen: isEpochOpen)
    adversarial?.restore(roundsDone: stepsDone, history: history, isEpochOpen: isEpochOpen)
  }

  /// Trains to the end of the plan; false if it was stopped before.
  mutating func run(
    on strings: TextSet, batches: inout TextBatches, loop: TrainingLoop,
    save: (TextTraining) throws -> Void, endOfEpoch: (TextTraining) throws -> Void
  ) throws -> Bool {
    if let settings = adversarial?.plan.settings {
      return try adversarial!.run(
        on: strings.padded(to: settings.length), loop: loop,
        save: { try save(TextTraining($0)) }, endOfEpoch: { try endOfEpoch(TextTraining($0)) })
    }
    return try likelihood!.run(
      on: { batches.batch($0) }, loop: loop, save: { try save(TextTraining($0)) },
      endOfEpoch: { try endOfEpoch(TextTraining($0)) })
  }
}
