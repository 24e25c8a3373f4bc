import SwiftGumbel

/// What a grammar is like, and what was drawn from it.
struct GrammarSummary: Encodable {
  struct Length: Encodable {
    let length: Int
    /// nil where they cannot be counted.
    let strings: Int?
    /// That of all strings of the length together.
    let probability: Double

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(length, forKey: .length)
      try container.encode(strings, forKey: .strings)
      try container.encode(probability, forKey: .probability)
    }

    enum CodingKeys: CodingKey { case length, strings, probability }
  }

  let name, alphabet: String
  let symbols, productions, maximumLength: Int
  let warnings: [String]
  let terminationProbability: Double
  /// The lengths that strings have.
  let lengths: [Length]
  /// Of all lengths up to the maximum; nil where they cannot be counted.
  let strings: Int?
  var sampling: String?
  var seed: UInt64?
  var samples: [String]?

  init(_ grammar: Grammar, maximumLength: Int) throws {
    name = grammar.name
    alphabet = String(String.UnicodeScalarView(grammar.alphabet))
    symbols = grammar.nonterminals.count
    productions = grammar.productions.count
    self.maximumLength = maximumLength
    warnings = grammar.warnings.map(\.description)
    terminationProbability = grammar.terminationProbability
    let shouldStop: @Sendable () -> Bool = { Interruption.isRequested }
    let language: GrammarLanguage?
    do {
      language = try GrammarLanguage(
        of: grammar, maximumLength: maximumLength, shouldStop: shouldStop)
    } catch {
      if error.problem as? FileProblem == .interrupted { throw error }
      language = nil
    }
    strings = language?.count
    let probabilities = try GrammarLengths(
      of: grammar, maximumLength: maximumLength, shouldStop: shouldStop
    ).probabilities
    lengths = probabilities.enumerated().filter { $0.element > 0 }.map { length, probability in
      Length(
        length: length, strings: language?.count(length: length), probability: probability)
    }
  }

  var text: String {
    func number(_ count: Int?) -> String { count.map(String.init) ?? "too many to count" }
    func percent(_ part: Double) -> String { "\(NumberText.short(100 * part)) %" }
    var rows = [
      ["grammar", name],
      ["size", "\(symbols) symbols, \(productions) productions"],
      ["alphabet", "\(alphabet.unicodeScalars.count) characters: \(escaped(alphabet))"],
      ["rewriting", "ends with probability \(NumberText.short(terminationProbability))"],
      ["strings", "\(number(strings)) of at most \(maximumLength) characters"],
    ]
    rows += warnings.enumerated().map { [$0.offset == 0 ? "warnings" : "", $0.element] }
    let total = lengths.reduce(0) { $0 + $1.probability }
    let table =
      [["length", "strings", "part"]]
      + lengths.map {
        ["\($0.length)", number($0.strings), percent($0.probability / total)]
      }
    return AlignedTable(rows).text + "\n\n" + AlignedTable(table, areNumbers: true).text
  }
}
