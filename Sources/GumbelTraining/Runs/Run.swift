import GumbelFiles
import GumbelMPI
import GumbelTensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

// Snippet: var batches = ImageBatches(train, batchSize: 100, key: key)
/// A training that may be stopped or killed at any moment and goes on to the same bits, with all that it
/// measures: what a directory holds.
///
/// ```swift
/// Interruption.handleSignals()
/// let run = try Run<Descent<Digits, Adam>, [String: Float]>(in: "runs/digits", settings: settings) {
///   Training(Descent(Digits($0), plan: $0.plan), key: RandomKey($0.seed))
/// }
/// run.observers.append(ProgressBar(title: "digits"))
/// let isDone = try run.train(on: { batches.batch($0) }) { training in
///   ["test/accuracy": training.model.accuracy(on: test)]
/// }
/// ```
///
/// After every epoch the means of the terms, as `train/loss` and so on, and what was measured are one
/// line of `metrics.jsonl` and go to TensorBoard. Started again, the program goes on where its run was
/// last saved. See ``RunDirectory`` for the files.
public final class Run<Subject: Trainable, Measured: Codable> {
  /// Where the run is kept; nil where it is not.
  public let directory: RunDirectory?
  /// The training as it now is.
  public private(set) var training: Training<Subject>
  /// The epochs measured so far, as far as they were kept.
  public private(set) var epochs: [MeasuredEpoch<Measured>] = []
  /// What is told how the run goes, beside its logs.
  public var observers: [any TrainingObserver] = []
  /// The run is saved after a step when this has passed since it was last saved, and at its end.
  public var saveInterval: Duration = .seconds(60)
  /// Whether the run is saved after every epoch too, however short that was.
  public var savesEveryEpoch = true
  /// How many steps one call of a device trains; nil for what ``TrainingLoop/stepsPerLaunch`` says.
  public var stepsPerLaunch: Int?
  /// Whether TensorBoard is shown where the weights lie after each epoch: all tensors of the subject
  /// whose names begin with `model`.
  public var showsWeights = false
  /// When `train(on:compiled:measure:attachments:)` saves the run and returns, after whatever step is
  /// under way; nil for never.
  public var deadline: ContinuousClock.Instant?
  /// Which epoch was the best, and whether the run is over; nil without ``keepBest(_:by:)``.
  public private(set) var stopping: EarlyStopping?
  /// The training as it was after its best epoch; nil without ``keepBest(_:by:)``, and before there is
  /// one.
  public private(set) var best: Training<Subject>?

  private var value: (Measured) -> Double = { _ in .nan }
  private let logs: [any MetricsLog]
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private let earlierSeconds: Double

  /// Takes up the run that a directory holds, or begins one.
  ///
  /// - Parameters:
  ///   - path: of the directory.
  ///   - start: what to do about a run that is there; by default to go on with it.
  ///   - settings: all that decides what the run becomes. They are kept as JSON.
  ///   - makeTraining: makes a training of which nothing is done yet.
  /// - Throws: ``RunError`` where the directory holds a run with other settings, or is in use; what
  ///   reading and `makeTraining` throw. Where processes share the training (``Training/share(by:)``),
  ///   the first one alone takes the directory, and the others get from it what it has read.
  public convenience init<Settings: Codable & Equatable>(
    in path: String, _ start: RunDirectory.Start = .resumeIfPresent, settings: Settings,
    makeTraining: (Settings) throws -> Training<Subject>
  ) throws {
    let training = try makeTraining(settings)
    guard training.parallelism.communicator.rank == 0 else {
      try self.init(training, in: nil)
      return
    }
    let directory = try RunDirectory(path, start)
    if let text = try directory.settings() {
      guard let earlier = try? JSONCoding.decode(Settings.self, from: text.utf8),
        earlier == settings
      else {
        throw RunError(
          path: directory.settingsPath,
          problem:
            "has other settings than this run; expected \(try JSONTree(encoding: settings).line)")
      }
    } else {
      try directory.writeSettings(JSONTree(encoding: settings).line)
    }
    directory.hyperparameters = try? Hyperparameters(of: settings)
    try self.init(training, in: directory)
  }

  /// Takes up the run that a directory holds, or begins one whose settings are written already.
  ///
  /// - Parameters:
  ///   - training: one of which nothing is done yet.
  ///   - directory: nil where nothing is to be kept, and in processes other than the first one of those
  ///     that share the training.
  /// - Throws: ``CheckpointError`` or ``RunError`` where the directory does not hold such a training.
  public init(_ training: Training<Subject>, in directory: RunDirectory?) throws {
    self.directory = directory
    var training = training
    let position = try directory?.restore(&training)
    if let directory, let position {
      try Self.check(position, of: training.plan, path: directory.checkpointPath)
    }
    logs = try directory?.openLogs(at: position) ?? []
    if let directory, let position {
      let found = try JSONLinesLog.read(directory.metricsPath).compactMap { record in
        Self.epoch(record, stepsPerEpoch: training.plan.stepsPerEpoch)
      }
      epochs = found.map(\.epoch)
      training.restore(
        stepsDone: position.step, history: found.map(\.terms), isEpochOpen: position.isEpochOpen)
    }
    earlierSeconds = training.receiveState(seconds: position?.seconds ?? 0)
    self.training = training
    start = clock.now
    // There is no step after which it would be saved.
    if training.plan.stepCount == 0, position == nil { try directory?.save(training, step: 0) }
  }

  /// Seconds of training, those before the run went on included.
  public var seconds: Double { earlierSeconds + (clock.now - start) / .seconds(1) }

  /// The number of epochs of which nothing is kept, although they are done: where measurements were
  /// removed or changed.
  public var lostEpochs: Int {
    let done = training.stepsDone / training.plan.stepsPerEpoch - (training.isEpochOpen ? 1 : 0)
    return max(done - Set(epochs.map(\.epoch)).count, 0)
  }

  // MARK: - The best epoch

  /// Keeps the training as it is after its best epoch, also as `best.safetensors` in the directory, and
  /// ends the run where a rule says so.
  ///
  /// To be called before training. The rule notes the epochs that were measured before the run went on
  /// again, so that it says the same as if there had been no break.
  ///
  /// - Parameters:
  ///   - stopping: a rule that has seen nothing.
  ///   - value: what of a measurement is to be small.
  /// - Throws: ``CheckpointError`` where the best one cannot be read.
  public func keepBest(
    _ stopping: EarlyStopping, by value: @escaping (Measured) -> Double
  ) throws {
    var stopping = stopping
    for epoch in epochs { stopping.note(value(epoch.measured)) }
    (self.stopping, self.value) = (stopping, value)
    guard let directory, stopping.bestEpoch != nil,
      FileManager.default.fileExists(atPath: directory.bestPath)
    else { return }
    var training = training
    let position = try RunDirectory.restore(&training, from: directory.bestPath)
    // Where a process was killed between the two files, this one is of an epoch that comes again.
    training.restore(stepsDone: position.step, history: [], isEpochOpen: false)
    best = training
  }

  /// Gives all processes that share the training the best one of the first, to be called by all; nothing
  /// where one works alone.
  public func shareBest() throws {
    let communicator = training.parallelism.communicator
    if communicator.count == 1 { return }
    guard communicator.broadcast(communicator.rank == 0 ? [best == nil ? 0 : 1] : []) == [1] else {
      return
    }
    var shared = best ?? training
    _ = shared.receiveState(seconds: 0)
    best = shared
  }

  /// Whether the run ends before its last epoch, since it has stopped improving.
  public var hasEndedEarly: Bool {
    stopping?.isOver == true && training.stepsDone < training.plan.stepCount
  }

  /// Whether the time until ``deadline`` is over.
  public var isTimeOver: Bool { deadline.map { clock.now >= $0 } ?? false }

  /// Whether there is nothing left to train: all processes are told what the first one has measured.
  private var isOver: Bool {
    let own = stopping?.isOver == true && !training.isEpochOpen
    let communicator = training.parallelism.communicator
    if communicator.count == 1 { return own }
    return communicator.broadcast(communicator.rank == 0 ? [own ? 1 : 0] : []) == [1]
  }

  // MARK: - Training

  /// Trains until the plan is done, the batches end or a stop is asked for.
  ///
  /// - Parameters:
  ///   - batch: that of a step, a function of its number; nil where there are none left.
  ///   - compiled: whether to compile the step; the results are the same to the bit.
  ///   - measure: called after each epoch with the training as it then is. What takes long should call
  ///     ``Interruption/check()`` now and then: what it throws leaves the epoch open, and the run that
  ///     goes on measures it.
  ///   - attachments: pictures and texts of an epoch for TensorBoard.
  /// - Returns: whether the plan is done, or the run over by ``keepBest(_:by:)``.
  /// - Throws: ``TrainingError`` where something is not finite; what closures and observers throw.
  public func train(
    on batch: (Int) throws -> Subject.Batch?, compiled: Bool = true,
    measure: (Training<Subject>) throws -> Measured,
    attachments: (Training<Subject>, Measured) throws -> Attachments = { _, _ in Attachments() }
  ) throws -> Bool {
    if isOver { return true }
    return try ended(
      training.run(on: batch, loop: loop, compiled: compiled, save: save) {
        try finishEpoch($0, measure, attachments)
      })
  }

  /// Trains until the plan is done or a stop is asked for, on batches that are made of tensors: on a device
  /// by itself, many steps in a call.
  ///
  /// - Parameters:
  ///   - batches: what makes them.
  ///   - compiled: as where a closure gives the batches.
  ///   - measure: likewise.
  ///   - attachments: likewise.
  /// - Returns: whether the plan is done.
  /// - Throws: as there.
  public func train<Batches: TensorBatches>(
    on batches: Batches, compiled: Bool = true,
    measure: (Training<Subject>) throws -> Measured,
    attachments: (Training<Subject>, Measured) throws -> Attachments = { _, _ in Attachments() }
  ) throws -> Bool where Batches.Batch == Subject.Batch {
    if isOver { return true }
    return try ended(
      training.run(on: batches, loop: loop, compiled: compiled, save: save) {
        try finishEpoch($0, measure, attachments)
      })
  }

  private func ended(_ isDone: Bool) throws -> Bool {
    if isDone { for case let log as TensorBoardLog in logs { try log.endSession() } }
    return isDone
  }

  private var loop: TrainingLoop {
    let plan = training.plan
    var loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    loop.observers = logs + observers
    (loop.saveInterval, loop.savesEveryEpoch) = (saveInterval, savesEveryEpoch)
    loop.earlierSeconds = earlierSeconds
    loop.stepsPerLaunch = stepsPerLaunch
    if deadline != nil { loop.shouldStop = { Interruption.isRequested || self.isTimeOver } }
    loop.endsEarly = { self.stopping?.isOver == true }
    return loop
  }

  private func save(_ training: Training<Subject>) throws {
    try directory?.save(
      training, step: training.stepsDone, seconds: seconds, isEpochOpen: training.isEpochOpen)
  }

  private func finishEpoch(
    _ training: Training<Subject>, _ measure: (Training<Subject>) throws -> Measured,
    _ attachments: (Training<Subject>, Measured) throws -> Attachments
  ) throws -> Measurements {
    let measured = try measure(training)
    var found = try Measurements(of: measured)
    if directory != nil {
      found.attachments = try attachments(training, measured)
      if showsWeights {
        found.attachments.histograms += training.subject.namedTensors.filter {
          $0.name.hasPrefix("model") && $0.tensor.elementType == .float32
        }.map { ($0.name.replacing(".", with: "/"), $0.tensor.scalars) }
      }
    }
    if stopping?.note(value(measured)) == true {
      try directory?.saveBest(training, step: training.stepsDone, seconds: seconds)
      best = training
    }
    epochs.append(
      MeasuredEpoch(
        epoch: training.stepsDone / training.plan.stepsPerEpoch, steps: training.stepsDone,
        measured: measured))
    return found
  }

  // MARK: - Reading

  /// Throws where a checkpoint is of no step of such a training.
  private static func check(
    _ position: RunDirectory.Position, of plan: Subject.Plan, path: String
  ) throws(CheckpointError) {
    guard position.step <= plan.stepCount else {
      throw CheckpointError(
        path: path,
        problem: "is of step \(position.step); expected one of the run's \(plan.stepCount) steps")
    }
    guard !position.isEpochOpen || position.step > 0 && position.step % plan.stepsPerEpoch == 0
    else {
      throw CheckpointError(
        path: path,
        problem: "is of step \(position.step), which should end an epoch; expected a multiple of "
          + "\(plan.stepsPerEpoch)")
    }
  }

  /// An epoch and the means of its terms; nil where a record is of something else.
  private static func epoch(
    _ record: MetricsRecord, stepsPerEpoch: Int
  ) -> (epoch: MeasuredEpoch<Measured>, terms: [Float])? {
    let found = record.measurements
    guard let number = record.epoch, number * stepsPerEpoch == record.step,
      let measured = (try? found.decoded(as: Measured.self))
        ?? (try? found.decodedFlat(as: Measured.self, without: Subject.termNames))
    else { return nil }
    let values = Dictionary(record.values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    let terms = Subject.termNames.map { Float(values[Measurements.trainName($0)] ?? .nan) }
    return (MeasuredEpoch(epoch: number, steps: record.step, measured: measured), terms)
  }
}
