import ArgumentParser

/// `--quiet` of a command that takes long enough to show how far it is.
struct ProgressOption: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false
}
