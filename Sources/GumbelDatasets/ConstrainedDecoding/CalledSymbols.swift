/// Which nonterminals are called, and return to what follows them, and which are written out where
/// they stand.
///
/// What is written out costs nothing when a text is read and needs no memory of where to return. A
/// nonterminal may be written out if that ends: unless it leads to itself with something behind it.
/// Of each circle of those one is called, the one that most productions of the circle name.
struct CalledSymbols {
  private(set) var isCalled: [Bool]
  private let grammar: ByteGrammar
  /// How many symbols a nonterminal takes where it is written out.
  private var sizes: [Int]

  /// - Parameter limit: What takes more symbols than this is called in any case.
  init(_ grammar: ByteGrammar, limit: Int) {
    self.grammar = grammar
    isCalled = Array(repeating: false, count: grammar.productions.count)
    sizes = Array(repeating: 0, count: grammar.productions.count)
    breakCircles(limit: limit)
  }

  private mutating func breakCircles(limit: Int) {
    var open = StrongComponents(of: targets(Array(grammar.productions.indices))).components
    // Components come before those that lead to them, so that sizes of what they name are known.
    open.reverse()
    while let component = open.popLast() {
      let members = Set(component)
      var counts: [Int: Int] = [:]
      var isCircle = false
      for left in component {
        for right in grammar.productions[left] {
          for (place, symbol) in right.enumerated() {
            guard case .nonterminal(let index) = symbol, members.contains(index), !isCalled[index]
            else { continue }
            counts[index, default: 0] += 1
            if place < right.count - 1 { isCircle = true }
          }
        }
      }
      if isCircle {
        let most = counts.values.max()!
        let chosen = component.filter { counts[$0] == most }.min()!
        isCalled[chosen] = true
        let rest = component.filter { $0 != chosen }
        // The rest falls into components of its own; the chosen one's size is that of a call.
        open += StrongComponents(of: targets(rest), members: rest).components.reversed()
        continue
      }
      let size = component.reduce(0) { $0 + symbolCount(of: $1, inside: members) }
      for left in component {
        sizes[left] = size
        if size > limit { isCalled[left] = true }
      }
    }
  }

  private func symbolCount(of left: Int, inside members: Set<Int>) -> Int {
    var size = 0
    for right in grammar.productions[left] {
      for symbol in right {
        guard case .nonterminal(let index) = symbol, !members.contains(index), !isCalled[index]
        else {
          size += 1
          continue
        }
        size = min(size + sizes[index], 1 << 40)
      }
    }
    return size
  }

  /// By nonterminal, those that its productions name, called ones left out.
  private func targets(_ members: [Int]) -> [[Int]] {
    var result = [[Int]](repeating: [], count: grammar.productions.count)
    for left in members where !isCalled[left] {
      for right in grammar.productions[left] {
        for case .nonterminal(let index) in right where !isCalled[index] {
          result[left].append(index)
        }
      }
    }
    return result
  }
}

/// The strongly connected components of a graph (Tarjan 1972), each behind those that it leads to.
struct StrongComponents {
  private(set) var components: [[Int]] = []

  /// - Parameter members: The nodes to look at; nil for all.
  init(of targets: [[Int]], members: [Int]? = nil) {
    var numbers = [Int](repeating: -1, count: targets.count)
    var lowest = numbers
    var isOpen = [Bool](repeating: false, count: targets.count)
    if let members {
      numbers = numbers.map { _ in .max }
      for node in members { numbers[node] = -1 }
    }
    var stack: [Int] = []
    var count = 0
    for root in members ?? Array(targets.indices) where numbers[root] == -1 {
      // A call of its own for each node could be as deep as the graph is large.
      var calls: [(node: Int, place: Int)] = [(root, 0)]
      while let (node, place) = calls.popLast() {
        if place == 0 {
          numbers[node] = count
          lowest[node] = count
          count += 1
          stack.append(node)
          isOpen[node] = true
        } else {
          let target = targets[node][place - 1]
          lowest[node] = min(lowest[node], lowest[target] < 0 ? .max : lowest[target])
        }
        var isWaiting = false
        for next in place..<targets[node].count {
          let target = targets[node][next]
          if numbers[target] == -1 {
            calls.append((node, next + 1))
            calls.append((target, 0))
            isWaiting = true
            break
          }
          if isOpen[target] { lowest[node] = min(lowest[node], numbers[target]) }
        }
        if isWaiting { continue }
        if lowest[node] == numbers[node] {
          var component: [Int] = []
          repeat {
            component.append(stack.removeLast())
            isOpen[component.last!] = false
          } while component.last != node
          components.append(component)
        }
      }
    }
  }
}
