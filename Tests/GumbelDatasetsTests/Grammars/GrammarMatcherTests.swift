import GumbelDatasets
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestBytes

/// Bytes, of which some are parts of characters, and several of them at once.
private func randomTokens(_ count: Int, _ generator: inout SplitMix64) -> [[UInt8]] {
  let pieces: [[UInt8]] = [[0x61], [0x62], [0x61], [0x62], [0xC3], [0xA9], [0xA8], [0xC3, 0xA9]]
  return (0..<count).map { _ in
    (0..<Int.random(in: 0...5, using: &generator)).flatMap { _ in
      pieces.randomElement(using: &generator)!
    }
  }
}

/// A grammar at random, whose characters take one byte or two.
private func randomByteGrammar(_ generator: inout SplitMix64) -> String {
  randomGrammar(&generator)
    .replacing("'ab'", with: Bool.random(using: &generator) ? "'é'" : "'ab'")
    .replacing("''", with: Bool.random(using: &generator) ? "'è'" : "''")
}

/// Compares masks with the oracle at each of the first steps of a text that is drawn at random.
private func compare(
  _ grammar: Grammar, _ tokens: [[UInt8]], workLimit: Int, _ generator: inout SplitMix64
) -> Int {
  let end = tokens.count
  let vocabulary = TokenVocabulary(tokens + [[]], endOfText: [end])
  let compiled = CompiledGrammar(grammar, vocabulary: vocabulary, workLimit: workLimit)
  #expect(workLimit > 0 || compiled.missing > 0)
  let oracle = PrefixOracle(grammar)
  var matcher = GrammarMatcher(compiled)
  var written: [UInt8] = []
  var compared = 0
  for _ in 0..<4 where written.count < 10 {
    let mask = matcher.mask()
    let isComplete = oracle.judge(written).are
    #expect(matcher.isComplete == isComplete && mask[end] == isComplete)
    for token in 0..<end {
      let expected = !tokens[token].isEmpty && oracle.judge(written + tokens[token]).begin
      #expect(
        mask[token] == expected, "\(tokens[token]) after \(written) of\n\(grammar.text)")
      var copy = matcher
      #expect(copy.accept(token) == expected)
      compared += 1
    }
    guard let token = mask.allowedTokens.filter({ $0 < end }).randomElement(using: &generator)
    else { break }
    #expect(matcher.accept(token) == true)
    written += tokens[token]
  }
  return compared
}

@Suite struct GrammarMatcherTests {
  /// Tables, no tables, and tables of which a part is missing.
  @Test(arguments: [.max, 0, 40]) func masksAreThoseOfTheDefinition(_ workLimit: Int) throws {
    var generator = SplitMix64(state: 11)
    var compared = 0
    while compared < 6_000 {
      guard let grammar = try? Grammar(reading: randomByteGrammar(&generator)) else { continue }
      compared += compare(
        grammar, randomTokens(20, &generator), workLimit: workLimit, &generator)
    }
  }

  /// Left-recursive, right-recursive, nullable, in circles, ambiguous.
  @Test(arguments: [
    "S -> S 'a' | 'b'", "S -> 'a' S | ''", "S -> S S | 'a' | ''", "S -> 'a' S 'b' S | ''",
    "S -> A S | 'b'\nA -> '' | 'a'", "S -> A\nA -> S | 'a' A 'b' | B\nB -> A B | ''",
    "S -> A 'b' | B\nA -> S 'a' | 'a'\nB -> S 'é' | 'b'", "S -> S '+' S | '(' S ')' | 'a'",
    "S -> 'é' S 'è' | 'é'", "S -> 'a' A 'a' | 'b' A 'b'\nA -> '' | 'a' A 'a' | 'b' A 'b'",
    "S -> A B C\nA -> '' | 'a' A\nB -> '' | 'b' B\nC -> '' | 'a' C 'a' | 'b'",
  ])
  func recursionOfEveryKind(_ text: String) throws {
    var generator = SplitMix64(state: 5)
    let grammar = try Grammar(reading: text)
    for workLimit in [.max, 0, 60] {
      for _ in 0..<4 {
        let tokens = randomTokens(20, &generator) + [[0x2B], [0x28, 0x61], [0x29, 0x2B], [0x29]]
        _ = compare(grammar, tokens, workLimit: workLimit, &generator)
      }
    }
  }

  /// Too many states for an automaton that has one next state.
  @Test func automataThatStayNondeterministic() throws {
    // The 14th character before the end is an a.
    let text =
      "S -> 'a' S | 'b' S | 'a' T0\n"
      + (0..<13).map { "T\($0) -> 'a' T\($0 + 1) | 'b' T\($0 + 1)" }.joined(separator: "\n")
      + "\nT13 -> ''"
    let grammar = try Grammar(reading: text)
    let vocabulary = TokenVocabulary(["a", "b", "abba", "c", "bc", ""], endOfText: [5])
    var matcher = GrammarMatcher(CompiledGrammar(grammar, vocabulary: vocabulary))
    var generator = SplitMix64(state: 1)
    var written = ""
    for _ in 0..<60 {
      let isComplete = written.count >= 14 && Array(written)[written.count - 14] == "a"
      #expect(matcher.mask().allowedTokens == [0, 1, 2] + (isComplete ? [5] : []))
      let token = Int.random(in: 0...2, using: &generator)
      matcher.accept(token)
      written += ["a", "b", "abba"][token]
    }
  }

  @Test func whatIsWrittenUnderTheMaskIsValid() throws {
    var generator = SplitMix64(state: 3)
    var tokens = (0..<256).map { [UInt8($0)] }
    tokens += ["+(", "((", "x+", "x)", "))", "x*y", ")/(", "xy"].map { Array($0.utf8) }
    let vocabulary = TokenVocabulary(tokens + [[]], endOfText: [tokens.count])
    let compiled = CompiledGrammar(.expressions, vocabulary: vocabulary)
    for _ in 0..<20 {
      var matcher = GrammarMatcher(compiled)
      var text: [UInt8] = []
      while !matcher.isEnded {
        let mask = matcher.mask()
        let allowed = mask.allowedTokens
        // Ends sooner or later: what closes and ends is preferred after a while.
        let closing = allowed.filter { [41, 120, tokens.count].contains($0) }
        let choice = text.count > 30 && !closing.isEmpty ? closing : allowed
        guard let token = choice.randomElement(using: &generator) else {
          Issue.record("nothing goes on with \(text)")
          return
        }
        #expect(matcher.accept(token) == true)
        text += vocabulary.bytes(of: token)
      }
      #expect(Grammar.expressions.isValid(String(decoding: text, as: UTF8.self)))
      #expect(matcher.mask().isEmpty && !matcher.accept(120))
    }
  }

  /// A token that is refused, and bytes that do not fit, leave the text as it was.
  @Test func refusalsChangeNothing() throws {
    let vocabulary = TokenVocabulary(["(", "x", ")", "x)x", "", ""], endOfText: [5])
    var matcher = GrammarMatcher(CompiledGrammar(.expressions, vocabulary: vocabulary))
    #expect(matcher.accept(0) == true)
    let mask = matcher.mask()
    #expect(mask.allowedTokens == [0, 1])
    for token in 2...5 { #expect(matcher.accept(token) == false) }
    #expect(!matcher.accept(bytes: "x)x".utf8) && matcher.mask() == mask)
    #expect(matcher.accept(bytes: "x)".utf8) && matcher.isComplete)
    #expect(matcher.mask().allowedTokens == [5])
    let copy = matcher
    #expect(matcher.accept(5) && matcher.isEnded && !copy.isEnded)
  }

  /// Nodes of the stacks that nobody needs any more are taken out.
  @Test func longTextsHaveTheMasksOfShortOnes() throws {
    let grammar = try Grammar(
      reading: "S -> '[' L ']'\nL -> '' | I | L ',' I\nI -> 'x' | '[' L ']' | I 'y'")
    let vocabulary = TokenVocabulary(
      ["[", "]", ",", "x", "],[", "]]", "xy,x", ",[x", ""], endOfText: [8])
    let compiled = CompiledGrammar(grammar, vocabulary: vocabulary)
    var (long, short) = (GrammarMatcher(compiled), GrammarMatcher(compiled))
    long.accept(0)
    short.accept(0)
    for _ in 0..<20_000 { #expect(long.accept(bytes: "[x,xyy],[],".utf8) == true) }
    short.accept(bytes: "x,".utf8)
    var generator = SplitMix64(state: 8)
    for _ in 0..<200 where !long.isComplete {
      let mask = long.mask()
      #expect(mask == short.mask())
      guard let token = mask.allowedTokens.filter({ $0 < 8 }).randomElement(using: &generator)
      else { break }
      #expect(long.accept(token) && short.accept(token))
    }
  }

  @Test func masksChooseAmongLogits() throws {
    let vocabulary = TokenVocabulary(["x", "+", "x+x", ""], endOfText: [3])
    var matcher = GrammarMatcher(CompiledGrammar(.arithmetic, vocabulary: vocabulary))
    var text = ""
    for position in 0..<20 {
      var logits: [Float] = [0, 1, 2, -30]
      let mask = matcher.mask()
      logits.withUnsafeMutableBufferPointer { mask.apply(to: $0) }
      let token = try TokenSampling().token(
        logits: logits, key: RandomKey(1).folding(in: position))
      #expect(matcher.accept(token) == true)
      text += String(decoding: vocabulary.bytes(of: token), as: UTF8.self)
    }
    #expect(Grammar.arithmetic.isValid(text) || Grammar.arithmetic.isValid(text + "x"))
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) { _ = TokenVocabulary(["a"], endOfText: [1]) }
    await #expect(processExitsWith: .failure) {
      let vocabulary = TokenVocabulary(["x"])
      var matcher = GrammarMatcher(CompiledGrammar(.arithmetic, vocabulary: vocabulary))
      var mask = TokenMask(count: 2)
      matcher.fill(&mask)
    }
  }
}
