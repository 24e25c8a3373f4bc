import GumbelTensors

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
      throw InputError(
        source: set.name,
        problem: .text(.tooFewToSplit(count: set.count, leftOut: set.leftOut)))
    }
    let testCount = partCount(testFraction, of: set.count)
    let (train, test) = set.split(testCount: testCount, key: Self.key)
    self.init(
      train: train, test: test, files: files,
      rule: "\(testCount) strings drawn with a fixed key", leftOut: set.leftOut)
  }

  /// Reads texts for training and testing: a set by its name, such as `words`, or a file; `-` is
  /// standard input. A file `train…` has its test strings in a file `test…` beside it. Where the data
  /// do not say which strings are for testing, `testFraction` of them are drawn with a fixed key;
  /// traps unless it is between 0 and 1.
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
    if let test = testFile(beside: argument) {
      return try load(
        argument, test: test, name: argument, rule: "the strings of \(folderAndFile(test).file)",
        options, shouldStop)
    }
    let set = try TextSet.load(
      InputSource(argument: argument), options: options, shouldStop: shouldStop)
    return try TextSplit(set, testFraction: testFraction, files: [argument])
  }

  /// Reads a file for training and one for testing, whose symbols are those of the first.
  fileprivate static func load(
    _ train: String, test: String, name: String, rule: String, _ options: TextOptions,
    _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> TextSplit {
    var options = options
    func part(_ path: String) throws(InputError) -> TextSet {
      try TextSet.load(.file(path), options: options, name: name, shouldStop: shouldStop)
    }
    let first = try part(train)
    options.vocabulary = first.vocabulary
    let second = try part(test)
    return TextSplit(
      train: first, test: second, files: [train, test], rule: rule,
      leftOut: first.leftOut + second.leftOut)
  }

  /// The file of test strings that goes with one of training strings.
  private static func testFile(beside path: String) -> String? {
    let (folder, file) = folderAndFile(path)
    guard file.hasPrefix("train") else { return nil }
    let candidate = folder + "test" + file.dropFirst("train".count)
    return isReadableFile(candidate) ? candidate : nil
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
    if paths.count == 2 {
      return try TextSplit.load(
        paths[0], test: paths[1], name: name, rule: "the set's own test strings", options,
        shouldStop)
    }
    let set = try TextSet.load(
      .file(paths[0]), options: options, name: name, shouldStop: shouldStop)
    return try TextSplit(set, testFraction: testFraction, files: paths)
  }
}
