import GumbelTensors

/// How a file becomes a set of texts.
public struct TextOptions: Hashable, Sendable {
  /// What the strings of a file are.
  public enum Form: String, Codable, CaseIterable, Sendable {
    /// Lines, each of which ends. Empty ones do not count.
    case lines
    /// Windows of a text that runs on through its lines, one after another.
    case running
  }

  /// What the strings are.
  public var form: Form
  /// What counts as a symbol.
  public var unit: TextVocabulary.Unit
  /// Symbols of a string at most; a longer line is left out, and a window of running text is so
  /// long.
  public var maximumLength: Int
  /// The symbols that are known; strings with others are left out. Nil for all that occur.
  public var vocabulary: TextVocabulary?
  /// Bytes of a file at most.
  public var limit = 1 << 30
  /// The different symbols of a set at most.
  public var symbolLimit = 65_536

  /// What stands in a line of a file.
  var columns = Columns.whole

  enum Columns: Hashable, Sendable {
    case whole
    /// Up to the first space.
    case first
    /// Up to the first comma, below a line of titles.
    case firstOfTable
  }

  /// Options; traps unless the maximum length is at least 1.
  public init(
    form: Form = .lines, unit: TextVocabulary.Unit = .characters, maximumLength: Int = 100,
    vocabulary: TextVocabulary? = nil
  ) {
    require(maximumLength >= 1, "TextOptions: a maximum length of \(maximumLength)")
    self.form = form
    self.unit = vocabulary?.unit ?? unit
    self.maximumLength = maximumLength
    self.vocabulary = vocabulary
  }
}
