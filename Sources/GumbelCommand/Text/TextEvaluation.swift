import SwiftGumbel

/// What `gumbel text evaluate` prints as JSON: the measures of generated texts, and how well the
/// network predicts others.
struct TextEvaluation: Encodable {
  let measures: TextMeasures
  let likelihood: TextModel.Likelihood

  private enum Key: CodingKey { case bitsPerCharacter, testStrings }

  func encode(to encoder: any Encoder) throws {
    try measures.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(likelihood.bitsPerCharacter, forKey: .bitsPerCharacter)
    try container.encode(likelihood.strings, forKey: .testStrings)
  }

  /// Measures with a progress bar; nil if that was stopped.
  static func measure(
    _ model: TextModel, _ run: TextRun, _ data: TextData, sampling: TokenSampling, samples: Int,
    key: RandomKey, quiet: Bool
  ) throws -> TextEvaluation? {
    let test = data.split.test
    let total = samples + test.count
    let progress = quiet ? nil : ProgressBar(title: "measuring", unit: "strings")
    progress?.start(at: 0, of: total)
    do {
      let generator = TextGenerator(
        model, maximumLength: run.texts.maximumLength, sampling: sampling, key: key,
        check: { try Interruption.check() })
      let strings = try generator.strings(count: samples, vocabulary: run.vocabulary) {
        progress?.update($0, metrics: [])
      }
      let likelihood = try model.likelihood(of: test) {
        progress?.update(samples + $0, metrics: [])
        try Interruption.check()
      }
      var measures = try TextMeasures.measure(
        generated: strings, training: data.split.train.strings, reference: test.strings,
        grammar: data.grammar, maximumLength: run.texts.maximumLength,
        check: { try Interruption.check() })
      measures.negativeLogLikelihood = likelihood.natsPerString
      progress?.finish()
      return TextEvaluation(measures: measures, likelihood: likelihood)
    } catch is Interruption.Abandoned {
      return nil
    }
  }

  var table: String {
    func number(_ value: Double) -> String { NumberText.text(value, resolution: 0.01) }
    var rows = [["\(measures.samples) generated strings", ""]]
    if let validity = measures.validity { rows.append(["valid", number(validity)]) }
    rows.append(["different", number(measures.unique)])
    if let unique = measures.uniqueValid { rows.append(["different valid ones", "\(unique)"]) }
    rows.append(["new among the different", number(measures.novel)])
    if let coverage = measures.coverage {
      // Of a large language a network can only write a part that rounds to 0.
      let isSmall = coverage > 0 && coverage < 0.001
      rows.append(
        ["coverage of the grammar", isSmall ? NumberText.short(coverage) : number(coverage)])
    }
    if let size = measures.languageSize {
      // In full, as long as a Double knows all of the digits.
      let text = size < 0x1p53 ? "\(Int64(size))" : NumberText.short(size)
      rows.append(["strings that the grammar has", text])
    }
    rows.append(["total variation of lengths", number(measures.lengthTotalVariation)])
    for (name, scores) in [("BLEU", measures.bleu), ("self-BLEU", measures.selfBleu)] {
      rows += scores.sorted { $0.key < $1.key }.map { ["\(name)-\($0.key)", number($0.value)] }
    }
    rows += [
      ["", ""], ["\(likelihood.strings) test strings", ""],
      ["-log p, nats a string", number(likelihood.natsPerString)],
      ["bits a character", number(likelihood.bitsPerCharacter)],
    ]
    return AlignedTable(rows, areNumbers: true).text
  }
}

/// Quality and diversity of strings drawn at a temperature: lower ones give better strings, and
/// fewer different ones.
struct TextTemperature: Encodable {
  static let temperatures = [0.25, 0.5, 0.7, 0.85, 1, 1.2, 1.5, 2]

  let temperature: Double
  let validity: Double?
  let unique, lengthTotalVariation, bleu4, selfBleu4: Double
  let examples: [String]

  init(temperature: Double, _ measures: TextMeasures, examples: [String]) {
    self.temperature = temperature
    validity = measures.validity
    unique = measures.unique
    lengthTotalVariation = measures.lengthTotalVariation
    bleu4 = measures.bleu[4] ?? 0
    selfBleu4 = measures.selfBleu[4] ?? 0
    self.examples = examples
  }
}
