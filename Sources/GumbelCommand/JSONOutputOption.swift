import ArgumentParser

/// `--json` of a command whose result is small enough for a terminal: a path, or none at all.
struct JSONOutputOption: ParsableArguments {
  @Option(
    defaultAsFlag: StandardOutput.argument, parsing: .next,
    help: ArgumentHelp(
      "Write the result as JSON; - for JSON alone on standard output, as without a path.",
      valueName: "path"), completion: .json)
  var json: String?
}
