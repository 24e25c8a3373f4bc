import GumbelDistributions
import GumbelTensors

/// Draws lines of a file or a pipe of any length, in one pass and in the memory of the lines drawn.
///
/// ```swift
/// let sampler = LineSampler(count: 1000)
/// let sample = try sampler.sample(from: .standardInput, key: RandomKey(42))
/// ```
///
/// All lines have the same chance, or that of a weight in a column of a table. In a table a row counts
/// as a line even if quotes in it enclose line ends, the row that names the columns is not drawn, and
/// empty lines are none. Lines are drawn without replacement, and a source of fewer lines is drawn to
/// the last one, unless its ``scheme`` says otherwise. The sample depends on the lines and on the key
/// alone: see `WeightedReservoir`. Parts of the lines that are drawn from in several processes are put
/// together by ``PartialLineSample``. ``BernoulliLineSampler`` draws a fraction of the lines rather
/// than a number, and ``LineSplitter`` divides all of them.
public struct LineSampler: Sendable {
  /// How so many lines are drawn.
  public enum Scheme: Equatable, Sendable {
    /// Each line at most once, in the order of weighted draws one after the other.
    case withoutReplacement
    /// Each draw from all lines, in proportion to their weights, independently of the others. Fewer
    /// draws with the same key are the first of more.
    case withReplacement
    /// So many of each group of rows that have the same in a column, without replacement; all rows of a
    /// group that has fewer. Groups come in the order of their first rows.
    case groups(SymbolFormat.Column)
  }

  /// How many lines to draw, or how many of each group.
  public let count: Int

  /// The column that holds each line's weight; nil for equal chances.
  public let weights: SymbolFormat.Column?

  /// How lines are read.
  public var form: LineForm

  /// How lines are drawn.
  public var scheme = Scheme.withoutReplacement

  /// Whether rows that lack a weight, by the table's notation, cannot be drawn, rather than being
  /// an error.
  public var skipsMissing = false

  /// What a line's random number follows from. A column is looked for where lines are rows of a table.
  public var lineKey = LineKey.place

  /// Whether to give ``LineSample/inclusionProbabilities``.
  public var givesInclusionProbabilities = false

  /// How the table is written, or nil where lines are lines whatever they hold.
  public var table: TableDialect? { form.table }

  /// Whether the first line names the columns and cannot be drawn. Where there is no table,
  /// `automatic` means that it does not.
  public var header: SymbolFormat.Header { form.header }

  /// The most bytes that a line may have. Without weights it is that of lines which are drawn for
  /// the time being; all others are passed over, however long.
  public var lineLimit: Int { form.lineLimit }

  /// Traps if the count is negative or the limit not positive.
  public init(
    count: Int, weights: SymbolFormat.Column? = nil, delimiter: Delimiter = .comma,
    header: SymbolFormat.Header = .automatic, lineLimit: Int = 1 << 20
  ) {
    let table =
      weights == nil ? nil : TableDialect(delimiter: delimiter, header: header, comments: .none)
    self.init(
      count: count, form: LineForm(table: table, header: header, lineLimit: lineLimit),
      weights: weights)
  }

  /// Creates a sampler of the rows of a table.
  ///
  /// Traps if the count is negative or the limit not positive.
  public init(
    count: Int, table: TableDialect, weights: SymbolFormat.Column? = nil, lineLimit: Int = 1 << 20
  ) {
    self.init(
      count: count, form: LineForm(table: table, lineLimit: lineLimit), weights: weights)
  }

  /// Creates a sampler of lines of any form.
  ///
  /// Traps if the count is negative, or if there are weights of lines that are no rows of a table.
  public init(count: Int, form: LineForm, weights: SymbolFormat.Column? = nil) {
    require(count >= 0, "LineSampler: count \(count), expected at least 0")
    require(
      weights == nil || form.table != nil, "LineSampler: weights of lines, expected a table")
    (self.count, self.form, self.weights) = (count, form, weights)
  }

  /// Reads a source to its end and draws from its lines.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - key: What the draw depends on.
  ///   - isCancelled: Asked before every read and ten times a second while one waits; once true,
  ///     the result is the sample of what has been read.
  /// - Throws: If the source cannot be read, a line is too long, or in a table if a row or a weight is
  ///   not as it should be. Weights are finite and not negative; those of 0 are never drawn. With
  ///   replacement also if no line can be drawn. Traps where groups are drawn from lines that are no
  ///   rows of a table; where lines are drawn with replacement by keys, or more of them than some 2³¹;
  ///   and where probabilities are asked for of lines that are drawn by keys, of which equal ones are
  ///   drawn together.
  public func sample(
    from source: InputSource, key: RandomKey, isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: [source], key: key, isCancelled: isCancelled)
  }

  /// Reads sources one after the other and draws from the lines of all of them together. Each may have
  /// a row that names its columns, all of them the same.
  ///
  /// - Throws: As for one source, and if the columns have other names.
  public func sample(
    from sources: [InputSource], key: RandomKey, isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: sources, key: key, chunk: 1 << 16, isCancelled: isCancelled)
  }

  package func sample(
    from source: InputSource, key: RandomKey, chunk: Int,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    try sample(from: [source], key: key, chunk: chunk, isCancelled: isCancelled)
  }

  /// - Parameter firstIndex: the number of lines before the first of the first source.
  package func sample(
    from sources: [InputSource], key: RandomKey, firstIndex: UInt64 = 0, chunk: Int = 1 << 16,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> LineSample {
    require(
      !givesInclusionProbabilities || lineKey == .place,
      "LineSampler: probabilities of lines drawn by keys, expected places")
    var reading = LineReading(
      form: form, weights: weights, skipsMissing: skipsMissing, lineKey: lineKey,
      hash: LineHash(key), chunk: chunk, isCancelled: isCancelled)
    let chances =
      givesInclusionProbabilities
      ? InclusionProbabilities(count: count, isWeighted: weights != nil) : nil
    switch scheme {
    case .withoutReplacement:
      var lines = LineReservoir(
        capacity: chances?.capacity ?? count, key: key, firstIndex: firstIndex)
      let end = try reading.read(sources, into: &lines)
      return lines.sample(end, form.terminator, chances: chances)
    case .withReplacement:
      require(
        lineKey == .place, "LineSampler: replacement and keys, expected one of them")
      var lines = LineReplacement(capacity: count, key: key)
      let end = try reading.read(sources, into: &lines)
      return try lines.sample(end, form.terminator, countsExpected: chances != nil)
    case .groups(let column):
      require(form.table != nil, "LineSampler: groups of lines, expected a table")
      reading.group = column
      var lines = LineGroups(capacity: chances?.capacity ?? count, key: key)
      let end = try reading.read(sources, into: &lines)
      return try lines.sample(end, chances: chances)
    }
  }
}
