import ArgumentParser

/// A command as a run was begun with it, with the options of this process in the place of its own.
enum ResumedCommand {
  /// The arguments that begin the run of this process.
  static var beginning: [String] {
    (GroupContext.arguments ?? Array(CommandLine.arguments.dropFirst())).filter {
      $0 != "--resume"
    }
  }

  /// Options that say where the results of one process go: no run decides on them.
  private static let ofOneProcess: Set = [
    "--json", "--plot", "--plot-range", "--report", "--beside", "--minutes", "--jobs",
  ]

  /// The command that goes on with a run. Options that fit only beside those of the run are checked
  /// here, by the command's own validation.
  ///
  /// - Parameter earlier: the arguments that the run was begun with; nil where it does not have them.
  /// - Throws: Where the earlier arguments are none of this command.
  static func merging<Command: TrainingCommand>(_ earlier: [String]?) throws -> Command {
    let name = Command.Description.trainerWords
    var own = try split(earlier ?? name, name)
    own.options.removeAll { ["--resume", "--overwrite"].contains($0) }
    own.remove(ofOneProcess)
    var new = try split(beginning, name)
    // The plan is that of the epochs that the run was begun with.
    if earlier != nil { new.remove(["--epochs"]) }
    let old = try withoutData(own, where: new, of: Command.self)
    return try Command.parse(
      Arguments(options: old.options + new.options, rest: old.rest + new.rest).all)
  }

  /// Earlier arguments without what says where the data are, where new ones say it too.
  private static func withoutData<Command: TrainingCommand>(
    _ own: Arguments, where new: Arguments, of type: Command.Type
  ) throws -> Arguments {
    /// What arguments say of themselves: a command that goes on lets pass what is missing.
    func part(_ arguments: Arguments) throws -> Command {
      try Command.parse(["--checkpoint", "run", "--resume"] + arguments.all)
    }
    guard try part(new).dataArgument != nil, let first = try part(own).dataArgument else {
      return own
    }
    // The argument without which there are no data.
    return own.removals(of: first).first { removed in
      (try? part(removed)).map { $0.dataArgument == nil } ?? false
    } ?? own
  }

  // MARK: - Groups

  /// The arguments of a group that goes on, from the command's name on: those that it was begun with,
  /// and those of this process.
  static func merged<Command: TrainingCommand>(
    _ earlier: [String]?, of type: Command.Type
  ) throws -> [String] {
    let name = Command.Description.trainerWords
    guard let earlier else { return beginning }
    var own = try split(earlier, name)
    own.options.removeAll { ["--resume", "--overwrite"].contains($0) }
    own.remove(ofOneProcess)
    let new = try split(beginning, name)
    if has("--sweep", in: new.options) { own.remove(["--sweep"]) }
    own = try withoutData(own, where: new, of: type)
    return name + Arguments(options: own.options + new.options, rest: own.rest + new.rest).all
  }

  /// Whether an option is among arguments.
  static func has(_ option: String, in arguments: [String]) -> Bool {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments[..<end].contains { $0 == option || $0.hasPrefix(option + "=") }
  }

  /// Arguments without some options, and their values, and without some flags.
  static func without(
    _ options: Set<String>, flags: Set<String>, in arguments: [String]
  ) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    var own = Arguments(
      options: Array(arguments[..<end]), rest: Array(arguments[end...].dropFirst()))
    own.remove(options)
    own.options.removeAll(where: flags.contains)
    return own.all
  }

  /// Options with their values, and what follows `--`.
  private struct Arguments {
    var options: [String]
    var rest: [String]

    var all: [String] { options + (rest.isEmpty ? [] : ["--"] + rest) }

    /// Takes options out, with their values.
    mutating func remove(_ names: Set<String>) {
      var isValue = false
      options = options.filter { word in
        defer { isValue = !isValue && names.contains(word) }
        return !isValue && !names.contains(String(word.prefix { $0 != "=" }))
      }
    }

    /// Without one of the places where a text stands.
    func removals(of text: String) -> [Arguments] {
      options.indices.filter { options[$0] == text }.map { place in
        var copy = self
        copy.options.remove(at: place)
        return copy
      }
        + rest.indices.filter { rest[$0] == text }.map { place in
          var copy = self
          copy.rest.remove(at: place)
          return copy
        }
    }
  }

  private static func split(_ arguments: [String], _ name: [String]) throws -> Arguments {
    guard arguments.starts(with: name) else {
      throw CommandFailure(
        "a run of another command: expected one that was begun with gumbel "
          + name.joined(separator: " "))
    }
    let own = Array(arguments.dropFirst(name.count))
    let end = own.firstIndex(of: "--") ?? own.endIndex
    return Arguments(options: Array(own[..<end]), rest: Array(own[end...].dropFirst()))
  }
}

extension [String] {
  /// With another value of an option.
  func replacing(option: String, with value: String) -> [String] {
    var result = self
    let end = firstIndex(of: "--") ?? endIndex
    if let place = self[..<end].lastIndex(of: option), place + 1 < end {
      result[place + 1] = value
    } else if let place = self[..<end].lastIndex(where: { $0.hasPrefix(option + "=") }) {
      result[place] = option + "=" + value
    } else {
      result.insert(contentsOf: [option, value], at: end)
    }
    return result
  }
}
