import SwiftGumbel

extension TextRun {
  /// The texts of the run, read again in its own form, or drawn again of its grammar.
  ///
  /// - Parameters:
  ///   - source: what to read instead of what the run was begun with.
  ///   - command: how to go on with data that are elsewhere now.
  func loadTexts(at source: String?, checkpoint: String, command: String) throws -> TextData {
    let grammar = try grammar()
    if source == nil, let grammar {
      return try TextData(
        of: grammar, count: texts.grammar?.count ?? TextDataOptions.usualCount,
        maximumLength: texts.maximumLength)
    }
    let source =
      try source
      ?? DataPath.ofRun(
        recorded: dataPath, typed: dataName, run: checkpoint, command: command)
    return try loadTexts(at: source, testFraction: nil)
  }

  /// Texts of a file or a named set in the form of the run.
  ///
  /// - Parameter testFraction: by default that of the run.
  func loadTexts(at source: String, testFraction: Double?) throws -> TextData {
    TextData(
      split: try TextSplit.load(
        source,
        testFraction: testFraction ?? data.testFraction ?? TextDataOptions.usualTestFraction,
        options: TextOptions(
          form: texts.form, maximumLength: texts.maximumLength, vocabulary: vocabulary),
        shouldStop: { Interruption.isRequested }),
      grammar: try grammar())
  }

  /// Texts with what the training held out of them set aside; as they are where they are not the run's, or it
  /// held out nothing.
  func holdingOut(_ texts: TextData) -> TextData {
    let train = texts.split.train
    guard let validation,
      let parts = train.heldOut(validation.fraction, key: RunValidation.key),
      String(parts.rest.fingerprint, radix: 16) == data.fingerprint
    else { return texts }
    return texts.dividing(into: parts.rest, parts.heldOut)
  }
}
