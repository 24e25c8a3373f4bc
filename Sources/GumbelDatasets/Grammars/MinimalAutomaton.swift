/// The minimal acyclic automaton of sets of strings of one length each: nodes stand for sets, and equal sets share one.
struct MinimalAutomaton: Sendable {
  struct Edge: Hashable, Sendable {
    let character, node: Int32
  }

  /// The node of the set that holds the empty string alone.
  static let end: Int32 = 0

  fileprivate(set) var edges: [Edge] = []
  fileprivate(set) var starts: [Int] = [0, 0]
  /// By node: how many strings; nil if more than an Int holds.
  fileprivate(set) var counts: [Int?] = [1]
  /// By node: how many strings, rounded.
  fileprivate(set) var sizes: [Double] = [1]

  /// The first characters of a node's strings, in order, and what follows them.
  func edges(of node: Int32) -> ArraySlice<Edge> {
    edges[starts[Int(node)]..<starts[Int(node) + 1]]
  }
}

/// Makes nodes, each set once.
struct StringDiagramBuilder {
  struct LimitPassed: Error {}

  private struct Pair: Hashable {
    let first, second: Int32
  }

  private(set) var diagram = MinimalAutomaton()
  private var nodes: [[MinimalAutomaton.Edge]: Int32] = [:]
  private var unions: [Pair: Int32] = [:]
  private var concatenations: [Pair: Int32] = [:]
  private let limit: Int
  private var steps = 0

  init(limit: Int) { self.limit = limit }

  /// The set of these characters; nil for none.
  mutating func node(of characters: [Int32]) throws(LimitPassed) -> Int32? {
    if characters.isEmpty { return nil }
    return try node(
      Set(characters).sorted().map {
        MinimalAutomaton.Edge(character: $0, node: MinimalAutomaton.end)
      })
  }

  private mutating func node(_ edges: [MinimalAutomaton.Edge]) throws(LimitPassed) -> Int32 {
    if let known = nodes[edges] { return known }
    let node = Int32(diagram.counts.count)
    // A large alphabet makes for many edges a node.
    if node == limit || diagram.edges.count + edges.count > 32 * limit { throw LimitPassed() }
    diagram.edges += edges
    diagram.starts.append(diagram.edges.count)
    var count: Int? = 0
    for edge in edges {
      if let part = diagram.counts[Int(edge.node)], let sum = count {
        let (next, overflow) = sum.addingReportingOverflow(part)
        count = overflow ? nil : next
      } else {
        count = nil
      }
    }
    diagram.counts.append(count)
    diagram.sizes.append(edges.reduce(0) { $0 + diagram.sizes[Int($1.node)] })
    nodes[edges] = node
    return node
  }

  private mutating func takeStep() throws(LimitPassed) {
    steps += 1
    if steps > 10 * limit { throw LimitPassed() }
  }

  /// The strings of either set; both have one length.
  mutating func union(_ first: Int32?, _ second: Int32?) throws(LimitPassed) -> Int32? {
    guard let first else { return second }
    guard let second else { return first }
    return try union(first, second)
  }

  private mutating func union(_ first: Int32, _ second: Int32) throws(LimitPassed) -> Int32 {
    if first == second { return first }
    let pair = Pair(first: min(first, second), second: max(first, second))
    if let known = unions[pair] { return known }
    try takeStep()
    let (left, right) = (Array(diagram.edges(of: first)), Array(diagram.edges(of: second)))
    var merged: [MinimalAutomaton.Edge] = []
    var (i, j) = (0, 0)
    while i < left.count || j < right.count {
      if j == right.count || (i < left.count && left[i].character < right[j].character) {
        merged.append(left[i])
        i += 1
      } else if i == left.count || right[j].character < left[i].character {
        merged.append(right[j])
        j += 1
      } else {
        merged.append(
          MinimalAutomaton.Edge(
            character: left[i].character, node: try union(left[i].node, right[j].node)))
        i += 1
        j += 1
      }
    }
    let node = try node(merged)
    unions[pair] = node
    return node
  }

  /// The strings of the first set, each followed by each of the second.
  mutating func concatenation(_ first: Int32, _ second: Int32) throws(LimitPassed) -> Int32 {
    if first == MinimalAutomaton.end { return second }
    let pair = Pair(first: first, second: second)
    if let known = concatenations[pair] { return known }
    try takeStep()
    var edges: [MinimalAutomaton.Edge] = []
    for edge in Array(diagram.edges(of: first)) {
      edges.append(
        MinimalAutomaton.Edge(
          character: edge.character, node: try concatenation(edge.node, second)))
    }
    let node = try node(edges)
    concatenations[pair] = node
    return node
  }
}
