import ArgumentParser
import SwiftGumbel

/// Which of the strings that are drawn are kept.
struct TextKeepingOptions: ParsableArguments {
  @Flag(help: "Keep only strings that the network was not trained on.") var onlyNew = false
  @Flag(help: "Keep only strings that the grammar of the run has.") var onlyValid = false
  @Option(
    "Strings drawn at most where not all are kept. (default: 1000 for each of --count)",
    valueName: "n")
  var maxTries: Int?
  @Option(
    "Where the training strings of --only-new are now, if not where they were read.",
    valueName: "path", completion: .textData)
  var trainingData: String?

  private static let usualTries = 1000

  func validate() throws {
    try OptionChecks.count(maxTries, "--max-tries", upTo: 1_000_000_000_000)
    if let maxTries, !onlyNew, !onlyValid {
      throw ValidationError(
        "--max-tries \(maxTries): expected --only-new or --only-valid, without which all strings are "
          + "kept")
    }
    if let trainingData, !onlyNew {
      throw ValidationError("--training-data \(trainingData): expected --only-new")
    }
  }

  /// How many strings to draw at most for so many.
  func tries(for count: Int) -> Int {
    maxTries ?? count.multipliedReportingOverflow(by: Self.usualTries).partialValue
  }

  /// What keeps the wanted strings of a run; nil where all are kept.
  func sieve(_ run: TextRun, checkpoint: String) throws -> TextSieve? {
    guard onlyNew || onlyValid else { return nil }
    let grammar = try run.grammar()
    if onlyValid, grammar == nil {
      throw CommandFailure(
        "--only-valid: the run in \(checkpoint) has no grammar, being of \(run.dataName); expected "
          + "one of gumbel text train --grammar")
    }
    return TextSieve(
      known: onlyNew ? try known(run, checkpoint) : nil, grammar: onlyValid ? grammar : nil)
  }

  /// The strings that a run was trained on.
  private func known(_ run: TextRun, _ checkpoint: String) throws -> Set<[Int32]> {
    guard run.texts.form == .lines else {
      throw CommandFailure(
        "--only-new: the run in \(checkpoint) is of running text, of whose windows nothing is one; "
          + "expected a run of strings")
    }
    if let trainingData, run.texts.grammar != nil {
      throw CommandFailure(
        "--training-data \(trainingData): the run in \(checkpoint) has its grammar in it; expected none"
      )
    }
    let train = try run.holdingOut(
      run.loadTexts(
        at: trainingData, checkpoint: checkpoint,
        command: "gumbel text generate --checkpoint \(checkpoint) --only-new --training-data DATA")
    ).split.train
    guard String(train.fingerprint, radix: 16) == run.data.fingerprint else {
      throw CommandFailure(
        "\(train.name): other strings than the \(run.data.trainCount) that the run in \(checkpoint) "
          + "was trained on; expected these, by --training-data if they are elsewhere")
    }
    return Set((0..<train.count).lazy.map { Array(train[$0]) })
  }

  /// What to say where too few strings were kept.
  func tooFew(_ kept: Int, of count: Int, tries: Int, _ checkpoint: String) -> CommandFailure {
    let kind = [onlyNew ? "new" : nil, onlyValid ? "valid" : nil].compactMap { $0 }
      .joined(separator: " and ")
    return CommandFailure(
      "\(checkpoint): of \(tries) strings that were drawn \(kept) \(kept == 1 ? "is" : "are") \(kind), "
        + "expected \(count); --max-tries draws more, and other strings come at another --temperature"
    )
  }
}

/// Tells the strings that are kept.
struct TextSieve {
  /// Those that are not.
  let known: Set<[Int32]>?
  /// What has those that are.
  let grammar: Grammar?

  func keeps(_ tokens: [Int32], _ vocabulary: TextVocabulary) throws -> Bool {
    if let known, known.contains(tokens) { return false }
    guard let grammar else { return true }
    try Interruption.check()
    return grammar.isValid(vocabulary.decode(tokens))
  }
}
