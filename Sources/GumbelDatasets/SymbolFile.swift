/// All the symbols of a finite source, as indices into the categories that occur.
public struct SymbolFile: Sendable {
  /// The categories: as given, or those that occur, ordered by value if all are decimal numbers
  /// and else by their Unicode scalars.
  public let vocabulary: Vocabulary

  /// The category of each symbol, in the order of the source.
  public let indices: [Int32]

  /// How often each category occurs.
  public let distribution: EmpiricalDistribution

  /// What was found out about a table; nil for lines.
  public let layout: TableLayout?

  /// The lines or rows left out, since they lack a symbol and may.
  public let skippedRows: Int

  /// Reads a whole source once, holding four bytes a symbol.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - format: Where the symbols are.
  ///   - categories: The categories; nil to take those that occur.
  ///   - missing: What stands for a symbol that is missing, beside nothing and
  ///     ``NumberNotation/usualMissing``, in lines or rows that are then left out; nil where none
  ///     may be missing.
  ///   - limits: How much to accept.
  ///   - shouldStop: Asked before every read and ten times a second while one waits; once true,
  ///     the reading is given up.
  /// - Throws: If the source cannot be read, a line or row holds no symbol or one that is none of
  ///   the categories, there are no symbols or all are the same, a limit is passed, or
  ///   `shouldStop` said so.
  public static func load(
    _ source: InputSource, format: SymbolFormat = .lines, categories: Vocabulary? = nil,
    missing: [String]? = nil, limits: SymbolLimits = SymbolLimits(),
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> SymbolFile {
    let reader = try SymbolReader(
      source, format: format, missing: missing, lineLimit: limits.lineBytes,
      shouldStop: shouldStop)
    let symbols: (vocabulary: Vocabulary, indices: [Int32])
    if let categories {
      symbols = (categories, try reader.indices(in: categories, limits: limits))
    } else {
      symbols = try reader.discover(limits: limits, upTo: nil)
    }
    return SymbolFile(
      vocabulary: symbols.vocabulary, indices: symbols.indices,
      distribution: EmpiricalDistribution(
        of: symbols.indices, categoryCount: symbols.vocabulary.count), layout: reader.layout,
      skippedRows: reader.skippedRows)
  }
}

/// How much of a source to accept before refusing it.
public struct SymbolLimits: Equatable, Sendable {
  /// The bytes of a line, or of a row of a table.
  public var lineBytes: Int
  /// The different symbols.
  public var categories: Int
  /// The bytes of all different symbols together.
  public var nameBytes: Int
  /// The symbols of a file read whole.
  public var symbols: Int

  /// The limits given, and generous ones for the rest.
  public init(
    lineBytes: Int = 1 << 20, categories: Int = 1 << 20, nameBytes: Int = 1 << 28,
    symbols: Int = 1 << 28
  ) {
    self.lineBytes = lineBytes
    self.categories = categories
    self.nameBytes = nameBytes
    self.symbols = symbols
  }
}

extension SymbolReader {
  /// The indices of the symbols up to the end, and the categories they belong to, or of the next
  /// `count` of them.
  func discover(
    limits: SymbolLimits, upTo count: Int?
  ) throws(InputError) -> (vocabulary: Vocabulary, indices: [Int32]) {
    var found = CategoryTable()
    var indices: [Int32] = []
    while indices.count < count ?? .max, let symbol = try nextBytes() {
      if indices.count == limits.symbols { throw tooManySymbols(limits) }
      if let index = found.index(of: symbol) {
        indices.append(index)
        continue
      }
      try validate(symbol)
      if found.count == limits.categories {
        throw error(.tooManyCategories(limit: limits.categories))
      }
      if found.byteCount + symbol.count > limits.nameBytes {
        throw error(.categoryNamesTooLong(limit: limits.nameBytes))
      }
      indices.append(found.append(symbol))
    }
    try checkEnd(symbolCount: indices.count)
    if found.count == 1 {
      throw input.error(
        .oneCategory(name: found.name(at: 0), symbols: indices.count, format: format))
    }
    let (vocabulary, newIndices) = Vocabulary.sorted(found)
    for position in indices.indices {
      indices[position] = newIndices[Int(indices[position])]
    }
    return (vocabulary, indices)
  }

  fileprivate func indices(
    in vocabulary: Vocabulary, limits: SymbolLimits
  ) throws(InputError) -> [Int32] {
    var indices: [Int32] = []
    while let index = try nextIndex(in: vocabulary, discoveredIn: nil) {
      if indices.count == limits.symbols { throw tooManySymbols(limits) }
      indices.append(index)
    }
    try checkEnd(symbolCount: indices.count)
    return indices
  }

  /// The index of the next symbol's category, or nil at the end.
  func nextIndex(
    in vocabulary: Vocabulary, discoveredIn symbolCount: Int?
  ) throws(InputError) -> Int32? {
    guard let symbol = try nextBytes() else { return nil }
    if let index = vocabulary.index(of: symbol) { return index }
    try validate(symbol)
    throw error(
      .unknownSymbol(
        name: String(decoding: symbol, as: UTF8.self), categories: vocabulary.names,
        discoveredIn: symbolCount))
  }

  private func checkEnd(symbolCount: Int) throws(InputError) {
    try input.checkStop()
    if symbolCount == 0 {
      throw input.error(.noSymbols(format: format))
    }
  }

  private func tooManySymbols(_ limits: SymbolLimits) -> InputError {
    input.error(.tooManySymbols(limit: limits.symbols))
  }
}
