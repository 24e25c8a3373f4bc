import GumbelCLibrary

/// Strings of bytes, each with its tokens, as a tree over their first bytes.
///
/// Nodes are in the order of a walk into the depth, so that a walk that leaves out what follows a
/// node goes on at `next` of it. Node 0 is the root.
struct TokenTrie: Sendable {
  private(set) var labels: [UInt8] = [0]
  private(set) var depths: [Int32] = [0]
  /// The first node that does not follow a node.
  private(set) var next: [Int32] = [0]
  /// Where the tokens of each node begin, and where those of the last one end.
  private(set) var tokenStarts: [Int32] = [0]
  private(set) var tokens: [Int32] = []
  /// Where in each token's bytes the root stands.
  private(set) var offsets: [Int32] = []

  var count: Int { labels.count }

  init(_ suffixes: [TokenSuffix], of vocabulary: TokenVocabulary) {
    vocabulary.withBytes { bytes, starts in
      func text(_ suffix: TokenSuffix) -> UnsafeBufferPointer<UInt8> {
        let token = Int(suffix.token)
        return UnsafeBufferPointer(
          rebasing: bytes[(starts[token] + Int(suffix.offset))..<starts[token + 1]])
      }
      let order = suffixes.sorted {
        let (a, b) = (text($0), text($1))
        let common = min(a.count, b.count)
        let sign = common == 0 ? 0 : memcmp(a.baseAddress!, b.baseAddress!, common)
        if sign != 0 { return sign < 0 }
        return a.count != b.count ? a.count < b.count : $0.token < $1.token
      }
      var path: [Int] = [0]
      var last = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
      var previous: TokenSuffix?
      for suffix in order {
        // A token that can end one part and go on in the next in several ways is there once.
        if let previous, previous.token == suffix.token, previous.offset == suffix.offset {
          continue
        }
        previous = suffix
        let text = text(suffix)
        var common = 0
        while common < min(text.count, last.count), text[common] == last[common] { common += 1 }
        while path.count > common + 1 { next[path.removeLast()] = Int32(count) }
        for place in common..<text.count {
          path.append(count)
          labels.append(text[place])
          depths.append(Int32(place + 1))
          next.append(0)
          tokenStarts.append(Int32(tokens.count))
        }
        tokens.append(suffix.token)
        offsets.append(suffix.offset)
        last = text
      }
      while let node = path.popLast() { next[node] = Int32(count) }
      tokenStarts.append(Int32(tokens.count))
    }
  }

  /// What remains of the tokens below nodes behind these.
  func suffixes(below nodes: [Int]) -> [TokenSuffix] {
    var result: [TokenSuffix] = []
    for node in nodes {
      let depth = depths[node]
      // Tokens of the node itself have nothing behind it.
      for place in Int(tokenStarts[node + 1])..<Int(tokenStarts[Int(next[node])]) {
        result.append(TokenSuffix(token: tokens[place], offset: offsets[place] + depth))
      }
    }
    return result
  }
}

extension TokenTrie: Hashable {
  /// The same strings with the same tokens.
  static func == (a: TokenTrie, b: TokenTrie) -> Bool {
    a.labels == b.labels && a.depths == b.depths && a.tokenStarts == b.tokenStarts
      && a.tokens == b.tokens
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(labels)
    hasher.combine(tokens)
  }
}
