/// Symbols taken from a source as they come, perhaps without end, as indices into a vocabulary.
///
/// Memory is bounded: what has been delivered is only counted.
public final class SymbolStream {
  /// The categories that the indices stand for.
  public let vocabulary: Vocabulary

  /// How often each category has been delivered so far.
  public private(set) var distribution: EmpiricalDistribution

  private let reader: SymbolReader
  /// The symbols that the categories were found in, and how many of them were delivered.
  private let discovered: [Int32]
  private var delivered = 0

  /// A stream whose categories are known; any other symbol is an error when its turn comes.
  public init(_ reader: SymbolReader, categories: Vocabulary) {
    self.reader = reader
    vocabulary = categories
    discovered = []
    distribution = EmpiricalDistribution(categoryCount: categories.count)
  }

  /// A stream whose categories are those among its first symbols, which are delivered first; any
  /// other symbol is an error when its turn comes. Traps unless `symbolCount` is positive.
  ///
  /// Waits for that many symbols or the end. The categories' order is that of `SymbolFile`.
  ///
  /// - Parameters:
  ///   - reader: Where the symbols come from.
  ///   - symbolCount: How many symbols to look at.
  ///   - limits: How much to accept.
  /// - Throws: If these cannot be read, there are none, or all are the same.
  public init(
    _ reader: SymbolReader, discoveringIn symbolCount: Int, limits: SymbolLimits = SymbolLimits()
  ) throws(InputError) {
    precondition(symbolCount > 0, "SymbolStream: discoveringIn must be positive")
    self.reader = reader
    (vocabulary, discovered) = try reader.discover(limits: limits, upTo: symbolCount)
    distribution = EmpiricalDistribution(categoryCount: vocabulary.count)
  }

  /// What was found out about a table; nil for lines.
  public var layout: TableLayout? { reader.layout }

  /// The lines or rows left out so far, since they lack a symbol and may.
  public var skippedRows: Int { reader.skippedRows }

  /// Whether the reader's `shouldStop` ended the stream.
  public var isStopped: Bool { reader.isStopped }

  /// The index of the next symbol, or nil at the end.
  ///
  /// - Throws: If it is none of the categories or cannot be read.
  public func next() throws(InputError) -> Int32? {
    var index: Int32 = 0
    let count = try withUnsafeMutablePointer(to: &index) { pointer throws(InputError) in
      try fill(UnsafeMutableBufferPointer(start: pointer, count: 1))
    }
    return count == 0 ? nil : index
  }

  /// The next symbols' indices: `count` of them, or fewer at the end.
  ///
  /// Waits until they are there. Traps if `count` is negative.
  ///
  /// - Throws: If one is none of the categories or cannot be read; `fill` keeps those before it.
  public func next(_ count: Int) throws(InputError) -> [Int32] {
    var batch = [Int32](repeating: 0, count: count)
    let filled = try batch.withUnsafeMutableBufferPointer { buffer throws(InputError) in
      try fill(buffer)
    }
    batch.removeLast(count - filled)
    return batch
  }

  /// Writes the next symbols' indices into a buffer, waiting until it is full or the end comes.
  ///
  /// - Returns: How many were written: as many as fit, or fewer at the end.
  /// - Throws: If a symbol is none of the categories or cannot be read; those before it are in
  ///   the buffer and counted in `distribution`.
  public func fill(_ buffer: UnsafeMutableBufferPointer<Int32>) throws(InputError) -> Int {
    var count = 0
    defer { distribution.add(buffer[..<count]) }
    while count < buffer.count, delivered < discovered.count {
      buffer[count] = discovered[delivered]
      count += 1
      delivered += 1
    }
    let discoveredIn = discovered.isEmpty ? nil : discovered.count
    while count < buffer.count,
      let index = try reader.nextIndex(in: vocabulary, discoveredIn: discoveredIn)
    {
      buffer[count] = index
      count += 1
    }
    return count
  }
}
