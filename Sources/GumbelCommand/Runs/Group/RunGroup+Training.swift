import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

extension RunGroup {
  func run() throws {
    let keeping = command.keeping
    let (deadline, isQuiet) = (keeping.deadline, command.progress.isQuiet)
    // All mistakes of usage are found before any file is read.
    for member in members { try alone(member) { _, _ in } }
    try command.device.use(quiet: isQuiet)
    try command.results.checkWritable()
    _ = try Processes.fromFirst {
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
    _ = try Processes.fromFirst {
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
  struct Outcome: Codable {
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
}
