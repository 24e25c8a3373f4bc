import Tensors

/// Texts to learn from, and others to judge by, of one vocabulary.
public struct TextSplit: Sendable {
  /// What to learn from, and what to judge by.
  public let train, test: TextSet
  /// The files that they were read from.
  public let files: [String]
  /// How the test strings were told from the others, for reports.
  public let rule: String
  /// How many strings were too long, or had symbols that the vocabulary lacks.
  public let leftOut: Int

  /// Parts that were told from each other in another way.
  public init(train: TextSet, test: TextSet, files: [String], rule: String, leftOut: Int) {
    self.train = train
    self.test = test
    self.files = files
    self.rule = rule
    self.leftOut = leftOut
  }

  /// The key with which strings are set apart for testing, where a set does not say which they are:
  /// always the same, so that results can be compared.
  static let key = RandomKey(0).folding(in: "test strings")

  /// A set in two, a fraction of its strings, rounded, but at least one, for testing. Traps unless
  /// the fraction is between 0 and 1.
  ///
  /// - Throws: If there are fewer than two strings.
  public init(
    _ set: TextSet, testFraction: Double, files: [String] = []
  ) throws(InputError) {
    require(
      testFraction > 0 && testFraction < 1,
      "TextSplit: a fraction of \(testFraction) for testing, expected between 0 and 1")
    if set.count < 2 {
      throw InputError(source: set.name, problem: .text(.tooFewToSplit(count: set.count)))
    }
    let testCount = min(
      max(Int((Double(set.count) * testFraction).rounded()), 1), set.count - 1)
    let (train, test) = set.split(testCount: testCount, key: Self.key)
    self.init(
      train: train, test: test, files: files,
      rule: "\(testCount) strings drawn with a fixed key", leftOut: set.leftOut)
  }

  /// Reads texts for training and testing: a set by its name, such as `words`, or a file; `-` is
  /// standard input. Where a set does not say which strings are for testing, `testFraction` of them
  /// are drawn with a fixed key; traps unless it is between 0 and 1.
  ///
  /// - Throws: If there is no such set or file, it cannot be read, or holds fewer than two strings
  ///   that the options admit.
  public static func load(
    _ argument: String, testFraction: Double = 0.1, options: TextOptions = TextOptions(),
    search: DataSearch = .usual, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> TextSplit {
    if let set = TextCatalog.set(named: argument) {
      return try set.load(testFraction, options, search, shouldStop)
    }
    if argument != "-", !exists(argument) {
      throw InputError(
        source: argument, problem: .text(.noSuchSet(TextCatalog.sets.map(\.name))))
    }
    let set = try TextSet.load(
      InputSource(argument: argument), options: options, shouldStop: shouldStop)
    return try TextSplit(set, testFraction: testFraction, files: [argument])
  }
}

extension NamedTextSet {
  fileprivate func load(
    _ testFraction: Double, _ options: TextOptions, _ search: DataSearch,
    _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> TextSplit {
    guard let paths = paths(in: search) else {
      throw InputError(
        source: name,
        problem: .text(.notInstalled(installation: installation, in: places(search))))
    }
    var options = options
    options.columns = columns
    let all = try TextSet.load(
      .file(paths[0]), options: options, name: name, shouldStop: shouldStop)
    if paths.count == 1 {
      return try TextSplit(all, testFraction: testFraction, files: paths)
    }
    options.vocabulary = all.vocabulary
    let test = try TextSet.load(
      .file(paths[1]), options: options, name: name, shouldStop: shouldStop)
    return TextSplit(
      train: all, test: test, files: paths, rule: "the set's own test strings",
      leftOut: all.leftOut + test.leftOut)
  }
}
