import SwiftGumbel

/// A run of `gumbel text train`: trains, measures after every epoch, logs and saves.
final class TextTrainer: GroupedTrainer {
  typealias Command = TextTrainCommand
  let run: TextRun
  private let data: TextData
  private let training: Course
  private let key: RandomKey
  /// What generated strings are compared with after an epoch.
  private let reference: [String]
  /// The test strings that are measured after an epoch.
  private let epochTest: TextSet
  /// The strings held out, likewise.
  private let heldOut: TextSet?

  private static let examples = 8

  /// A training by either objective.
  private struct Course {
    let model: () -> TextModel
    let stepsDone: () -> Int
    let stopping: () -> EarlyStopping?
    let hasEndedEarly, isTimeOver: () -> Bool
    let epochs: () -> [TextEpoch]
    let seconds: () -> Double
    /// Trains, given how often to save, until when, what observes, and what measures a network after a
    /// step with such losses.
    let train:
      (
        Duration, ContinuousClock.Instant?, TrainingView,
        (TextModel, Int, [Float]) throws -> TextMeasurement
      ) throws -> Bool

    init<Subject: Trainable>(
      _ run: Run<Subject, TextMeasurement>, _ validation: RunValidation?,
      model: @escaping (Subject) -> TextModel,
      on batch: @escaping (Int) throws -> Subject.Batch?
    ) throws {
      if let validation {
        try run.keepBest(validation.stopping) {
          $0.validationNegativeLogLikelihood?.wrappedValue ?? .nan
        }
      }
      self.model = { model((run.best ?? run.training).subject) }
      stopping = { run.stopping }
      hasEndedEarly = { run.hasEndedEarly }
      isTimeOver = { run.isTimeOver }
      stepsDone = { run.training.stepsDone }
      epochs = { run.epochs }
      seconds = { run.seconds }
      train = { interval, deadline, view, measure in
        (run.saveInterval, run.observers) = (interval, view.observers)
        (run.deadline, run.showsWeights) = (deadline, view.showsWeights)
        return try run.train(on: batch) { training in
          try measure(model(training.subject), training.stepsDone, training.history.last!)
        } attachments: { _, measured in
          let examples = measured.examples.map { "    " + $0.replacing("\n", with: "\n    ") }
          return Attachments(texts: [("generated", examples.joined(separator: "\n"))])
        }
      }
    }
  }

  /// Begins a run, or takes it up where its directory has it.
  ///
  /// - Parameters:
  ///   - directory: takes the directory, once it is known that the run can be made.
  ///   - epochs: how many were asked for.
  ///   - wanted: the run that the options ask for, with so many epochs.
  init(
    data: TextData, directory: () throws -> RunDirectory?, epochs: Int?,
    _ wanted: (Int?) throws -> TextRun
  ) throws {
    try wanted(epochs).checkMemory()
    let directory = try directory()
    let run = try TextRun.begun(in: directory, epochs: epochs, wanted)
    self.run = run
    self.data = data
    key = RandomKey(run.seed)
    let (train, test) = (data.split.train, data.split.test)
    switch run.plan {
    case .likelihood(let plan):
      var batches = TextBatches(train, batchSize: run.batchSize, key: key.folding(in: "batches"))
      training = try Course(
        run.open(in: directory) { try run.makeTraining(plan) }, run.validation, model: \.model,
        on: { batches.batch($0) })
    case .adversarial(let settings, let plan):
      let strings = train.padded(to: settings.length)
      training = try Course(
        run.open(in: directory) { try run.makeTraining(settings, plan) }, run.validation,
        model: \.learned.model, on: { _ in strings })
    }
    let most = TextMeasurement.reference
    epochTest = test.count > most ? test.subset(0..<most) : test
    heldOut = data.validation.map { $0.count > most ? $0.subset(0..<most) : $0 }
    reference = epochTest.strings
  }

  var stepsDone: Int { training.stepsDone() }

  func train(
    _ view: TrainingView, savingEvery interval: Duration, until deadline: ContinuousClock.Instant?
  ) throws -> Bool {
    try training.train(interval, deadline, view) { model, step, losses in
      let measured = try self.measure(model, step: step, losses)
      view.note(measured.line(epoch: step / self.run.stepsPerEpoch, of: self.run.epochs))
      return measured
    }
  }

  /// Measures after an epoch; abandoned when a stop is asked for.
  private func measure(_ model: TextModel, step: Int, _ losses: [Float]) throws -> TextMeasurement {
    let likelihood = try model.likelihood(of: epochTest) { _ in try Interruption.check() }
    let validation = try heldOut.map {
      try model.likelihood(of: $0) { _ in try Interruption.check() }
    }
    let strings = try generate(
      TextMeasurement.samples, model, sampling: .usual, key: sampleKey.folding(in: step))
    let measures = try TextMeasures.measure(
      generated: strings, training: [], reference: reference, grammar: data.grammar,
      maximumLength: run.texts.maximumLength, check: { try Interruption.check() })
    return TextMeasurement(
      learningRate: run.plan.learningRate(step - 1), loss: Double(losses[0]),
      discriminatorLoss: losses.count > 1 ? Measured(wrappedValue: Double(losses[1])) : nil,
      negativeLogLikelihood: likelihood.natsPerString,
      bitsPerCharacter: likelihood.bitsPerCharacter,
      validationNegativeLogLikelihood: validation.map { Measured(wrappedValue: $0.natsPerString) },
      validity: measures.validity.map(Measured.init),
      unique: measures.unique, lengthTotalVariation: measures.lengthTotalVariation,
      bleu4: measures.bleu[4] ?? 0, selfBleu4: measures.selfBleu[4] ?? 0,
      examples: Array(strings.prefix(Self.examples)))
  }

  private var sampleKey: RandomKey { key.folding(in: "samples") }

  private func generate(
    _ count: Int, _ model: TextModel, vocabulary: TextVocabulary? = nil, sampling: TokenSampling,
    key: RandomKey
  ) throws -> [String] {
    try TextGenerator(
      model, maximumLength: run.texts.maximumLength, sampling: sampling, key: key,
      check: { try Interruption.check() }
    ).strings(count: count, vocabulary: vocabulary ?? run.vocabulary)
  }

  // MARK: - Results

  static let validationMeasure = (name: "validation nats a string", moreIsBetter: false)

  var seconds: Double { training.seconds() }
  var parameters: Int { training.model().elementCount }
  var isTimeOver: Bool { training.isTimeOver() }
  var validationCurve: [Double] {
    training.epochs().map { $0.validationNegativeLogLikelihood?.wrappedValue ?? .nan }
  }

  var validation: ValidationResult? {
    ValidationResult(
      run.validation, training.stopping(), value: { $0 }, endedEarly: training.hasEndedEarly())
  }

  func finalMeasures(_ command: TextTrainCommand) throws -> [GroupResult.Measure]? {
    try evaluate(samples: command.samples, quiet: true).map { found in
      let all: [(String, Double?)] = [
        ("test nats a string", found.likelihood.natsPerString),
        ("test bits a character", found.likelihood.bitsPerCharacter),
        ("valid strings", found.measures.validity), ("different strings", found.measures.unique),
        ("BLEU-4", found.measures.bleu[4]), ("self-BLEU-4", found.measures.selfBleu[4]),
      ]
      return all.compactMap { name, value in
        value.map { GroupResult.Measure(name: name, value: $0) }
      }
    }
  }

  /// Measures the network as it now is; nil if that was stopped.
  func evaluate(samples: Int, quiet: Bool) throws -> TextEvaluation? {
    try TextEvaluation.measure(
      training.model(), run, data, sampling: .usual, samples: samples, key: RandomKey(0),
      quiet: quiet)
  }

  /// Quality and diversity at some temperatures; nil if that was stopped.
  func temperatures() throws -> [TextTemperature]? {
    try temperatures(of: training.model(), run.vocabulary)
  }

  /// The same of another network, whose strings are compared with this run's data.
  func temperatures(
    of model: TextModel, _ vocabulary: TextVocabulary
  ) throws -> [TextTemperature]? {
    do {
      return try TextTemperature.temperatures.map { temperature in
        let strings = try generate(
          TextMeasurement.samples, model, vocabulary: vocabulary,
          sampling: TokenSampling(temperature: temperature), key: sampleKey)
        return TextTemperature(
          temperature: temperature,
          try .measure(
            generated: strings, training: [], reference: reference, grammar: data.grammar,
            maximumLength: run.texts.maximumLength, check: { try Interruption.check() }),
          examples: Array(strings.prefix(Self.examples)))
      }
    } catch is Interruption.Abandoned {
      return nil
    }
  }

  func result(_ evaluation: TextEvaluation?, _ temperatures: [TextTemperature]?)
    -> TextTrainResult
  {
    TextTrainResult(
      epochs: training.epochs().count, steps: stepsDone, trainingSeconds: training.seconds(),
      parameters: training.model().elementCount, seed: run.seed,
      settings: run.settingsByName,
      trainingStrings: run.data.trainCount, leftOut: run.texts.leftOut, validation: validation,
      test: evaluation,
      history: training.epochs(), temperatures: temperatures)
  }
}

extension TokenSampling {
  /// A model's own probabilities.
  static var usual: TokenSampling {
    do { return try TokenSampling() } catch { fatalError("\(error)") }
  }
}
