import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

/// Several trainings of a command side by side, each to the bits that it has alone.
struct RunGroup<Command: GroupedCommand> where Command.Trainer.Command == Command {
  typealias Description = Command.Description

  /// The command for the group: where one goes on, that which began it with what was typed now.
  let command: Command
  let arguments: [String]
  let directory: GroupDirectory
  let members: [GroupMember]

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
  static func parse(_ arguments: [String]) throws -> Command {
    try Command.parse(Array(arguments.dropFirst(Description.trainerWords.count)))
  }

  static func members(
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
  func alone<Result>(
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
}
