/// A grammar as a network whose states are what is still to come: ends of right sides, behind which
/// stand those of the productions that they are written out in.
///
/// State 0 has nothing to come and returns to whoever called. A call that nothing follows is none: its
/// productions go on in the caller's place, so that lists that end in themselves take no memory.
struct SuffixNetwork {
  struct ByteEdge: Hashable {
    let low, high: UInt8
    let target: Int32
  }

  struct Call: Hashable {
    let callee, target: Int32
  }

  struct LimitPassed: Error {}

  /// By state. The first two have one element at most.
  private(set) var byteEdges: [ByteEdge?] = []
  private(set) var calls: [Call?] = []
  /// What may stand in the state's place.
  private(set) var alternatives: [[Int32]] = []
  /// By nonterminal: its productions, if it is called, or the start's.
  private(set) var entries: [[Int32]]

  var count: Int { byteEdges.count }

  private struct End: Hashable {
    let symbol: ByteGrammar.Symbol
    let rest: Int32
  }

  private let grammar: ByteGrammar
  private var numbers: [End: Int32] = [:]
  private var ends: [End] = []

  /// - Throws: If there are more states than the limit.
  init(_ grammar: ByteGrammar, isCalled: [Bool], limit: Int) throws(LimitPassed) {
    self.grammar = grammar
    let isNullable = grammar.isNullable
    entries = Array(repeating: [], count: grammar.productions.count)
    var hasEntries = [Bool](repeating: false, count: grammar.productions.count)
    addState()
    ends.append(End(symbol: .bytes(0, 0), rest: 0))
    hasEntries[0] = true
    entries[0] = productions(of: 0, before: 0)
    var state: Int32 = 1
    while Int(state) < ends.count {
      if ends.count > limit { throw LimitPassed() }
      addState()
      let end = ends[Int(state)]
      switch end.symbol {
      case .bytes(let low, let high):
        byteEdges[Int(state)] = ByteEdge(low: low, high: high, target: end.rest)
      case .nonterminal(let index) where !isCalled[index]:
        alternatives[Int(state)] = productions(of: index, before: end.rest)
      case .nonterminal(let index):
        if !hasEntries[index] {
          hasEntries[index] = true
          entries[index] = productions(of: index, before: 0)
        }
        if end.rest == 0 {
          alternatives[Int(state)] = entries[index]
        } else {
          calls[Int(state)] = Call(callee: Int32(index), target: end.rest)
          if isNullable[index] { alternatives[Int(state)] = [end.rest] }
        }
      }
      state += 1
    }
  }

  private mutating func addState() {
    byteEdges.append(nil)
    calls.append(nil)
    alternatives.append([])
  }

  private mutating func productions(of left: Int, before rest: Int32) -> [Int32] {
    grammar.productions[left].map { right in
      right.reversed().reduce(rest) { rest, symbol in
        let end = End(symbol: symbol, rest: rest)
        if let known = numbers[end] { return known }
        let number = Int32(ends.count)
        ends.append(end)
        numbers[end] = number
        return number
      }
    }
  }

  /// The states that may stand in the place of these, if they read a byte, call or return, in order.
  func closure(_ states: [Int32]) -> [Int32] {
    var seen = Set(states)
    var open = states
    var result: [Int32] = []
    while let state = open.popLast() {
      let place = Int(state)
      if state == 0 || byteEdges[place] != nil || calls[place] != nil { result.append(state) }
      for next in alternatives[place] where seen.insert(next).inserted { open.append(next) }
    }
    return result.sorted()
  }
}
