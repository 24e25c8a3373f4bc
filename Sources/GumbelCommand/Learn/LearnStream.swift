import GumbelFiles
import SwiftGumbel

/// The stream of `gumbel learn`, opened: its categories, and the source that training draws from.
struct LearnStream {
  let categories: [String]
  let referenceKind: LearnResult.ReferenceKind
  var source: any CategorySource
  /// The distribution that the learned one is compared with: for a pipe, of what has come so far.
  let reference: () -> [Double]
  /// What was found out about a table, if it is one.
  var layout: TableLayout?
  /// How many lines or rows were left out so far, since they lack a symbol.
  var skippedRows: () -> Int = { 0 }

  /// The article's stream.
  static func article(key: RandomKey) -> LearnStream {
    let probabilities = SyntheticSource.articleProbabilities
    return LearnStream(
      categories: probabilities.indices.map(String.init), referenceKind: .true,
      source: SyntheticSource(probabilities: probabilities, key: key),
      reference: { probabilities })
  }

  /// A file, which is read as a whole, or a pipe, which is read as it comes.
  static func open(
    _ argument: String, format: SymbolFormat, categories: Vocabulary?, missing: [String]?,
    discover: Int, limits: SymbolLimits, key: RandomKey
  ) throws -> LearnStream {
    do {
      return try open(
        argument, format, categories, missing, discovering: discover, limits: limits, key: key)
    } catch let error as InputError {
      guard case .tooManyCategories = error.problem as? DataProblem else { throw error }
      throw CommandFailure("\(error); --max-categories sets it, at the price of memory")
    }
  }

  private static func open(
    _ argument: String, _ format: SymbolFormat, _ categories: Vocabulary?, _ missing: [String]?,
    discovering discover: Int, limits: SymbolLimits, key: RandomKey
  ) throws -> LearnStream {
    let input = InputSource(argument: argument)
    if argument != "-", isRegularFile(argument) {
      let file = try SymbolFile.load(
        input, format: format, categories: categories, missing: missing, limits: limits,
        shouldStop: { Interruption.isRequested })
      return LearnStream(
        categories: file.vocabulary.names, referenceKind: .empirical,
        source: ShuffledSource(file.indices, key: key),
        reference: { file.distribution.frequencies }, layout: file.layout,
        skippedRows: { file.skippedRows })
    }
    let reader = try SymbolReader(
      input, format: format, missing: missing, lineLimit: limits.lineBytes,
      shouldStop: { Interruption.isRequested })
    let stream =
      if let categories {
        SymbolStream(reader, categories: categories)
      } else {
        try SymbolStream(reader, discoveringIn: discover, limits: limits)
      }
    return LearnStream(
      categories: stream.vocabulary.names, referenceKind: .empirical,
      source: PipedSource(stream, key: key),
      reference: { stream.distribution.frequencies }, layout: stream.layout,
      skippedRows: { stream.skippedRows })
  }
}
