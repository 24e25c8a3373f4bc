import GumbelTensors

/// How strings of a grammar are drawn. Strings longer than the maximum are never drawn.
public enum GrammarSampling: String, CaseIterable, Sendable {
  /// With the probabilities that the productions give them, among those up to the maximum length.
  case natural
  /// Every length that the grammar has equally often, and of each length all strings alike.
  case balanced
  /// Every length that the grammar has equally often, and of each length with the probabilities
  /// that the productions give its strings.
  case balancedLengths = "balanced-lengths"
}

/// Draws strings of a grammar. String i is a function of the key and of i alone.
public struct GrammarSampler: Sendable {
  /// The lengths that are drawn.
  public let lengths: [Int]
  /// The probability of each.
  public let lengthProbabilities: [Double]
  private let source: Source

  private enum Source: Sendable {
    case derivations(GrammarLengths, isBalanced: Bool)
    case strings(GrammarLanguage)
  }

  /// A sampler of strings of at most so many characters, up to 1000.
  ///
  /// - Throws: An ``/GumbelFiles/InputError`` if there is no such string, and for ``GrammarSampling/balanced``
  ///   as ``GrammarLanguage/init(of:maximumLength:nodeLimit:shouldStop:)`` throws; and once
  ///   `shouldStop` says true.
  public init(
    of grammar: Grammar, _ sampling: GrammarSampling = .natural, maximumLength: Int,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    switch sampling {
    case .natural, .balancedLengths:
      let weights = try GrammarLengths(
        of: grammar, maximumLength: maximumLength, shouldStop: shouldStop ?? { false })
      let probabilities = weights.probabilities
      lengths = probabilities.indices.filter { probabilities[$0] > 0 }
      let total = probabilities.reduce(0, +)
      let isBalanced = sampling == .balancedLengths
      let count = Double(lengths.count)
      lengthProbabilities = lengths.map { isBalanced ? 1 / count : probabilities[$0] / total }
      source = .derivations(weights, isBalanced: isBalanced)
    case .balanced:
      let language = try GrammarLanguage(
        of: grammar, maximumLength: maximumLength, shouldStop: shouldStop)
      let count = language.lengths.count
      lengths = language.lengths
      lengthProbabilities = Array(repeating: 1 / Double(count), count: count)
      source = .strings(language)
    }
    if lengths.isEmpty {
      throw InputError(
        source: grammar.name, problem: .grammar(.noStringsUpTo(length: maximumLength)))
    }
  }

  /// Draws the strings number first ..< first + count.
  ///
  /// Of balanced samplers each run of as many strings as there are lengths has every length once.
  public func strings(count: Int, first: Int = 0, key: RandomKey) -> [String] {
    strings(count: count, first: first, key: key) { false }
  }

  /// The same, or fewer once `shouldStop` says true.
  package func strings(
    count: Int, first: Int = 0, key: RandomKey, shouldStop: () -> Bool
  ) -> [String] {
    let stringKey = key.folding(in: "string")
    var orderStream = RandomKeyStream(key.folding(in: "lengths"))
    let order = lengths.shuffled(using: &orderStream)
    var results: [String] = []
    for index in first..<(first + count) {
      if shouldStop() { break }
      var generator = RandomKeyStream(stringKey.folding(in: index))
      var result = String.UnicodeScalarView()
      switch source {
      case .strings(let language):
        result += language.draw(length: order[index % order.count], &generator)
      case .derivations(let weights, isBalanced: true):
        result += weights.draw(length: order[index % order.count], &generator)
      case .derivations(let weights, isBalanced: false):
        var rest = generator.nextUnit()
        let place = lengthProbabilities.firstIndex { probability in
          rest -= probability
          return rest < 0
        }
        result += weights.draw(length: lengths[place ?? lengths.count - 1], &generator)
      }
      results.append(String(result))
    }
    return results
  }
}

extension Grammar {
  /// Draws strings of at most so many characters: naturally, with the productions' probabilities, or
  /// balanced, every possible length equally often and of each length all strings alike.
  ///
  /// Where a language has too many different beginnings to draw uniformly (see ``GrammarLanguage``),
  /// strings of a length come with their probabilities; ``GrammarSampler`` throws instead. Traps
  /// unless there is a string of at most this length.
  public func strings(
    count: Int, maximumLength: Int, isBalanced: Bool = false, key: RandomKey
  ) -> [String] {
    func sampler(_ sampling: GrammarSampling) -> GrammarSampler? {
      try? GrammarSampler(of: self, sampling, maximumLength: maximumLength)
    }
    let found = isBalanced ? sampler(.balanced) ?? sampler(.balancedLengths) : sampler(.natural)
    require(
      found != nil, "strings(count:maximumLength:): \(name) has none of length <= \(maximumLength)")
    return found!.strings(count: count, key: key)
  }

  /// How many different strings have a length; nil if there are more than an Int holds or they are
  /// too many to be counted. ``GrammarLanguage`` is faster for several lengths.
  public func stringCount(length: Int) -> Int? {
    (try? GrammarLanguage(of: self, maximumLength: length))?.count(length: length)
  }
}
