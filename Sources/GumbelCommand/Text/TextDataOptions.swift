import ArgumentParser
import SwiftGumbel

/// The texts of a command, and how they are read.
struct TextDataOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A named set, such as words (gumbel data lists them), a text file, or - for standard input. "
        + "With a run, by default the run's."), completion: .textData)
  var source: String?
  @Option(
    "Strings of a grammar instead: that of a built-in grammar's name or of a file (gumbel text "
      + "grammar).", valueName: "name|file", completion: .grammar)
  var grammar: String?
  @Option(
    "Strings drawn of the grammar, of all lengths equally many; a tenth more are drawn for "
      + "testing. (default: 5000)", valueName: "n")
  var count: Int?
  @Option(
    "The part of the strings that is set apart for testing, where the data do not say. (default: "
      + "0.1, with a run's network that of the run)", valueName: "part")
  var testFraction: Double?

  static let usualCount = 5000
  static let usualTestFraction = 0.1
  /// Longer strings of a grammar are not drawn.
  static let longestOfGrammar = 1000

  func validate() throws {
    try OptionChecks.count(count, "--count")
    if let count, source != nil {
      throw ValidationError("--count \(count): expected --grammar, of which strings are drawn")
    }
    try OptionChecks.part(testFraction, "--test-fraction")
    if let grammar {
      if let testFraction {
        throw ValidationError(
          "--test-fraction \(testFraction): not with --grammar, of which test strings are drawn "
            + "besides")
      }
      if let source {
        throw ValidationError("\(source) and --grammar \(grammar): expected one of them")
      }
    }
  }

  /// The grammar that strings are to be drawn of; nil where they are read.
  func loadGrammar() throws -> Grammar? {
    try grammar.map { try Grammar.load($0, shouldStop: { Interruption.isRequested }) }
  }

  /// Reads the texts in a form, or draws them of a grammar.
  ///
  /// - Parameter check: called with the length of the longest training string, where it can be told,
  ///   before any work.
  func load(
    _ form: TextFormOptions, of grammar: Grammar?, check: ((Int) throws -> Void)?
  ) throws -> TextData {
    if let grammar {
      return try TextData(
        of: grammar, count: count ?? Self.usualCount, maximumLength: form.maximumLength(self),
        check: check)
    }
    let options = TextOptions(
      form: form.running ? .running : .lines, unit: form.symbols,
      maximumLength: form.maximumLength(self))
    return TextData(
      split: try TextSplit.load(
        source!, testFraction: testFraction ?? Self.usualTestFraction, options: options,
        shouldStop: { Interruption.isRequested }), grammar: nil)
  }
}

/// Texts to learn from, with the grammar that they are of.
struct TextData {
  var split: TextSplit
  let grammar: Grammar?
  /// What is held out of the training strings; nil for nothing.
  var validation: TextSet?
}

extension TextData {
  /// The same texts with the training strings in two parts.
  func dividing(into train: TextSet, _ validation: TextSet?) -> TextData {
    TextData(
      split: TextSplit(
        train: train, test: split.test, files: split.files, rule: split.rule,
        leftOut: split.leftOut),
      grammar: grammar, validation: validation)
  }

  /// The characters that strings of a grammar can have.
  static func vocabulary(of grammar: Grammar) -> TextVocabulary {
    TextVocabulary(.characters, symbols: grammar.alphabet.lazy.map(\.value))
  }

  /// Strings of a grammar, drawn with a fixed key, so that runs can be compared.
  ///
  /// - Parameter check: called with the length of the longest training string, where it can be told,
  ///   before any work.
  init(
    of grammar: Grammar, count: Int, maximumLength: Int, check: ((Int) throws -> Void)? = nil
  ) throws {
    let shouldStop: @Sendable () -> Bool = { Interruption.isRequested }
    func makeSampler(_ sampling: GrammarSampling) throws(InputError) -> GrammarSampler {
      try GrammarSampler(
        of: grammar, sampling, maximumLength: maximumLength, shouldStop: shouldStop)
    }
    // The lengths alone are soon found; with so many strings each of them is drawn.
    if let check, count > maximumLength,
      let longest = try makeSampler(.balancedLengths).lengths.max()
    {
      try check(longest)
    }
    let sampler: GrammarSampler
    do {
      sampler = try makeSampler(.balanced)
    } catch {
      if error.problem as? FileProblem == .interrupted { throw error }
      // Too many strings for them to be drawn uniformly.
      sampler = try makeSampler(.balancedLengths)
    }
    let key = RandomKey(0).folding(in: "strings of a grammar")
    let testCount = max(1, count / 10)
    let options = TextOptions(
      maximumLength: maximumLength, vocabulary: Self.vocabulary(of: grammar))
    func part(_ first: Int, _ count: Int) throws(InputError) -> TextSet {
      let strings = sampler.strings(count: count, first: first, key: key, shouldStop: shouldStop)
      if strings.count < count { throw InputError(source: grammar.name, problem: .interrupted) }
      return try TextSet(strings, name: grammar.name, options: options)
    }
    let split = TextSplit(
      train: try part(0, count), test: try part(count, testCount), files: [],
      rule: "drawn separately", leftOut: 0)
    self.init(split: split, grammar: grammar)
  }
}
