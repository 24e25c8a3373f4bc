import GumbelCLibrary
import SwiftGumbel

/// What a run of a command that trains was asked for: the `settings.json` of its directory.
///
/// What it has of its own is found in it as if it were stored there, and in the file too.
@dynamicMemberLookup
protocol RunDescription: Codable {
  associatedtype Content: RunContent

  /// The command, such as `gumbel vae train`.
  static var trainer: String { get }
  /// What the file says that it is, with a number that grows when older files cannot be read.
  static var currentFormat: String { get }

  var course: RunCourse { get set }
  var content: Content { get set }
  init(course: RunCourse, content: Content)
  /// What the data are called.
  var dataName: String { get }
  /// Where they are, from the root; nil where that is not known or they need no place.
  var dataPath: String? { get set }
  /// What is decisive, as text.
  var fields: [RunField] { get }
  /// What changes over the epochs that the run was begun with.
  var changing: [String] { get }

  /// Whether all is the same that `fields` may say in too few words.
  func hasPlan(of other: Self) -> Bool
  /// What the training takes.
  var size: NetworkSize { get }
  /// The options that make it smaller.
  var sizeOptions: String { get }
}

/// What the runs of one command have of their own: data, network and plan.
protocol RunContent: Codable {
  associatedtype Plan: TrainingPlan
  var plan: Plan { get set }
}

/// Something that a run has, and that a run which goes on with it has to have too.
struct RunField {
  /// As messages have it: an option, or words that the value follows.
  let name: String
  /// As tables have it.
  let title: String
  let value: String

  init(_ name: String, _ value: String, title: String? = nil) {
    self.name = name
    self.title = title ?? name.trimmingPrefix("--").description
    self.value = value
  }
}

extension RunDescription {
  /// A run that this process begins.
  ///
  /// - Parameter shards: of a batch. They are written into the command, which is to give the same in any
  ///   number of processes.
  init(
    _ content: Content, batchSize: Int, shards: Int = 1, seed: UInt64,
    validation: RunValidation? = nil
  ) {
    let command = ResumedCommand.beginning
    self.init(
      course: RunCourse(
        format: Self.currentFormat, batchSize: batchSize, seed: seed,
        shards: shards == 1 ? nil : shards,
        command: shards == 1 ? command : command.replacing(option: "--shards", with: "\(shards)"),
        validation: validation),
      content: content)
  }

  init(from decoder: any Decoder) throws {
    let content = try Content(from: decoder)
    self.init(course: try RunCourse(from: decoder), content: content)
  }

  func encode(to encoder: any Encoder) throws {
    try course.encode(to: encoder)
    try content.encode(to: encoder)
  }

  init(json: String, path: String) throws {
    let expected = "the settings of a run of \(Self.trainer)"
    guard let found = try? JSON.value(Format.self, from: json) else {
      throw CommandFailure("\(path): expected \(expected)")
    }
    guard found.format == Self.currentFormat else {
      throw CommandFailure(
        "\(path): found the format \(quoted(found.format)), expected \"\(Self.currentFormat)\"; go on "
          + "with the version that began the run, or begin it anew with --overwrite")
    }
    self = try JSON.value(Self.self, from: json, path: path, expected: expected)
  }

  subscript<Part>(dynamicMember part: KeyPath<Content, Part>) -> Part { content[keyPath: part] }

  var plan: Content.Plan {
    get { content.plan }
    set { content.plan = newValue }
  }
  var seed: UInt64 { course.seed }
  var batchSize: Int { course.batchSize }
  /// The number of parts that a batch is cut into.
  var shards: Int { course.shards ?? 1 }
  /// What it chooses by; nil for the last epoch.
  var validation: RunValidation? { course.validation }
  /// The words that call the command, after `gumbel`.
  static var trainerWords: [String] {
    trainer.split(separator: " ").dropFirst().map(String.init)
  }
  /// How the run was begun.
  var command: [String] { course.command }
  var epochs: Int { plan.epochs }
  /// The epochs that the run was begun with: its rates change over these alone.
  var begunEpochs: Int { course.begun ?? plan.epochs }
  var stepsPerEpoch: Int { plan.stepsPerEpoch }
  /// The number of steps in all.
  var steps: Int { epochs * stepsPerEpoch }

  /// Gives the run more epochs than it was begun with.
  mutating func prolong(to epochs: Int) {
    guard epochs != plan.epochs else { return }
    course.prolong(from: plan.epochs, to: epochs)
    plan.epochs = epochs
  }

  /// This run, which a directory holds, as it goes on.
  ///
  /// - Parameters:
  ///   - epochs: how many it is to have; nil for as many as it has.
  ///   - wanted: the run that the options ask for, with so many epochs.
  /// - Throws: Where that is another run.
  func goingOn(
    to epochs: Int?, as wanted: (Int) throws -> Self, path: String
  ) throws -> Self {
    var other = try wanted(begunEpochs)
    other.prolong(to: self.epochs)
    if let difference = other.difference(from: self) {
      throw CommandFailure(
        "\(path): the run has \(difference); expected the same data and options to go on")
    }
    var same = self
    // The data may have been moved.
    if let path = other.dataPath { same.dataPath = path }
    guard let epochs, epochs != self.epochs else { return same }
    guard epochs > self.epochs else {
      throw CommandFailure(
        "\(path): the run has --epochs \(self.epochs), found \(epochs); expected as many, or more")
    }
    _ = try OptionChecks.steps(epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    // Nothing of it is done.
    if begunEpochs == 0 { return try wanted(epochs) }
    same.prolong(to: epochs)
    return same
  }

  /// Says what more epochs than the run was begun with mean; nil where they mean nothing more.
  var prolongation: String? {
    guard epochs > begunEpochs, begunEpochs > 0, !changing.isEmpty else { return nil }
    let names = changing.joined(separator: " and ")
    return "the run was begun with \(begunEpochs) epochs: over these \(names) changed as planned, "
      + "and up to epoch \(epochs) the last value holds"
  }

  /// Where another run is not this one.
  private func difference(from other: Self) -> String? {
    for (mine, theirs) in zip(fields, other.fields) where mine.value != theirs.value {
      return "\(theirs.name) \(theirs.value), found \(mine.value)"
    }
    let (mine, theirs) = (validation?.text ?? "none", other.validation?.text ?? "none")
    if mine != theirs { return "a part held out that is \(theirs), found \(mine)" }
    if shards != other.shards { return "--shards \(other.shards), found \(shards)" }
    return hasPlan(of: other) ? nil : "another plan"
  }

  // MARK: - Reading

  /// The settings in a run's directory.
  static func read(_ directory: String) throws -> Self {
    let path = directory + "/settings.json"
    guard access(path, F_OK) == 0 else {
      if GroupDirectory.holdsGroup(directory) {
        throw CommandFailure(
          "\(directory): holds several runs; expected one of them, such as \(directory)/best")
      }
      throw CommandFailure(
        "\(directory): holds no run that can be read; expected the directory that \(Self.trainer) "
          + "--checkpoint wrote")
    }
    return try Self(json: RunDirectory.settings(in: directory), path: path)
  }

  /// A training as a run's directory holds it, also while it is going on: after its best epoch, where
  /// it keeps this.
  ///
  /// - Parameter make: makes one of which nothing is done yet.
  func restored<Training: TensorGroup>(
    from directory: String, _ make: () throws -> Training
  ) throws -> Training {
    if let memoryProblem { throw CommandFailure("\(directory): \(memoryProblem)") }
    var training = try make()
    let best = directory + "/best.safetensors"
    let hasBest = validation != nil && access(best, F_OK) == 0
    _ = try RunDirectory.restore(
      &training, from: hasBest ? best : directory + "/checkpoint.safetensors")
    return training
  }

  /// Why this machine cannot train the network; nil where it can.
  var memoryProblem: String? { MachineMemory.problem(of: size, options: sizeOptions) }

  /// Throws where the options ask for more than this machine has.
  func checkMemory() throws { try OptionChecks.memory(for: size, sizeOptions) }

  // MARK: - Beginning and going on

  /// The run that a directory holds, or else the one that is wanted, with its settings in the directory.
  ///
  /// - Parameters:
  ///   - epochs: how many were asked for.
  ///   - wanted: the run that the options ask for, with so many epochs; nil for their default.
  /// - Throws: Where the directory holds another run than the one that is wanted; in a process that is
  ///   not the first, where that one's run is another.
  static func begun(
    in directory: RunDirectory?, epochs: Int?, _ wanted: (Int?) throws -> Self
  ) throws -> Self {
    var own: Self?
    let text = try Processes.fromFirst {
      own = try begunHere(in: directory, epochs: epochs, wanted)
      return Processes.group.count == 1 ? nil : try JSON.text(of: own!)
    }
    if let own { return own }
    guard let text else { return try wanted(epochs) }
    let first = try Self(json: text, path: "the run of process 0")
    return try first.goingOn(to: nil, as: wanted, path: "process 0")
  }

  private static func begunHere(
    in directory: RunDirectory?, epochs: Int?, _ wanted: (Int?) throws -> Self
  ) throws -> Self {
    guard let directory, let text = try directory.settings() else {
      let run = try wanted(epochs)
      try run.checkMemory()
      try directory?.writeSettings(JSON.indentedText(of: run))
      return run
    }
    let earlier = try Self(json: text, path: directory.settingsPath)
    let run = try earlier.goingOn(to: epochs, as: wanted, path: directory.path)
    if let problem = run.memoryProblem { throw CommandFailure("\(directory.path): \(problem)") }
    if run.epochs > earlier.epochs || run.dataPath != earlier.dataPath {
      try directory.writeSettings(JSON.indentedText(of: run))
    }
    return run
  }

  /// The run's training as its directory has it, or as it begins.
  ///
  /// - Parameter make: makes a training of which nothing is done yet.
  func open<Subject: Trainable, Measured: Codable>(
    in directory: RunDirectory?, _ make: () throws -> Training<Subject>
  ) throws -> Run<Subject, Measured> {
    if let directory, GroupContext.arguments == nil {
      LastWords.keep("the run in \(directory.path)", in: directory.checkpointPath)
    }
    directory?.hyperparameters = Hyperparameters(
      settingsTable.map { name, value in
        (name, Double(value).map { .number($0) } ?? .text(value))
      }, group: GroupContext.setting)
    var training = try make()
    do {
      try training.share(by: DataParallelism(shards: shards, among: Processes.group))
    } catch {
      throw CommandFailure("\(directory?.path ?? Self.trainer): \(error)")
    }
    let run = try Run<Subject, Measured>(training, in: directory)
    if let prolongation, directory != nil { GroupContext.sayOnce("gumbel: " + prolongation) }
    if let directory, run.lostEpochs > 0 {
      StandardError.print(
        "gumbel: \(directory.metricsPath): has the measurements of \(run.epochs.count) of "
          + "\(run.epochs.count + run.lostEpochs) epochs; the run goes on without the others")
    }
    return run
  }

  /// What shows how far the run is; nil to show nothing.
  ///
  /// - Parameters:
  ///   - unit: what a step works through, to show how many a second.
  ///   - batches: of so many batches in a step.
  func progressBar(_ isShown: Bool, _ unit: String, batches: Int = 1) -> ProgressBar? {
    isShown ? ProgressBar(title: "training", unit: unit, itemsPerStep: batchSize * batches) : nil
  }

  // MARK: - Reports

  /// What reports say of the run.
  var settingsTable: [(name: String, value: String)] {
    [("data", dataName)] + fields.map { (name: $0.title, value: $0.value) }
      + (validation?.fields ?? []).map { (name: $0.title, value: $0.value) }
      + (shards > 1 ? [("shards", "\(shards)")] : [])
  }

  /// The same for JSON.
  var settingsByName: [String: String] {
    Dictionary(uniqueKeysWithValues: settingsTable.map { ($0.name, $0.value) })
  }

  /// What reports end with, as HTML.
  var settingsSections: String {
    """
    <h2>Settings</h2>
    \(HTMLPage.settings(settingsTable))
    <h2>Again</h2>
    <p>The same command gives the same bits on a machine of the same kind:</p>
    \(HTMLPage.command(commandLine))
    """
  }

  /// As a shell takes it.
  var commandLine: String { ShellWords.line(["gumbel"] + command) }
}

/// What every file of settings begins with, so far as reading is concerned.
private struct Format: Decodable { let format: String }
