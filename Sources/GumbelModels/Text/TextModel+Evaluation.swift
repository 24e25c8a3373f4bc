import GumbelDatasets
import GumbelTensors

extension TextModel {
  /// How well a model predicts strings.
  public struct Likelihood: Hashable, Codable, Sendable {
    /// The mean of -log p over strings, in nats.
    public let natsPerString: Double
    /// The mean over tokens, ends among them where strings have ends, in bits.
    public let bitsPerToken: Double
    /// What all strings take together, in bits, for each of their symbols, without ends.
    public let bitsPerCharacter: Double
    /// The number of strings.
    public let strings: Int
  }

  /// Measures how well the model predicts the strings of a set.
  ///
  /// - Parameters:
  ///   - set: strings of the model's vocabulary.
  ///   - batchSize: strings that are measured at once.
  ///   - progress: called now and then with the number of strings measured; what it throws ends
  ///     the measuring.
  public func likelihood(
    of set: TextSet, batchSize: Int = 256, progress: (Int) throws -> Void = { _ in }
  ) rethrows -> Likelihood {
    require(set.count > 0 && batchSize > 0, "TextModel.likelihood: no strings")
    let measure = compile { (model: inout TextModel, batch: TextBatch) in
      model.negativeLogLikelihood(of: batch).sum()
    }
    var model = self
    // Strings of about the same length together, so that little is padding.
    let order = (0..<set.count).sorted { (set[$0].count, $0) < (set[$1].count, $1) }
    var total = 0.0
    for start in stride(from: 0, to: set.count, by: batchSize) {
      let indices = order[start..<min(start + batchSize, set.count)]
      let needed = max(1, set[indices[indices.endIndex - 1]].count + (set.endsStrings ? 1 : 0))
      let time = min((needed + 7) / 8 * 8, set.time)
      total += Double(measure(&model, set.batch(indices, time: time)).scalar)
      try progress(indices.endIndex)
    }
    let ends = set.endsStrings ? set.count : 0
    let bits = total / 0.693_147_180_559_945_3
    return Likelihood(
      natsPerString: total / Double(set.count),
      bitsPerToken: bits / Double(set.symbolCount + ends),
      bitsPerCharacter: bits / Double(max(1, set.symbolCount)), strings: set.count)
  }
}
