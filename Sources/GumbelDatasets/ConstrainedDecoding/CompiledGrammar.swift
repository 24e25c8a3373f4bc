import GumbelTensors

/// A grammar and a vocabulary, made ready to say at each step which tokens may come next.
///
/// ```swift
/// let vocabulary = TokenVocabulary(["a", "b", "ab", "ba", ""], endOfText: [4])
/// let grammar = try Grammar(reading: "S -> 'a' S 'b' | ''")
/// let compiled = CompiledGrammar(grammar, vocabulary: vocabulary)
/// var matcher = GrammarMatcher(compiled)
/// print(matcher.mask().allowedTokens)  // [0, 2, 4]
/// ```
///
/// Grammars are read as pushdown automata over bytes. For each state it is computed beforehand which
/// tokens fit wherever it stands, and what remains of those that go on behind its return, so that a
/// mask is put together from few parts, as in XGrammar (Dong et al. 2024, arXiv 2411.15100). This takes
/// seconds at most for large vocabularies and is done once; a compiled grammar can be shared by any
/// number of texts and threads.
public struct CompiledGrammar: Sendable {
  /// The tokens.
  public let vocabulary: TokenVocabulary

  let automaton: PushdownAutomaton
  let table: MaskTable

  /// Compiles a grammar, whose productions' weights have no part in this.
  public init(_ grammar: Grammar, vocabulary: TokenVocabulary) {
    self.init(ByteGrammar(grammar), vocabulary, workLimit: Self.workLimit)
  }

  /// Compiles a grammar in the notation of llama.cpp.
  public init(_ grammar: GBNFGrammar, vocabulary: TokenVocabulary) {
    self.init(grammar.bytes, vocabulary, workLimit: Self.workLimit)
  }

  /// The same with a part of the tables, perhaps none: masks are equal and slower.
  package init(_ grammar: Grammar, vocabulary: TokenVocabulary, workLimit: Int) {
    self.init(ByteGrammar(grammar), vocabulary, workLimit: workLimit)
  }

  package init(_ grammar: GBNFGrammar, vocabulary: TokenVocabulary, workLimit: Int) {
    self.init(grammar.bytes, vocabulary, workLimit: workLimit)
  }

  private init(_ grammar: ByteGrammar, _ vocabulary: TokenVocabulary, workLimit: Int) {
    self.vocabulary = vocabulary
    automaton = PushdownAutomaton(grammar)
    table = MaskTable(automaton, vocabulary, workLimit: workLimit)
  }

  private static let workLimit = 50_000_000

  /// How many of the tables' parts would have taken too long and are computed where they are needed.
  package var missing: Int { table.missing }
}
