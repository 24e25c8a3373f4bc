import SwiftGumbel

/// What is in a set of texts.
struct TextDataSummary: Encodable {
  let name, rule: String
  let files: [String]
  let train, test, leftOut, longest, symbols: Int
  let meanLength: Double
  let examples: [String]

  /// Reads a set that goes by a name, whatever the strings' lengths.
  init(_ set: NamedTextSet) throws {
    let split = try TextSplit.load(
      set.name, options: TextOptions(maximumLength: 1000),
      shouldStop: { Interruption.isRequested })
    (name, rule, files) = (set.name, split.rule, split.files)
    (train, test, leftOut) = (split.train.count, split.test.count, split.leftOut)
    longest = max(split.train.longest, split.test.longest)
    symbols = split.train.vocabulary.symbols.count
    meanLength = Double(split.train.symbolCount) / Double(split.train.count)
    examples = split.train.subset(0..<min(8, split.train.count)).strings
  }

  var text: String {
    let lengths = "\(NumberText.text(meanLength, resolution: 10)) in the mean, \(longest) at most"
    return AlignedTable(
      [["data", name]] + AlignedTable.lines("files", files) + [
        ["strings", "\(train) for training, \(test) for testing (\(rule))"],
        ["symbols", "\(symbols) different characters"],
        ["lengths", lengths],
      ] + AlignedTable.lines("examples", examples)
    ).text
  }
}
