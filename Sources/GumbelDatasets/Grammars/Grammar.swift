/// A context-free grammar whose productions have probabilities, and so a distribution over strings.
///
/// ```swift
/// let grammar = try Grammar(reading: "S -> 'x' | S '+' S [0.5]")
/// print(grammar.isValid("x+x"))  // true
/// let language = try GrammarLanguage(of: grammar, maximumLength: 12)  // lengths 1, 3, … 11
/// print(language.count!)  // 6
/// ```
///
/// A character is a Unicode scalar. The article <doc:GrammarFiles> describes the format of the text.
public struct Grammar: Sendable {
  /// What stands in a production's right side.
  public enum Symbol: Hashable, Sendable {
    /// A character of the strings.
    case terminal(Unicode.Scalar)
    /// A symbol with productions: its place in ``Grammar/nonterminals``.
    case nonterminal(Int)
  }

  /// One way to rewrite a nonterminal.
  public struct Production: Equatable, Sendable {
    /// What is rewritten: a place in ``Grammar/nonterminals``.
    public let left: Int
    /// What it becomes; nothing for the empty string.
    public let right: [Symbol]
    /// The weight as written, 1 where none is.
    public let weight: Double
    /// The weight's part of those of the same left side.
    public let probability: Double
    /// The line, counted from 1.
    public let line: Int
  }

  /// What messages call the grammar: a built-in name, a path.
  public let name: String
  /// The text that it was read from, from which it can be read again.
  public let text: String
  /// The symbols that have productions, the start first.
  public let nonterminals: [String]
  /// All productions in the order of the text.
  public let productions: [Production]
  /// The characters of its strings, in the order of their code points.
  public let alphabet: [Unicode.Scalar]
  /// What is suspicious about it, though it can be used, in the order of the lines.
  public let warnings: [GrammarWarning]
  /// The probability that rewriting the start by the productions' probabilities ever ends.
  ///
  /// Below 1 where productions make more nonterminals than they use up. It is the least solution
  /// of q = Σ p · Π q over the productions, found by Newton's method (Etessami & Yannakakis 2009),
  /// to 1e-8 in the worst case and mostly to 1e-15.
  public let terminationProbability: Double

  let normal: NormalGrammar

  /// Reads a grammar from text.
  ///
  /// - Throws: An ``/GumbelFiles/InputError`` with line and column if the text is not a grammar, uses a symbol
  ///   without productions, has no strings, or passes a limit, or once `shouldStop` says true.
  public init(
    reading text: String, name: String = "grammar", shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    var reader = try GrammarReader(text, name: name)
    try reader.read()
    self.name = name
    self.text = text
    nonterminals = reader.names
    productions = reader.weighted()

    let analysis = GrammarAnalysis(productions, count: nonterminals.count)
    guard analysis.isProductive[0] else {
      throw InputError(
        source: name, line: productions[0].line,
        problem: .grammar(.noStrings(start: nonterminals[0])))
    }
    let useful = productions.filter(analysis.isUseful)
    alphabet = Set(
      useful.flatMap(\.right).compactMap {
        if case .terminal(let scalar) = $0 { scalar } else { nil }
      }
    ).sorted()
    // First, for its limit bounds what all the rest takes.
    let limit = GrammarReader.Limits.symbols
    let isStopped = { shouldStop?() ?? false }
    do {
      normal = try NormalGrammar(
        useful, nonterminals: nonterminals.count, alphabet: alphabet, limit: limit,
        shouldStop: isStopped)
    } catch {
      switch error {
      case .tooLarge:
        throw InputError(
          source: name,
          problem: .grammar(
            .tooLarge(what: "different ends of right sides", limit: limit)))
      case .isStopped: throw InputError(source: name, problem: .interrupted)
      }
    }
    terminationProbability =
      LeastFixedPoint.of(
        useful.map { ($0.left, $0.probability, $0.nonterminals) }, count: nonterminals.count,
        shouldStop: isStopped)[0]
    if isStopped() { throw InputError(source: name, problem: .interrupted) }
    warnings = analysis.warnings(
      names: nonterminals, terminationProbability: terminationProbability)
  }

  /// Reads a grammar from a file in UTF-8.
  ///
  /// - Throws: As ``init(reading:name:shouldStop:)``, and if the source cannot be read or is not text.
  public static func load(
    _ source: InputSource, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> Grammar {
    try Grammar(
      reading: grammarText(source, shouldStop: shouldStop), name: source.name,
      shouldStop: shouldStop)
  }
}

extension Grammar.Production {
  /// The nonterminals of the right side.
  var nonterminals: [Int] {
    right.compactMap { if case .nonterminal(let index) = $0 { index } else { nil } }
  }
}

/// A whole file's text.
func grammarText(
  _ source: InputSource, shouldStop: (@Sendable () -> Bool)?
) throws(InputError) -> String {
  let input = try ChunkedInput(source, chunk: 1 << 14, shouldStop: shouldStop)
  try input.refuseOtherKinds(expected: "a grammar", isMarkup: true)
  try input.passByteOrderMark()
  let limit = GrammarReader.Limits.bytes
  while try input.readMore() {
    if input.unread.count > limit {
      throw input.error(.grammar(.tooLarge(what: "bytes", limit: limit)))
    }
  }
  try input.checkStop()
  let bytes = UnsafeRawBufferPointer(input.unread)
  if let invalid = firstInvalidUTF8(in: bytes) {
    let place = input.location(of: invalid, inRecordAt: 0, line: 1)
    throw input.error(.invalidUTF8(byte: place.byte), line: place.line)
  }
  if let zero = bytes.firstIndex(of: 0) {
    let place = input.location(of: zero, inRecordAt: 0, line: 1)
    throw input.error(.nul(byte: place.byte), line: place.line)
  }
  return String(decoding: bytes, as: UTF8.self)
}
