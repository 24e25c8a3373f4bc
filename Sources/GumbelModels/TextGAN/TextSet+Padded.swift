import GumbelDatasets
import GumbelTensors

extension TextSet {
  /// All strings as tokens, padded with the end: int32 [strings, length]. Traps unless the longest
  /// has fewer symbols.
  public func padded(to length: Int) -> Tensor {
    require(longest < length, "TextSet.padded: \(longest) symbols and an end, found \(length)")
    var tokens = [Int32](repeating: TextVocabulary.end, count: count * length)
    for row in 0..<count {
      for (column, token) in self[row].enumerated() { tokens[row * length + column] = token }
    }
    return Tensor(int32: tokens, shape: [count, length])
  }
}
