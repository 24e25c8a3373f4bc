/// Reads bytes by an automaton, with all stacks that they may have led to at once.
///
/// Stacks are a graph, after Tomita 1987 and Earley 1970: a node stands for a call that was made at a
/// place of the text, and its edges say which state each of the callers goes on in, and inside which
/// call. Node 0 is the bottom. A level is what was reached after some byte; bytes may be read from any
/// level, and what was above it is then forgotten.
struct StackRecogniser: Sendable {
  struct Item: Hashable, Sendable {
    var state, node: Int32
  }

  private struct Edge: Sendable {
    var state, node, next: Int32
  }

  private struct Node: Sendable {
    var callee: Int32
    /// The first edge, -1 for none.
    var first: Int32 = -1
  }

  private struct Level: Sendable {
    /// Items that bytes or returns led to, and then those that were called at this place.
    var start, calledStart, end: Int
    /// How many nodes and edges there were.
    var nodes, edges: Int
  }

  let automaton: PushdownAutomaton
  private var items: [Item] = []
  private var nodes = [Node(callee: -1)]
  private var edges: [Edge] = []
  private var levels: [Level] = []
  /// By nonterminal: the last node that was made for a call of it, which may be gone.
  private var lastNodes: [Int32]
  private var seen: Set<Item> = []
  /// How many nodes were left when those without use were last taken out.
  private var usedNodes = 1

  /// A recogniser with one level.
  ///
  /// - Parameter states: Where it begins, at the bottom; nil for the start of a text.
  init(_ automaton: PushdownAutomaton, states: [Int32]? = nil) {
    self.automaton = automaton
    lastNodes = Array(repeating: -1, count: automaton.entries.count)
    for state in states ?? Array(automaton.states(automaton.entries[0])) {
      items.append(Item(state: state, node: 0))
    }
    finishLevel(from: 0)
  }

  /// The level that was reached last.
  var top: Int { levels.count - 1 }

  /// The items of a level that bytes or returns led to.
  func items(of level: Int) -> ArraySlice<Item> {
    items[levels[level].start..<levels[level].calledStart]
  }

  /// Whether an item of a level is final at the bottom.
  func isComplete(_ level: Int) -> Bool {
    items(of: level).contains { $0.node == 0 && automaton.isFinal[Int($0.state)] }
  }

  /// Whether a state is final.
  func isFinal(_ state: Int32) -> Bool { automaton.isFinal[Int(state)] }

  /// The states to go on in when a call returns, each with the call that it is in.
  func callers(of node: Int32) -> [Item] {
    var result: [Item] = []
    var edge = nodes[Int(node)].first
    while edge >= 0 {
      let caller = edges[Int(edge)]
      result.append(Item(state: caller.state, node: caller.node))
      edge = caller.next
    }
    return result
  }

  /// Reads a byte from a level, in the place of what stood above it. False if it does not fit, and
  /// then there is no level above.
  mutating func read(_ byte: UInt8, from level: Int) -> Bool {
    forget(above: level)
    let source = levels[level]
    let start = items.count
    let byteClass = Int(automaton.classes[Int(byte)])
    for place in source.start..<source.end {
      let item = items[place]
      let next = automaton.table[Int(item.state) * automaton.classCount + byteClass]
      if next >= 0 {
        add(Item(state: next, node: item.node), from: start)
      } else if next != -1 {
        let list = automaton.lists[Int(-2 - next)]
        for place in Int(list.start)..<Int(list.end) {
          add(Item(state: automaton.targets[place], node: item.node), from: start)
        }
      }
    }
    if items.count == start { return false }
    addCallers(from: start)
    finishLevel(from: start)
    return true
  }

  /// Puts a level on top that an item alone has led to, with those that it returns to.
  mutating func push(_ item: Item) {
    let start = items.count
    add(item, from: start)
    addCallers(from: start)
    finishLevel(from: start)
  }

  /// Takes out the levels above one.
  mutating func forget(above level: Int) {
    guard levels.count > level + 1 else { return }
    let last = levels[level]
    items.removeSubrange(last.end...)
    nodes.removeSubrange(last.nodes...)
    edges.removeSubrange(last.edges...)
    levels.removeSubrange((level + 1)...)
  }

  /// Keeps the top level alone.
  mutating func keepTop() {
    let last = levels[top]
    items.removeSubrange(..<last.start)
    levels = [
      Level(
        start: 0, calledStart: last.calledStart - last.start, end: items.count,
        nodes: nodes.count, edges: edges.count)
    ]
    if nodes.count > 2 * usedNodes + 64 { removeUnusedNodes() }
  }

  private mutating func addCallers(from start: Int) {
    var place = start
    while place < items.count {
      let item = items[place]
      if automaton.isFinal[Int(item.state)] {
        var edge = nodes[Int(item.node)].first
        while edge >= 0 {
          let caller = edges[Int(edge)]
          add(Item(state: caller.state, node: caller.node), from: start)
          edge = caller.next
        }
      }
      place += 1
    }
  }

  /// Makes the calls of the items from `start` on, and of those that are called by them.
  private mutating func finishLevel(from start: Int) {
    let (calledStart, firstNode) = (items.count, nodes.count)
    var place = start
    while place < items.count {
      let item = items[place]
      for number in automaton.calls(of: item.state) {
        let call = automaton.calls[number]
        var node = lastNodes[Int(call.callee)]
        if node < firstNode || node >= nodes.count || nodes[Int(node)].callee != call.callee {
          node = Int32(nodes.count)
          lastNodes[Int(call.callee)] = node
          nodes.append(Node(callee: call.callee))
          let entry = automaton.entries[Int(call.callee)]
          for entered in Int(entry.start)..<Int(entry.end) {
            items.append(Item(state: automaton.targets[entered], node: node))
          }
        }
        for target in Int(call.targets.start)..<Int(call.targets.end) {
          edges.append(
            Edge(
              state: automaton.targets[target], node: item.node, next: nodes[Int(node)].first))
          nodes[Int(node)].first = Int32(edges.count - 1)
        }
      }
      place += 1
    }
    seen.removeAll(keepingCapacity: true)
    levels.append(
      Level(
        start: start, calledStart: calledStart, end: items.count, nodes: nodes.count,
        edges: edges.count))
  }

  /// Adds an item unless it is there; few are compared one by one.
  private mutating func add(_ item: Item, from start: Int) {
    let count = items.count - start
    if count < 16 {
      for place in start..<items.count where items[place] == item { return }
    } else {
      if count == 16 {
        seen.removeAll(keepingCapacity: true)
        seen.formUnion(items[start...])
      }
      if !seen.insert(item).inserted { return }
    }
    items.append(item)
  }

  private mutating func removeUnusedNodes() {
    var numbers = [Int32](repeating: -1, count: nodes.count)
    numbers[0] = 0
    var kept: [Int32] = [0]
    func keep(_ node: Int32) -> Int32 {
      if numbers[Int(node)] < 0 {
        numbers[Int(node)] = Int32(kept.count)
        kept.append(node)
      }
      return numbers[Int(node)]
    }
    for place in items.indices { items[place].node = keep(items[place].node) }
    var newNodes: [Node] = []
    var newEdges: [Edge] = []
    while newNodes.count < kept.count {
      let old = nodes[Int(kept[newNodes.count])]
      var new = Node(callee: old.callee)
      var edge = old.first
      while edge >= 0 {
        let caller = edges[Int(edge)]
        newEdges.append(Edge(state: caller.state, node: keep(caller.node), next: new.first))
        new.first = Int32(newEdges.count - 1)
        edge = caller.next
      }
      newNodes.append(new)
    }
    (nodes, edges) = (newNodes, newEdges)
    usedNodes = nodes.count
    levels[0].nodes = nodes.count
    levels[0].edges = edges.count
  }
}
