import GumbelDistributions
import GumbelTensors

/// A text that is written token by token, and which tokens may come next: those with which it is
/// still the beginning of a text of the grammar.
///
/// ```swift
/// let vocabulary = TokenVocabulary(["(", ")", "x", ")+", ""], endOfText: [4])
/// let sums = try Grammar(reading: "S -> 'x' | S '+' S | '(' S ')'")
/// var matcher = GrammarMatcher(CompiledGrammar(sums, vocabulary: vocabulary))
/// for token in [0, 2] { matcher.accept(token) }
/// print(matcher.mask().allowedTokens)  // [1, 3]
/// matcher.accept(1)
/// print(matcher.isComplete)  // true
/// ```
///
/// The answer is exact for every grammar, ambiguous and left-recursive ones included, and for tokens
/// that span several symbols of the grammar or end inside a character. A text of which something fits
/// can always be completed, given the tokens for that. A copy is a text of its own, which takes time
/// and memory in proportion to the depth of what is open.
public struct GrammarMatcher: Sendable {
  /// The grammar and the vocabulary.
  public let grammar: CompiledGrammar
  /// Whether the text was ended by a token for that; none is allowed any more.
  public private(set) var isEnded = false

  private var recogniser: StackRecogniser
  /// Tries that remain behind the return of a call, as items of trie and node.
  private var open: [StackRecogniser.Item] = []
  private var seen: Set<StackRecogniser.Item> = []

  /// The empty text.
  public init(_ grammar: CompiledGrammar) {
    self.grammar = grammar
    recogniser = StackRecogniser(grammar.automaton)
  }

  /// Whether the text as it stands is one of the grammar's.
  public var isComplete: Bool { recogniser.isComplete(0) }

  /// Which tokens may come next.
  ///
  /// A token that ends a text is allowed where the text is complete, and any other where its bytes go
  /// on with the beginning of a text of the grammar.
  public mutating func mask() -> TokenMask {
    var mask = TokenMask(count: grammar.vocabulary.count, allowingAll: false)
    fill(&mask)
    return mask
  }

  /// Writes which tokens may come next into a mask, in the place of what it holds.
  ///
  /// Traps unless the mask has as many tokens as the vocabulary.
  public mutating func fill(_ mask: inout TokenMask) {
    require(
      mask.count == grammar.vocabulary.count,
      "GrammarMatcher: a mask of \(mask.count) tokens for \(grammar.vocabulary.count)")
    mask.withUnsafeMutableWords { words in
      words.update(repeating: 0)
      if !isEnded { addTokens(to: words) }
    }
    if !isEnded, isComplete {
      for token in grammar.vocabulary.endOfText { mask[token] = true }
    }
  }

  /// Goes on with a token. False if the token is not allowed, and then the text is as it was.
  ///
  /// Traps unless it is one of the vocabulary's.
  @discardableResult
  public mutating func accept(_ token: Int) -> Bool {
    let bytes = grammar.vocabulary.bytes(of: token)
    if !bytes.isEmpty { return accept(bytes: bytes) }
    guard !isEnded, isComplete, grammar.vocabulary.isEndOfText(token) else { return false }
    isEnded = true
    return true
  }

  /// Goes on with bytes, such as those of a prompt that the text begins with. False if they do not
  /// fit, and then the text is as it was.
  @discardableResult
  public mutating func accept(bytes: some Sequence<UInt8>) -> Bool {
    if isEnded { return false }
    for byte in bytes where !recogniser.read(byte, from: recogniser.top) {
      recogniser.forget(above: 0)
      return false
    }
    if recogniser.top > 0 { recogniser.keepTop() }
    return true
  }

  private mutating func addTokens(to words: UnsafeMutableBufferPointer<UInt64>) {
    let table = grammar.table
    open.removeAll(keepingCapacity: true)
    seen.removeAll(keepingCapacity: true)
    for item in recogniser.items(of: 0) {
      guard let entry = table.entry(0, item.state) else {
        return addByWalking(table.tries[0], from: 0, to: words)
      }
      table.add(entry, to: words)
      if entry.rest >= 0 { note(entry.rest, item.node) }
    }
    var place = 0
    while place < open.count {
      let (trie, node) = (open[place].state, open[place].node)
      place += 1
      for caller in recogniser.callers(of: node) {
        guard let entry = table.entry(trie, caller.state) else {
          recogniser.push(caller)
          addByWalking(table.tries[Int(trie)], from: recogniser.top, to: words)
          recogniser.forget(above: 0)
          continue
        }
        table.add(entry, to: words)
        if entry.rest >= 0 { note(entry.rest, caller.node) }
        if recogniser.isFinal(caller.state) { note(trie, caller.node) }
      }
    }
  }

  /// Takes down a trie that goes on where a call returns, unless it is there.
  private mutating func note(_ trie: Int32, _ node: Int32) {
    let item = StackRecogniser.Item(state: trie, node: node)
    if open.count < 16 {
      for other in open where other == item { return }
    } else {
      if open.count == 16 { seen = Set(open) }
      if !seen.insert(item).inserted { return }
    }
    open.append(item)
  }

  private mutating func addByWalking(
    _ trie: TokenTrie, from level: Int, to words: UnsafeMutableBufferPointer<UInt64>
  ) {
    recogniser.walk(
      trie, from: level,
      found: { places in
        for token in trie.tokens[places] { words[Int(token) / 64] |= 1 << UInt64(token % 64) }
      })
  }
}

extension CompiledGrammar {
  /// Whether a whole text, given as bytes, is one of the grammar's.
  public func isValid(_ text: some Sequence<UInt8>) -> Bool {
    var matcher = GrammarMatcher(self)
    return matcher.accept(bytes: text) && matcher.isComplete
  }
}
