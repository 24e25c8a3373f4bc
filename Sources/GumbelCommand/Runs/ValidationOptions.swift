import ArgumentParser
import SwiftGumbel

/// What a training holds out of its data to choose by.
struct ValidationOptions: ParsableArguments {
  @Option(
    "Hold out about this part of the training data, each by what it is, and keep the weights of the "
      + "epoch that is best on it. (default: none; with --patience, --seeds or --sweep 0.1)",
    valueName: "part")
  var validation: Double?
  @Option(
    "End after so many epochs in a row that are not better than the best one before on what is held "
      + "out.", valueName: "n")
  var patience: Int?
  @Option(
    "What an epoch has to be better by, with --patience, in nats. (default: 0)", valueName: "x")
  var minDelta: Double?

  static let usualFraction = 0.1

  /// What the discussion of a command says of it.
  static let discussion = """
    --validation holds out a part of the training data to choose by: the weights of the best epoch on \
    it stay in best.safetensors, and are those that results at the end and other commands are of. \
    --patience ends the training where it has stopped improving.
    """

  func validate() throws {
    try OptionChecks.part(validation, "--validation")
    try OptionChecks.count(patience, "--patience", upTo: 1_000_000)
    try OptionChecks.notNegative(minDelta, "--min-delta", upTo: 1e9)
  }

  /// Throws where an option would not be heeded.
  func checkUse() throws {
    if let minDelta, patience == nil {
      throw ValidationError(
        "--min-delta \(NumberText.short(minDelta)): expected --patience, which waits for it")
    }
  }

  /// The part that is held out; nil for none.
  var fraction: Double? { validation ?? (patience == nil ? nil : Self.usualFraction) }

  /// What a run with so much held out chooses by; nil where nothing is.
  func choice(among count: Int?) -> RunValidation? {
    guard let fraction, let count else { return nil }
    return RunValidation(
      fraction: fraction, count: count, patience: patience, minimumDelta: minDelta)
  }

  /// Both parts of what was read for training; nothing is held out where that is not asked for.
  ///
  /// - Parameters:
  ///   - count: of what was read.
  ///   - unit: what that is.
  ///   - split: divides it by a fraction and a key.
  func parts<Data>(
    of data: Data, count: Int, _ unit: String,
    by split: (Double, RandomKey) -> (rest: Data, heldOut: Data)?
  ) throws -> (train: Data, validation: Data?) {
    guard let fraction else { return (data, nil) }
    guard let parts = split(fraction, RunValidation.key) else {
      throw CommandFailure(
        "--validation \(NumberText.short(fraction)): leaves all \(count) training \(unit) on one "
          + "side; expected more of them, or another part")
    }
    return (parts.rest, parts.heldOut)
  }
}

/// What a run holds out of its training data, and what it does by that.
struct RunValidation: Codable, Equatable {
  /// By which it is held out: always the same, so that runs can be compared.
  static let key = RandomKey(0).folding(in: "validation")

  let fraction: Double
  /// How many images or strings are held out.
  let count: Int
  /// The epochs without an improvement after which the run is over; nil for never.
  let patience: Int?
  let minimumDelta: Double?

  var stopping: EarlyStopping {
    EarlyStopping(patience: patience, minimumDelta: minimumDelta ?? 0)
  }

  /// As messages have it.
  var text: String {
    fields.map { "\($0.name) \($0.value)" }.joined(separator: " ") + " (\(count))"
  }

  var fields: [RunField] {
    [RunField("--validation", NumberText.short(fraction))]
      + (patience.map { [RunField("--patience", "\($0)")] } ?? [])
      + (minimumDelta.map { [RunField("--min-delta", NumberText.short($0))] } ?? [])
  }
}

extension RunValidation {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    fraction = try values.checked(
      .fraction, "a number between 0 and 1", where: { $0 > 0 && $0 < 1 })
    count = try values.count(.count, 1...Int(Int32.max))
    patience = try values.checkedIfPresent(
      .patience, "a whole number from 1 to 1000000", where: { 1...1_000_000 ~= $0 })
    minimumDelta = try values.checkedIfPresent(
      .minimumDelta, "a number from 0 to 1e9", where: { 0...1e9 ~= $0 })
  }
}

/// What a run found on what it held out; written as JSON with these names.
struct ValidationResult: Codable {
  /// How many images or strings were held out.
  let count: Int
  /// The epoch whose weights are kept, and what was measured after it.
  let bestEpoch: Int
  let best: Double
  /// Whether the run ended before its last epoch, since it had stopped improving.
  let endedEarly: Bool

  /// - Parameter value: the best one, of which the rule knows what was to be small.
  init?(
    _ validation: RunValidation?, _ stopping: EarlyStopping?, value: (Double) -> Double,
    endedEarly: Bool
  ) {
    guard let validation, let epoch = stopping?.bestEpoch, let best = stopping?.bestValue else {
      return nil
    }
    count = validation.count
    bestEpoch = epoch
    self.best = value(best)
    self.endedEarly = endedEarly
  }

  /// - Parameters:
  ///   - epochs: how many there are.
  ///   - measure: what the value is.
  func line(of epochs: Int, _ unit: String, _ measure: String) -> String {
    (endedEarly ? "ended early: " : "")
      + "the best of \(counted(epochs, "epoch")) on \(count) \(unit) held out is \(bestEpoch), with "
      + "\(measure) of \(nats(best)); its weights are kept"
  }
}
