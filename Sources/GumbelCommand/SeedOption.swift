import ArgumentParser
import SwiftGumbel

/// `--seed`, from which all random numbers of a command follow.
struct SeedOption: ParsableArguments {
  @Option(
    name: .customLong("seed"), parsing: .unconditional,
    help: ArgumentHelp("The same seed gives the same result. (default: 42)", valueName: "seed"),
    transform: seedNumber)
  var number: UInt64 = 42

  var key: RandomKey { RandomKey(number) }
}

/// The same where it has to be known whether a seed was given.
struct OptionalSeedOption: ParsableArguments {
  @Option(
    name: .customLong("seed"), parsing: .unconditional,
    help: ArgumentHelp("The same seed gives the same result. (default: 42)", valueName: "seed"),
    transform: seedNumber)
  var given: UInt64?

  var number: UInt64 { given ?? 42 }
  var key: RandomKey { RandomKey(number) }
}

/// `--seed` of a command that measures, or shows, a network that is trained.
struct EvaluationSeedOption: ParsableArguments {
  @Option(
    name: .customLong("seed"), parsing: .unconditional,
    help: ArgumentHelp(
      "The same seed gives the same draws; 0 gives those at the end of training. (default: 0)",
      valueName: "seed"),
    transform: seedNumber)
  var number: UInt64 = 0

  var key: RandomKey { RandomKey(number) }
}

@Sendable private func seedNumber(_ text: String) throws -> UInt64 {
  guard let seed = UInt64(text) else {
    throw ValidationError("expected a whole number from 0 to \(UInt64.max)")
  }
  return seed
}
