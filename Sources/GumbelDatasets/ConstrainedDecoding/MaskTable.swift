/// What a state says of a vocabulary's tokens wherever it stands: those that fit whatever it returns
/// to, and what remains of those that go on behind its return.
///
/// What remains is a trie again, of which each state that may be returned to says the same. So a mask
/// is put together from few parts that are all there: the state's own, and those of its callers.
struct MaskTable: Sendable {
  struct Entry: Sendable {
    /// Where the words of the tokens are, -1 if they are few and listed.
    var words: Int
    var list: Range<Int>
    /// The trie of what goes on behind the return, -1 for none.
    var rest: Int32
  }

  let tries: [TokenTrie]
  /// By state: the entry of the whole vocabulary, -1 where there is none.
  private let firsts: [Int32]
  private let others: [Pair: Int32]
  private let entries: [Entry]
  private let words: [UInt64]
  private let list: [Int32]
  private let wordCount: Int
  /// How many states of a trie were left out, since all would have taken too long.
  let missing: Int

  fileprivate struct Pair: Hashable {
    let trie, state: Int32
  }

  /// The entry of a trie and a state; nil if there is none.
  func entry(_ trie: Int32, _ state: Int32) -> Entry? {
    let index = trie == 0 ? firsts[Int(state)] : others[Pair(trie: trie, state: state)] ?? -1
    return index < 0 ? nil : entries[Int(index)]
  }

  /// Sets the bits of an entry's tokens.
  func add(_ entry: Entry, to mask: UnsafeMutableBufferPointer<UInt64>) {
    if entry.words >= 0 {
      words.withUnsafeBufferPointer { words in
        let source = words.baseAddress! + entry.words
        for place in 0..<wordCount { mask[place] |= source[place] }
      }
    }
    for place in entry.list {
      let token = UInt32(bitPattern: list[place])
      mask[Int(token >> 6)] |= 1 << UInt64(token & 63)
    }
  }

  /// - Parameter workLimit: How many nodes of tries to look at in all; what then has no entry is
  ///   looked up in the text's own stacks.
  init(_ automaton: PushdownAutomaton, _ vocabulary: TokenVocabulary, workLimit: Int) {
    var builder = MaskTableBuilder(automaton, vocabulary)
    builder.build(workLimit: workLimit)
    tries = builder.tries
    firsts = builder.firsts
    others = builder.others
    entries = builder.entries
    words = builder.words
    list = builder.list
    wordCount = builder.wordCount
    missing = builder.missing
  }
}

private struct MaskTableBuilder {
  typealias Pair = MaskTable.Pair

  var tries: [TokenTrie]
  var firsts: [Int32]
  var others: [Pair: Int32] = [:]
  var entries: [MaskTable.Entry] = []
  var words: [UInt64] = []
  var list: [Int32] = []
  let wordCount: Int
  var missing = 0

  /// Fewer tokens than this are listed, for a list is then faster than words.
  private static let leastWords = 512
  /// 64 MiB of words.
  private static let wordLimit = 1 << 23

  private let automaton: PushdownAutomaton
  private let vocabulary: TokenVocabulary
  private var trieNumbers: [TokenTrie: Int32] = [:]
  private var callers: CallerStates

  init(_ automaton: PushdownAutomaton, _ vocabulary: TokenVocabulary) {
    self.automaton = automaton
    self.vocabulary = vocabulary
    tries = [TokenTrie(vocabulary.suffixes, of: vocabulary)]
    firsts = Array(repeating: -1, count: automaton.stateCount)
    wordCount = (vocabulary.count + 63) / 64
    callers = CallerStates(automaton)
  }

  /// Tries of the first returns come before those of later ones, which are less often needed.
  mutating func build(workLimit: Int) {
    var open = (0..<automaton.stateCount).map { Pair(trie: 0, state: Int32($0)) }
    var seen: Set<Pair> = []
    var (place, work) = (0, 0)
    while place < open.count {
      let pair = open[place]
      place += 1
      if work >= workLimit || words.count > Self.wordLimit {
        missing += open.count - place + 1
        return
      }
      work += addEntry(pair)
      let entry = entries[entries.count - 1]
      var nextTries: [Int32] = []
      if entry.rest >= 0 {
        nextTries.append(entry.rest)
        if !callers.areKnown { missing = 1 }
      }
      if pair.trie > 0, automaton.isFinal[Int(pair.state)] { nextTries.append(pair.trie) }
      for trie in nextTries {
        for state in callers.states(of: pair.state) {
          let next = Pair(trie: trie, state: state)
          if seen.insert(next).inserted { open.append(next) }
        }
      }
    }
  }

  private mutating func addEntry(_ pair: Pair) -> Int {
    let trie = tries[Int(pair.trie)]
    var recogniser = StackRecogniser(automaton, states: [pair.state])
    var (tokens, returns): ([Int32], [Int]) = ([], [])
    let looks = recogniser.walk(
      trie, from: 0, found: { tokens += trie.tokens[$0] }, returned: { returns.append($0) })
    var entry = MaskTable.Entry(words: -1, list: 0..<0, rest: -1)
    if tokens.count < Self.leastWords {
      entry.list = list.count..<(list.count + tokens.count)
      list += tokens
    } else {
      entry.words = words.count
      words += [UInt64](repeating: 0, count: wordCount)
      for token in tokens { words[entry.words + Int(token) / 64] |= 1 << UInt64(token % 64) }
    }
    var work = looks + 1
    // The bottom has no callers.
    if !returns.isEmpty, !callers.areKnown || !callers.states(of: pair.state).isEmpty {
      let suffixes = trie.suffixes(below: returns)
      // They are sorted.
      work += 8 * suffixes.count
      if !suffixes.isEmpty { entry.rest = number(of: TokenTrie(suffixes, of: vocabulary)) }
    }
    let index = Int32(entries.count)
    entries.append(entry)
    if pair.trie == 0 { firsts[Int(pair.state)] = index } else { others[pair] = index }
    return work
  }

  private mutating func number(of trie: TokenTrie) -> Int32 {
    if let known = trieNumbers[trie] { return known }
    let number = Int32(tries.count)
    trieNumbers[trie] = number
    tries.append(trie)
    return number
  }
}

/// For each state, where the call that it is in may return to.
private struct CallerStates {
  /// Whether there are not too many calls and states to find out; else there are no states at all.
  let areKnown: Bool
  private var sets: [[Int32]] = []
  /// By state: its place in the sets.
  private var places: [Int]

  init(_ automaton: PushdownAutomaton) {
    let calleeCount = automaton.entries.count { $0.start < $0.end }
    areKnown = calleeCount * automaton.stateCount < 50_000_000
    guard areKnown else {
      sets = [[]]
      places = Array(repeating: 0, count: automaton.stateCount)
      return
    }
    var owners = [[Int32]](repeating: [], count: automaton.stateCount)
    for (callee, entry) in automaton.entries.enumerated() where entry.start < entry.end {
      var seen = [Bool](repeating: false, count: automaton.stateCount)
      var open = Array(automaton.states(entry))
      while let state = open.popLast() {
        if seen[Int(state)] { continue }
        seen[Int(state)] = true
        owners[Int(state)].append(Int32(callee))
        open += automaton.successors(of: Int(state))
        for call in automaton.calls[automaton.calls(of: state)] {
          open += automaton.states(call.targets)
        }
      }
    }
    var returns = [Set<Int32>](repeating: [], count: automaton.entries.count)
    for call in automaton.calls {
      returns[Int(call.callee)].formUnion(automaton.states(call.targets))
    }
    var numbers: [[Int32]: Int] = [:]
    places = []
    for owner in owners {
      if let known = numbers[owner] {
        places.append(known)
        continue
      }
      numbers[owner] = sets.count
      places.append(sets.count)
      sets.append(owner.reduce(into: Set<Int32>()) { $0.formUnion(returns[Int($1)]) }.sorted())
    }
  }

  func states(of state: Int32) -> [Int32] { sets[places[Int(state)]] }
}
