import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

/// Several trainings of a command side by side, each to the bits that it has alone.
struct RunGroup<Command: GroupedCommand> where Command.Trainer.Command == Command {
  private typealias Description = Command.Description

  /// The command for the group: where one goes on, that which began it with what was typed now.
  private let command: Command
  private let arguments: [String]
  private let directory: GroupDirectory
  private let members: [GroupMember]

  /// - Throws: Where the options of a member do not go together, before anything is done.
  init(_ typed: Command) throws {
    let directory = GroupDirectory(path: typed.keeping.checkpoint!)
    self.directory = directory
    let earlier = try Processes.fromFirst {
      typed.keeping.resume && GroupDirectory.holdsGroup(directory.path)
        ? try JSON.text(of: directory.description()) : nil
    }.map {
      try JSON.value(
        GroupDescription.self, from: $0, path: directory.descriptionPath, expected: "a group")
    }
    guard earlier.map({ $0.trainer == Description.trainer }) ?? true else {
      throw CommandFailure(
        "\(directory.path): holds runs of \(earlier!.trainer); expected those of "
          + Description.trainer)
    }
    var arguments = try ResumedCommand.merged(earlier?.command, of: Command.self)
    var command = try Self.parse(arguments)
    members = try Self.members(command, arguments)
    if typed.dataArgument == nil, let data = command.dataArgument,
      let begun = members.first(where: directory.hasBegun),
      let place = arguments.firstIndex(of: data)
    {
      let run = try Description.read(directory.path(of: begun))
      arguments[place] = try DataPath.ofRun(
        recorded: run.dataPath, typed: data, run: directory.path,
        command:
          "\(Description.trainer) \(Command.dataName) --checkpoint \(directory.path) --resume")
      command = try Self.parse(arguments)
    }
    (command.keeping, command.progress) = (typed.keeping, typed.progress)
    (self.arguments, self.command) = (arguments, command)
    guard let earlier else { return }
    let names = Set(members.map(\.name))
    let before = try Self.members(Self.parse(earlier.command), earlier.command)
    if let lost = before.first(where: { !names.contains($0.name) }) {
      throw ValidationError(
        "\(directory.path): has the run \(lost.name), which is not asked for; expected the same "
          + "--seeds and --sweep, or more")
    }
  }

  /// The command of arguments that begin with its name.
  private static func parse(_ arguments: [String]) throws -> Command {
    try Command.parse(Array(arguments.dropFirst(Description.trainerWords.count)))
  }

  private static func members(
    _ command: Command, _ arguments: [String]
  ) throws -> [GroupMember] {
    let sweeps = try command.group.sweeps()
    for sweep in sweeps {
      guard Command.sweepable.contains(sweep.option) else {
        throw ValidationError(
          "--sweep \(sweep.option)=…: expected one of " + Command.sweepable.joined(separator: ", "))
      }
      if ResumedCommand.has("--" + sweep.option, in: arguments) {
        throw ValidationError(
          "--sweep \(sweep.option)=… and --\(sweep.option): expected one of them")
      }
    }
    let seeds = try command.group.seeds.map { try SeedList($0) }
    if case .list = seeds, ResumedCommand.has("--seed", in: arguments) {
      throw ValidationError("--seed and a list of --seeds: expected one of them")
    }
    let all = GroupMember.all(
      sweeps, seeds: seeds?.seeds(from: command.seed.number) ?? [command.seed.number],
      namesSeeds: seeds != nil || sweeps.isEmpty)
    guard all.count <= SeedList.most else {
      throw ValidationError(
        "--seeds and --sweep: \(all.count) trainings, expected at most \(SeedList.most)")
    }
    return all
  }

  // MARK: - Members

  /// The arguments that a member would have alone.
  private func arguments(of member: GroupMember) -> [String] {
    var own = ResumedCommand.without(
      ["--seeds", "--sweep", "--jobs", "--json", "--plot", "--report", "--minutes"],
      flags: ["--resume", "--overwrite", "--quiet", "-q"], in: arguments)
    for setting in member.settings {
      own = own.replacing(option: "--" + setting.option, with: setting.value)
    }
    own = own.replacing(option: "--seed", with: "\(member.seed)")
    if command.choosing.validation == nil {
      own = own.replacing(
        option: "--validation", with: NumberText.short(ValidationOptions.usualFraction))
    }
    return own.replacing(option: "--checkpoint", with: directory.path(of: member))
  }

  /// Does something as a member does it alone: with its command, and the epochs that it is asked for.
  private func alone<Result>(
    _ member: GroupMember, _ body: (Command, _ epochs: Int?) throws -> Result
  ) throws -> Result {
    let arguments = arguments(of: member)
    return try Processes.$isAlone.withValue(true) {
      try withContext(of: member, arguments) {
        let isBegun = directory.hasBegun(member)
        let typed: Command
        do {
          typed = try Self.parse(arguments + (isBegun ? ["--resume"] : []))
        } catch {
          throw ValidationError("\(member.name): " + Command.message(for: error))
        }
        let run = isBegun ? try Description.read(directory.path(of: member)) : nil
        return try body(typed.continued(run), typed.epochs)
      }
    }
  }

  private func withContext<Result>(
    of member: GroupMember, _ arguments: [String], _ body: () throws -> Result
  ) rethrows -> Result {
    try GroupContext.$arguments.withValue(arguments) {
      try GroupContext.$setting.withValue(member.setting, operation: body)
    }
  }

  // MARK: - Running

  func run() throws {
    let keeping = command.keeping
    let (deadline, isQuiet) = (keeping.deadline, command.progress.isQuiet)
    // All mistakes of usage are found before any file is read.
    for member in members { try alone(member) { _, _ in } }
    try command.device.use(quiet: isQuiet)
    try command.results.checkWritable()
    try Processes.fromFirst {
      try checkDirectory()
      return nil
    }
    LastWords.keep("the group in \(directory.path)", in: directory.descriptionPath)
    var loaded: Command.Source?
    let first = members.first { directory.hasBegun($0) } ?? members[0]
    try alone(first) { command, _ in
      let run: Description? =
        directory.hasBegun(first) ? try Description.read(directory.path(of: first)) : nil
      loaded = try command.load(for: run)
    }
    let source = loaded!
    let wanted = try members.map { member in
      try alone(member) { command, epochs in
        do {
          let run = try command.wanted(source, epochs: epochs)
          try run.checkMemory()
          return run
        } catch {
          throw CommandFailure("\(member.name): " + Command.message(for: error))
        }
      }
    }
    try Processes.fromFirst {
      try directory.write(
        GroupDescription(
          format: GroupDescription.currentFormat, trainer: Description.trainer,
          command: arguments))
      return nil
    }
    let found = try train(source, wanted, deadline, showsProgress: !isQuiet)
    guard Processes.isFirst else {
      if Interruption.isRequested { throw ExitCode(Interruption.exitStatus) }
      return
    }
    try write(found, wanted, deadline)
  }

  private func checkDirectory() throws {
    let (path, keeping) = (directory.path, command.keeping)
    let holdsGroup = GroupDirectory.holdsGroup(path)
    if access(path + "/settings.json", F_OK) == 0 {
      throw CommandFailure(
        "\(path): holds a single run; expected another directory for those of "
          + (command.group.given ?? "a group"))
    }
    guard holdsGroup, !keeping.resume else { return }
    guard keeping.overwrite else {
      throw CommandFailure(
        "\(path): holds runs already; expected another directory, --resume to go on with them, or "
          + "--overwrite to lose them")
    }
    let earlier = try directory.description()
    if earlier.trainer == Description.trainer {
      try directory.remove(
        Self.members(Self.parse(earlier.command), earlier.command))
    }
  }

  /// What came of the members that this call has to train.
  private struct Outcome: Codable {
    var runs: [Int: GroupResult.Run] = [:]
    var problems: [Int: String] = [:]
  }

  private func train(
    _ source: Command.Source, _ wanted: [Description], _ deadline: ContinuousClock.Instant?,
    showsProgress: Bool
  ) throws -> Outcome {
    // Whole trainings, those of a process by turns.
    let group = Processes.group
    let own = members.indices.filter { $0 % group.count == group.rank }
    let progress = GroupProgress(steps: own.map { wanted[$0].steps }, isShown: showsProgress)
    let outcome = Locked(Outcome())
    let next = Locked(0)
    let jobs = jobs(own.map { wanted[$0] })
    // Operations of one training at a time are shared by what processors the others leave.
    let threads = Backend.threadCount
    Backend.threadCount = max(threads - jobs + 1, 1)
    defer { Backend.threadCount = threads }
    // Safe: what is shared is read alone, and each training is of one thread.
    nonisolated(unsafe) let trainings = self
    nonisolated(unsafe) let data = source
    Threads.run(jobs) {
      while !Interruption.isRequested, deadline.map({ ContinuousClock.now < $0 }) ?? true {
        let place = next.withLock { place in
          defer { place += 1 }
          return place
        }
        guard place < own.count else { return }
        let index = own[place]
        do {
          let found = try trainings.train(
            trainings.members[index], place, data, progress, until: deadline)
          if let found { outcome.withLock { $0.runs[index] = found } }
        } catch {
          let problem = Command.message(for: error)
          outcome.withLock { $0.problems[index] = problem }
        }
        progress.noteFinished(place)
      }
    }
    progress.end()
    var all = outcome.withLock { $0 }
    guard group.count > 1 else { return all }
    for text in try Processes.gather(JSON.text(of: all)) {
      let other = try JSON.value(
        Outcome.self, from: text, path: "another process", expected: "the results of trainings")
      all.runs.merge(other.runs) { $1 }
      all.problems.merge(other.problems) { $1 }
    }
    return all
  }

  /// How many trainings go on at a time: a device has one.
  private func jobs(_ runs: [Description]) -> Int {
    let wanted = min(
      command.group.jobs ?? (Device.default.isHost ? Backend.threadCount : 1), max(runs.count, 1))
    let largest = runs.map(\.size.trainingBytes).max() ?? 0
    let room = largest > 0 ? MachineMemory.bytes / largest : Double(wanted)
    let jobs = max(1, Int(min(Double(wanted), room)))
    if jobs < wanted, let asked = command.group.jobs {
      StandardError.print(
        "gumbel: --jobs \(asked): this machine has memory for \(counted(jobs, "training")) at a time"
      )
    }
    return jobs
  }

  /// Trains a member, and measures it; nil where that was stopped.
  private func train(
    _ member: GroupMember, _ place: Int, _ source: Command.Source, _ progress: GroupProgress,
    until deadline: ContinuousClock.Instant?
  ) throws -> GroupResult.Run? {
    try alone(member) { command, epochs -> GroupResult.Run? in
      let trainer = try command.makeTrainer(source, epochs: epochs)
      if let found = try directory.result(member, of: trainer.run) { return found }
      let isDone = try trainer.train(
        TrainingView(
          member, place, progress, showsWeights: command.keeping.histograms),
        savingEvery: command.keeping.saveInterval(),
        until: deadline)
      guard isDone, let measures = try trainer.finalMeasures(command) else { return nil }
      guard let validation = trainer.validation else {
        throw CommandFailure("nothing measured on what is held out is a number")
      }
      let found = GroupResult.Run(
        name: member.name, seed: member.seed, settings: member.settings,
        epochs: trainer.validationCurve.count, steps: trainer.stepsDone,
        plannedSteps: trainer.run.steps, trainingSeconds: trainer.seconds,
        parameters: trainer.parameters, validation: validation,
        measures: [
          GroupResult.Measure(
            name: Command.Trainer.validationMeasure.name,
            value: validation.best)
        ] + measures, curve: trainer.validationCurve.map(Measured.init))
      try directory.write(found, of: member)
      return found
    }
  }

  // MARK: - Results

  private func write(
    _ found: Outcome, _ wanted: [Description], _ deadline: ContinuousClock.Instant?
  ) throws {
    let failures = found.problems.sorted { $0.key < $1.key }.map { index, problem in
      GroupResult.Failure(
        name: members[index].name, seed: members[index].seed, settings: members[index].settings,
        problem: problem)
    }
    let (measure, moreIsBetter) = Command.Trainer.validationMeasure
    let result = GroupResult(
      trainer: Description.trainer, data: wanted[0].dataName, validationMeasure: measure,
      moreIsBetter: moreIsBetter,
      runs: found.runs.sorted { $0.key < $1.key }.map(\.value), failures: failures)
    let isDone = found.runs.count + failures.count == members.count
    if isDone, let best = result.best { try directory.link(best: best) }
    try command.results.write(
      result, or: result.table, figure: GroupPictures(result: result).figure,
      page: GroupReport(
        result: result, settings: commonSettings(wanted), command: arguments
      ).html)
    if !isDone {
      let advice = "; go on with the same command and --resume"
      let count = "after \(found.runs.count) of \(counted(members.count, "run"))"
      guard Interruption.isRequested else {
        StandardError.print(
          "gumbel: the time of --minutes is over \(count)\(advice)")
        return
      }
      LastWords.leaveUnsaid()
      throw CommandEnd.stop(count + advice)
    }
    if let failure = failures.first {
      throw CommandFailure(
        "\(failures.count) of \(counted(members.count, "run")) failed, of which the others are kept: "
          + "\(failure.name): \(failure.problem)")
    }
  }

  /// What all runs have in common.
  private func commonSettings(_ runs: [Description]) -> [(name: String, value: String)] {
    let tables = runs.map(\.settingsTable)
    return tables[0].filter { row in
      tables.allSatisfy { table in
        table.contains { $0.name == row.name && $0.value == row.value }
      }
    }
  }
}
