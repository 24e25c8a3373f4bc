extension StackRecogniser {
  /// What a depth of a trie has led to: one item that calls nothing and returns to nobody but the
  /// bottom, without a level, or else a level.
  private struct Depth {
    var state, node: Int32
    /// -1 where there is none.
    var level: Int
    /// The last level at this depth or above.
    var below: Int
  }

  /// Reads all strings of a trie from a level, and leaves out those that do not fit.
  ///
  /// - Parameters:
  ///   - found: is given places in the trie's tokens that fit.
  ///   - returned: is given nodes that others follow and that the bottom is returned from.
  /// - Returns: How many nodes were looked at.
  @discardableResult
  mutating func walk(
    _ trie: TokenTrie, from level: Int, found: (Range<Int>) -> Void,
    returned: (Int) -> Void = { _ in }
  ) -> Int {
    let automaton = automaton
    let classCount = automaton.classCount
    var depths = [Depth(state: -1, node: 0, level: level, below: level)]
    var (node, looks) = (1, 0)
    let count = trie.count
    while node < count {
      looks += 1
      let depth = Int(trie.depths[node])
      let label = trie.labels[node]
      let next = Int(trie.next[node])
      if depths.count == depth {
        depths.append(Depth(state: -1, node: 0, level: -1, below: level))
      }
      let above = depths[depth - 1]
      var reached: Int32 = -2
      if above.state >= 0 {
        reached =
          automaton.table[Int(above.state) * classCount + Int(automaton.classes[Int(label)])]
        if reached == -1 {
          node = next
          continue
        }
      }
      var isReturned = false
      if reached >= 0, isPlain(reached, above.node) {
        depths[depth] = Depth(state: reached, node: above.node, level: -1, below: above.below)
        isReturned = automaton.isFinal[Int(reached)]
      } else {
        if above.level < 0 {
          forget(above: above.below)
          push(Item(state: above.state, node: above.node))
          depths[depth - 1].level = top
          depths[depth - 1].below = top
        }
        guard read(label, from: depths[depth - 1].level) else {
          node = next
          continue
        }
        isReturned = isComplete(top)
        depths[depth] = Depth(state: -1, node: 0, level: top, below: top)
        if let item = single(top), isPlain(item.state, item.node) {
          depths[depth].state = item.state
          depths[depth].node = item.node
        }
      }
      let places = Int(trie.tokenStarts[node])..<Int(trie.tokenStarts[node + 1])
      if !places.isEmpty { found(places) }
      if isReturned, next > node + 1 { returned(node) }
      node += 1
    }
    forget(above: level)
    return looks
  }

  private func isPlain(_ state: Int32, _ node: Int32) -> Bool {
    automaton.callStarts[Int(state)] == automaton.callStarts[Int(state) + 1]
      && (node == 0 || !automaton.isFinal[Int(state)])
  }

  /// The one item of a level.
  private func single(_ level: Int) -> Item? {
    let items = items(of: level)
    return items.count == 1 ? items.first : nil
  }
}
