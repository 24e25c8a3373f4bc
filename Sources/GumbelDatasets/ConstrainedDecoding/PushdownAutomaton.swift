/// A grammar as tables: in a state a byte leads to others, a call enters others and comes back to
/// others, and a final state returns to the callers.
///
/// Networks are made deterministic, so that mostly there is one next state, unless that takes too many
/// states; then there are several.
final class PushdownAutomaton: Sendable {
  /// Places in ``targets``.
  struct Targets: Sendable {
    let start, end: Int32
  }

  struct Call: Sendable {
    let callee: Int32
    let targets: Targets
  }

  let stateCount: Int
  let classCount: Int
  /// By byte: its class, of those that no state tells apart.
  let classes: [Int32]
  /// By state and class: the next state; -1 for none, and -2 - i for the several of ``lists`` i.
  let table: [Int32]
  let lists: [Targets]
  let isFinal: [Bool]
  /// By state: where its calls begin, and where those of the last one end.
  let callStarts: [Int32]
  let calls: [Call]
  /// By nonterminal that is called, and 0 for the start: the states to enter.
  let entries: [Targets]
  let targets: [Int32]

  private static let stateLimit = 5_000

  init(_ source: ByteGrammar) {
    var grammar = source
    grammar.replaceLeftRecursion()
    let called = CalledSymbols(grammar, limit: 4_000).isCalled
    let everything = [Bool](repeating: true, count: grammar.productions.count)
    // Only a limit that is passed is thrown, and the second attempt has none.
    let network =
      (try? SuffixNetwork(grammar, isCalled: called, limit: 100_000))
      ?? (try! SuffixNetwork(grammar, isCalled: everything, limit: .max))

    var builder = TableBuilder(network)
    builder.build(limit: Self.stateLimit)
    stateCount = builder.isFinal.count
    classCount = builder.representatives.count
    classes = builder.classes
    table = builder.table
    lists = builder.lists
    isFinal = builder.isFinal
    callStarts = builder.callStarts
    calls = builder.calls
    entries = builder.entries
    targets = builder.targets
  }

  func calls(of state: Int32) -> Range<Int> {
    Int(callStarts[Int(state)])..<Int(callStarts[Int(state) + 1])
  }

  func states(_ range: Targets) -> ArraySlice<Int32> { targets[Int(range.start)..<Int(range.end)] }

  /// The next states of any byte.
  func successors(of state: Int) -> Set<Int32> {
    var result: Set<Int32> = []
    for next in table[(state * classCount)..<((state + 1) * classCount)] where next != -1 {
      if next >= 0 { result.insert(next) } else { result.formUnion(states(lists[Int(-2 - next)])) }
    }
    return result
  }
}

/// Makes the tables of an automaton.
private struct TableBuilder {
  typealias Targets = PushdownAutomaton.Targets

  var table: [Int32] = []
  var lists: [Targets] = []
  var isFinal: [Bool] = []
  var callStarts: [Int32] = [0]
  var calls: [PushdownAutomaton.Call] = []
  var entries: [Targets] = []
  var targets: [Int32] = []
  var classes = [Int32](repeating: 0, count: 256)
  /// A byte of each class.
  var representatives: [UInt8] = []

  private let network: SuffixNetwork
  /// By state: the network's states that it stands for.
  private var subsets: [[Int32]] = []
  private var numbers: [[Int32]: Int32] = [:]
  private var closures: [[Int32]?]
  private var rangeNumbers: [[Int32]: Targets] = [:]
  private var listNumbers: [[Int32]: Int32] = [:]
  private var isDeterministic = true

  init(_ network: SuffixNetwork) {
    self.network = network
    closures = Array(repeating: nil, count: network.count)
    var isBorder = [Bool](repeating: false, count: 257)
    isBorder[0] = true
    for case let edge? in network.byteEdges {
      isBorder[Int(edge.low)] = true
      isBorder[Int(edge.high) + 1] = true
    }
    for byte in 0..<256 {
      if isBorder[byte] { representatives.append(UInt8(byte)) }
      classes[byte] = Int32(representatives.count - 1)
    }
  }

  mutating func build(limit: Int) {
    if !tryToBuild(limit: limit) {
      (table, lists, isFinal, callStarts, calls, entries, targets) = ([], [], [], [0], [], [], [])
      (subsets, numbers, rangeNumbers, listNumbers) = ([], [:], [:], [:])
      isDeterministic = false
      _ = tryToBuild(limit: .max)
    }
  }

  private mutating func tryToBuild(limit: Int) -> Bool {
    entries = Array(repeating: Targets(start: 0, end: 0), count: network.entries.count)
    for index in entries.indices where !network.entries[index].isEmpty {
      entries[index] = range(of: states(network.closure(network.entries[index])))
    }
    var state = 0
    while state < subsets.count {
      if subsets.count > limit { return false }
      addRow(of: subsets[state])
      state += 1
    }
    return true
  }

  private mutating func addRow(of subset: [Int32]) {
    var next = [Set<Int32>](repeating: [], count: representatives.count)
    var byCallee: [Int32: Set<Int32>] = [:]
    for member in subset {
      if let edge = network.byteEdges[Int(member)] {
        let reached = closure(edge.target)
        for place in Int(classes[Int(edge.low)])...Int(classes[Int(edge.high)]) {
          next[place].formUnion(reached)
        }
      }
      if let call = network.calls[Int(member)] {
        byCallee[call.callee, default: []].formUnion(closure(call.target))
      }
    }
    for set in next {
      if set.isEmpty {
        table.append(-1)
        continue
      }
      let found = states(set.sorted())
      if found.count == 1 {
        table.append(found[0])
      } else if let known = listNumbers[found] {
        table.append(-2 - known)
      } else {
        let number = Int32(lists.count)
        listNumbers[found] = number
        lists.append(range(of: found))
        table.append(-2 - number)
      }
    }
    for (callee, set) in byCallee.sorted(by: { $0.key < $1.key }) {
      calls.append(
        PushdownAutomaton.Call(callee: callee, targets: range(of: states(set.sorted()))))
    }
    callStarts.append(Int32(calls.count))
    isFinal.append(subset.contains(0))
  }

  private mutating func closure(_ state: Int32) -> [Int32] {
    if let known = closures[Int(state)] { return known }
    let result = network.closure([state])
    closures[Int(state)] = result
    return result
  }

  /// The states of the automaton that stand for a set of the network's: one, or one each.
  private mutating func states(_ set: [Int32]) -> [Int32] {
    if isDeterministic { return [number(of: set)] }
    return set.map { number(of: [$0]) }
  }

  private mutating func number(of subset: [Int32]) -> Int32 {
    if let known = numbers[subset] { return known }
    let number = Int32(subsets.count)
    numbers[subset] = number
    subsets.append(subset)
    return number
  }

  private mutating func range(of states: [Int32]) -> Targets {
    if let known = rangeNumbers[states] { return known }
    let start = Int32(targets.count)
    targets += states
    let range = Targets(start: start, end: Int32(targets.count))
    rangeNumbers[states] = range
    return range
  }
}
