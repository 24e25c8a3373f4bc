import ArgumentParser

/// `--quiet` of a command that takes long enough to show how far it is.
struct ProgressOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Show no progress.") private var quiet = false

  /// Whether none is shown: where none is asked for, and in processes that leave it to the first one.
  var isQuiet: Bool { quiet || !Processes.isFirst }
}
