import Gumbel

/// A run of `gumbel text train`: trains, measures after every epoch, logs and saves.
final class TextTrainer {
  let run: TextRun
  private let data: TextData
  private(set) var training: TextTraining
  private(set) var epochs: [TextEpoch] = []
  private var batches: TextBatches
  private let directory: RunDirectory?
  private let log: MetricsLog
  private let key: RandomKey
  /// What generated strings are compared with after an epoch.
  private let reference: [String]
  /// The test strings that are measured after an epoch.
  private let epochTest: TextSet

  /// After an epoch, so many strings are generated, and so many compared with.
  /// What is measured after an epoch: strings generated, and test strings at most.
  static let epochSamples = 512
  static let epochReference = 2000
  private static let examples = 8

  private var progress: ProgressBar?

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
    let start = try RunStart(in: directory, epochs: epochs, wanted)
    run = start.run
    training = start.training
    log = start.log
    key = RandomKey(run.seed)
    if let position = start.position {
      if let directory, position.lastMeasuredStep >= run.stepsPerEpoch {
        self.epochs = try TextEpochFile(directory: directory.path)
          .read(upTo: position.lastMeasuredStep)
      }
      training.restore(
        stepsDone: position.step, history: self.epochs.map(\.losses),
        isEpochOpen: position.isEpochOpen)
    }
    self.directory = directory
    self.data = data
    let (train, test) = (data.split.train, data.split.test)
    batches = TextBatches(train, batchSize: run.batchSize, key: key.folding(in: "batches"))
    epochTest = test.count > Self.epochReference ? test.subset(0..<Self.epochReference) : test
    reference = epochTest.strings
  }

  var seconds: Double { log.seconds }

  /// Trains to the end of the plan; false if it was stopped before.
  func train(showingProgress: Bool, savingEvery interval: Duration) throws -> Bool {
    let loop = run.loop(savingEvery: interval, showing: showingProgress ? "strings" : nil)
    progress = loop.progress
    return try training.run(
      on: data.split.train, batches: &batches, loop: loop,
      save: {
        try self.directory?.save($0, step: $0.stepsDone, isEpochOpen: $0.isEpochOpen)
      },
      endOfEpoch: { try self.measure($0) })
  }

  /// Measures after an epoch, and logs it with examples; abandoned when a stop is asked for.
  private func measure(_ training: TextTraining) throws {
    let (step, model) = (training.stepsDone, training.model)
    let losses = training.history[training.history.count - 1]
    let likelihood = try model.likelihood(of: epochTest) { _ in try Interruption.check() }
    let strings = try generate(
      Self.epochSamples, model, sampling: .usual, key: sampleKey.folding(in: step))
    let measures = try TextMeasures.measure(
      generated: strings, training: [], reference: reference, grammar: data.grammar,
      maximumLength: run.texts.maximumLength, check: { try Interruption.check() })
    let epoch = TextEpoch(
      epoch: step / run.stepsPerEpoch, steps: step, learningRate: run.plan.learningRate(step - 1),
      loss: Double(losses[0]), discriminatorLoss: losses.count > 1 ? Double(losses[1]) : nil,
      negativeLogLikelihood: likelihood.natsPerString,
      bitsPerCharacter: likelihood.bitsPerCharacter, validity: measures.validity,
      unique: measures.unique, lengthTotalVariation: measures.lengthTotalVariation,
      bleu4: measures.bleu[4] ?? 0, selfBleu4: measures.selfBleu[4] ?? 0,
      examples: Array(strings.prefix(Self.examples)))
    epochs.append(epoch)
    progress?.note(epoch.line(of: run.epochs))
    guard let directory else { return }
    try log.write(step: step, epoch: epoch.epoch, epoch.values)
    let examples = epoch.examples.map { "    " + $0.replacing("\n", with: "\n    ") }
    try log.write(text: examples.joined(separator: "\n"), named: "generated", step: step)
    try TextEpochFile(directory: directory.path).write(epochs)
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

  /// Measures the network as it now is; nil if that was stopped.
  func evaluate(samples: Int, quiet: Bool) throws -> TextEvaluation? {
    try TextEvaluation.measure(
      training.model, run, data, sampling: .usual, samples: samples, key: RandomKey(0),
      quiet: quiet)
  }

  /// Quality and diversity at some temperatures; nil if that was stopped.
  func temperatures() throws -> [TextTemperature]? {
    try temperatures(of: training.model, run.vocabulary)
  }

  /// The same of another network, whose strings are compared with this run's data.
  func temperatures(
    of model: TextModel, _ vocabulary: TextVocabulary
  ) throws -> [TextTemperature]? {
    do {
      return try TextTemperature.temperatures.map { temperature in
        let strings = try generate(
          Self.epochSamples, model, vocabulary: vocabulary,
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
      epochs: epochs.count, steps: training.stepsDone, trainingSeconds: seconds,
      parameters: training.model.elementCount, seed: run.seed,
      settings: run.settingsByName,
      trainingStrings: run.data.trainCount, leftOut: run.texts.leftOut, test: evaluation,
      history: epochs, temperatures: temperatures)
  }
}

extension TokenSampling {
  /// A model's own probabilities.
  static var usual: TokenSampling {
    do { return try TokenSampling() } catch { fatalError("\(error)") }
  }
}
