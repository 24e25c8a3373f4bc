import GumbelFiles
import GumbelTensors

/// Strings of symbols, as the tokens of a vocabulary.
public struct TextSet: Sendable {
  /// What it is called in messages and reports.
  public let name: String
  /// The symbols and their tokens.
  public let vocabulary: TextVocabulary
  /// What the strings are.
  public let form: TextOptions.Form
  /// Symbols that a string could have had at most.
  public let maximumLength: Int
  /// How many strings were too long, or had symbols that the vocabulary lacks.
  public let leftOut: Int

  /// All strings' tokens, one after another, without ends.
  private let tokens: [Int32]
  /// Where each string begins, and the end of the last.
  private let starts: [Int]
  /// Symbols of the longest string.
  public let longest: Int

  init(
    name: String, vocabulary: TextVocabulary, form: TextOptions.Form, maximumLength: Int,
    leftOut: Int, tokens: [Int32], starts: [Int]
  ) {
    self.name = name
    self.vocabulary = vocabulary
    self.form = form
    self.maximumLength = maximumLength
    self.leftOut = leftOut
    self.tokens = tokens
    self.starts = starts
    longest = zip(starts, starts.dropFirst()).reduce(0) { Swift.max($0, $1.1 - $1.0) }
  }

  /// The number of strings.
  public var count: Int { starts.count - 1 }

  /// The number of symbols in all strings, without ends.
  public var symbolCount: Int { tokens.count }

  /// Whether each string has an end to be predicted, as windows of running text have not.
  public var endsStrings: Bool { form == .lines }

  /// The tokens that a network has to predict of the longest string.
  public var time: Int { Swift.max(1, longest + (endsStrings ? 1 : 0)) }

  /// The tokens of a string, without an end. Traps where there is none.
  public subscript(index: Int) -> ArraySlice<Int32> {
    require(0..<count ~= index, "TextSet: string \(index) of \(count)")
    return tokens[starts[index]..<starts[index + 1]]
  }

  /// The strings as text.
  public var strings: [String] { (0..<count).map { vocabulary.decode(self[$0]) } }

  /// How many strings have each length, from 0 to ``maximumLength``.
  public var lengthCounts: [Int] {
    var counts = [Int](repeating: 0, count: maximumLength + 1)
    for (start, end) in zip(starts, starts.dropFirst()) { counts[end - start] += 1 }
    return counts
  }

  /// A number that tells sets of other tokens apart.
  package var fingerprint: UInt64 {
    var hash = Fingerprint()
    for start in starts { hash.add(UInt64(start)) }
    for token in tokens { hash.add(UInt64(token)) }
    return hash.value
  }

  // MARK: - Parts

  /// The strings with these indices, in their order. Traps where there are none, or one does not
  /// exist.
  public func subset(_ indices: some Collection<Int>) -> TextSet {
    require(!indices.isEmpty, "TextSet: a subset of no strings")
    var (part, partStarts): ([Int32], [Int]) = ([], [0])
    for index in indices {
      part += self[index]
      partStarts.append(part.count)
    }
    return TextSet(
      name: name, vocabulary: vocabulary, form: form, maximumLength: maximumLength, leftOut: 0,
      tokens: part, starts: partStarts)
  }

  /// The strings in an order drawn with the key, and the last `testCount` apart. Traps unless both
  /// parts have a string.
  public func split(testCount: Int, key: RandomKey) -> (train: TextSet, test: TextSet) {
    require(
      1..<Swift.max(count, 1) ~= testCount,
      "TextSet: \(testCount) of \(count) strings for testing, expected from 1 to \(count - 1)")
    let order = Tensor.permutation(count, key: key).int32Scalars.map(Int.init)
    let trainCount = count - testCount
    return (subset(order[..<trainCount]), subset(order[trainCount...]))
  }
}
