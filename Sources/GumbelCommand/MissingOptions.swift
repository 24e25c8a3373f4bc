import ArgumentParser

/// What stands for a value that is missing, and leave to pass over rows that lack theirs.
struct MissingOptions: ParsableArguments {
  @Option(
    "Leave out rows with one of these for the value, such as -9999; and as --skip-missing.",
    valueName: "a,b,…")
  var missing: String?
  @Flag(
    help: "Leave out rows that lack the value, or have NA, NaN, null, . or the like for it.")
  var skipMissing = false

  /// What stands for a missing value, as it was given.
  var texts: [String] {
    (missing ?? "").split(separator: ",").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
  }

  /// Whether rows may lack their value.
  var isAllowed: Bool { missing != nil || skipMissing }

  /// The options that were given.
  var given: [String] {
    [("--missing", missing != nil), ("--skip-missing", skipMissing)].filter(\.1).map(\.0)
  }

  func validate() throws {
    if missing != nil, texts.isEmpty {
      throw ValidationError("--missing: expected values separated by commas, such as -9999,.")
    }
  }
}

extension Substring {
  fileprivate func trimmingBlanks() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
