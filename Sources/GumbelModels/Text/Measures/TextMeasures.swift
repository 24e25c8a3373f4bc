import GumbelDatasets
import GumbelTensors

/// How good generated texts are and how many different ones there are: either alone says little.
public struct TextMeasures: Codable, Equatable, Sendable {
  /// The part of the texts that the grammar has; nil without one.
  public var validity: Double?
  /// How many different texts there are, as a part of the number of texts.
  public var unique: Double
  /// How many different texts the grammar has; nil without one.
  public var uniqueValid: Int?
  /// The part of the different texts, of the valid ones if there is a grammar, that are not among
  /// those trained on; 0 if there are none.
  public var novel: Double
  /// How many of the grammar's strings up to the maximum length are among the texts, as a part of
  /// all of these; nil without a grammar, or if its strings cannot be counted.
  public var coverage: Double?
  /// How many strings up to the maximum length the grammar has, rounded where a Double does not
  /// hold the number; nil as above.
  public var languageSize: Double?
  /// The total variation distance between the lengths of the texts and of the reference.
  public var lengthTotalVariation: Double
  /// The mean of -log p of held-out texts, in nats a text, where a model can say it.
  public var negativeLogLikelihood: Double?
  /// BLEU-2 to BLEU-5 against the reference: the higher, the more alike.
  public var bleu: [Int: Double]
  /// BLEU-2 to BLEU-5 of each text against all others: the lower, the more diverse.
  public var selfBleu: [Int: Double]
  /// How many texts were measured.
  public var samples: Int

  /// Measures texts. Traps if there are none, or no reference.
  ///
  /// - Parameters:
  ///   - generated: The texts to measure.
  ///   - training: What the model was trained on.
  ///   - reference: Texts that the generated ones should be like, held out where there are enough.
  ///   - grammar: The grammar of the texts, if there is one.
  ///   - maximumLength: The length in Unicode scalars up to which coverage counts.
  public static func measure(
    generated: [String], training: [String], reference: [String], grammar: Grammar?,
    maximumLength: Int
  ) -> TextMeasures {
    measure(
      generated: generated, training: training, reference: reference, grammar: grammar,
      maximumLength: maximumLength, check: {})
  }

  /// The same; `check` is called now and then, and what it throws ends the measuring.
  package static func measure(
    generated: [String], training: [String], reference: [String], grammar: Grammar?,
    maximumLength: Int, check: @escaping @Sendable () throws -> Void
  ) rethrows -> TextMeasures {
    require(
      !generated.isEmpty && !reference.isEmpty,
      "TextMeasures: \(generated.count) texts and \(reference.count) of a reference, "
        + "expected at least one of each")
    var counts: [TextKey: Int] = [:]
    for text in generated { counts[TextKey(text), default: 0] += 1 }
    let valid = try grammar.map { grammar in
      try counts.filter { try grammar.isValid($0.key.text, check: check) }
    }
    let different = (valid ?? counts).keys
    let known = Set(training.map(TextKey.init))
    let novel = different.count { !known.contains($0) }

    let language =
      0...1000 ~= maximumLength
      ? grammar.flatMap {
        try? GrammarLanguage(
          of: $0, maximumLength: maximumLength, shouldStop: { (try? check()) == nil })
      } : nil
    let size = language.flatMap { $0.size.isFinite ? $0.size : nil }
    try check()
    let covered = different.count { $0.text.unicodeScalars.count <= maximumLength }
    return try TextMeasures(
      validity: valid.map { Double($0.values.reduce(0, +)) / Double(generated.count) },
      unique: Double(counts.count) / Double(generated.count),
      uniqueValid: valid?.count,
      novel: different.isEmpty ? 0 : Double(novel) / Double(different.count),
      coverage: size.flatMap { $0 == 0 ? nil : Double(covered) / $0 },
      languageSize: size,
      lengthTotalVariation: LengthDistance.totalVariation(generated, reference),
      negativeLogLikelihood: nil,
      bleu: BLEU.scores(of: generated, against: reference, check: check),
      selfBleu: BLEU.selfScores(of: generated, check: check),
      samples: generated.count)
  }

  private enum CodingKeys: CodingKey {
    case validity, unique, uniqueValid, novel, coverage, languageSize, lengthTotalVariation
    case negativeLogLikelihood, bleu, selfBleu, samples
  }

  /// Writes what is not known as null, so that every key is always there.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(validity, forKey: .validity)
    try container.encode(unique, forKey: .unique)
    try container.encode(uniqueValid, forKey: .uniqueValid)
    try container.encode(novel, forKey: .novel)
    try container.encode(coverage, forKey: .coverage)
    try container.encode(languageSize, forKey: .languageSize)
    try container.encode(lengthTotalVariation, forKey: .lengthTotalVariation)
    try container.encode(negativeLogLikelihood, forKey: .negativeLogLikelihood)
    try container.encode(bleu, forKey: .bleu)
    try container.encode(selfBleu, forKey: .selfBleu)
    try container.encode(samples, forKey: .samples)
  }
}

/// A text by its scalars: Swift's own equality would take texts for equal that only look the same.
private struct TextKey: Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (first: TextKey, second: TextKey) -> Bool {
    first.text.utf8.elementsEqual(second.text.utf8)
  }

  func hash(into hasher: inout Hasher) {
    for byte in text.utf8 { hasher.combine(byte) }
  }
}
