extension TextSet {
  /// A set of strings; those that are empty do not count.
  ///
  /// - Throws: Where there are none, or none that is as short as the options ask for, or there are
  ///   too many different symbols.
  public init(
    _ strings: some Collection<String>, name: String, options: TextOptions = TextOptions()
  ) throws(InputError) {
    var text = TextBytes(name: name)
    for string in strings where !string.isEmpty { text.append(string) }
    self = try text.set(options)
  }

  /// Reads a text file, gzipped or not, in UTF-8, or in any encoding where bytes are the symbols.
  ///
  /// - Throws: If it cannot be read, is not UTF-8, or holds nothing that the options admit.
  public static func load(
    _ source: InputSource, options: TextOptions = TextOptions(), name: String? = nil,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> TextSet {
    try TextBytes(source, options, shouldStop).set(options, name: name)
  }
}

/// The bytes of a text, and where its strings are in it.
private struct TextBytes {
  private let name: String
  private var bytes: [UInt8] = []
  private var strings: [Range<Int>] = []

  init(name: String) { self.name = name }

  mutating func append(_ string: String) {
    let start = bytes.count
    bytes += string.utf8
    strings.append(start..<bytes.count)
  }

  /// Reads a file whole.
  init(
    _ source: InputSource, _ options: TextOptions, _ shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) {
    self.init(name: source.name)
    let input = try ChunkedInput(
      source, chunk: 1 << 17, inflatingGzip: true, shouldStop: shouldStop)
    if options.unit == .characters {
      try input.refuseOtherKinds(expected: "text")
      try input.passByteOrderMark()
    }
    repeat {
      bytes += input.unread
      input.consume(input.unread.count)
      if bytes.count > options.limit {
        throw input.error(.text(.tooLarge(limit: options.limit)))
      }
    } while try input.readMore()
    try input.checkStop()
    if options.unit == .characters { try checkUTF8(markLength: input.markLength) }
    switch options.form {
    case .running: if !bytes.isEmpty { strings = [bytes.indices] }
    case .lines: findLines(options.columns)
    }
  }

  private func checkUTF8(markLength: Int) throws(InputError) {
    guard let position = bytes.withUnsafeBytes({ firstInvalidUTF8(in: $0) }) else { return }
    let before = bytes[..<position]
    let line = before.count { $0 == lineFeed } + 1
    let start = before.lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
    throw InputError(
      source: name, line: line,
      problem: .invalidUTF8(byte: position - start + 1 + (line == 1 ? markLength : 0)))
  }

  private mutating func findLines(_ columns: TextOptions.Columns) {
    var (start, isFirst) = (0, true)
    while start < bytes.count {
      let next = bytes[start...].firstIndex(of: lineFeed) ?? bytes.count
      var end = next
      if end > start, bytes[end - 1] == carriageReturn { end -= 1 }
      switch columns {
      case .whole: break
      case .first: end = bytes[start..<end].firstIndex(of: UInt8(ascii: " ")) ?? end
      case .firstOfTable: end = bytes[start..<end].firstIndex(of: UInt8(ascii: ",")) ?? end
      }
      if end > start, !(isFirst && columns == .firstOfTable) { strings.append(start..<end) }
      (start, isFirst) = (next + 1, false)
    }
  }

  // MARK: - Tokens

  /// The values of a string's symbols.
  private func symbols(_ range: Range<Int>, _ unit: TextVocabulary.Unit) -> [UInt32] {
    switch unit {
    case .bytes: return bytes[range].map(UInt32.init)
    case .characters:
      let part = bytes[range]
      if part.allSatisfy({ $0 < 0x80 }) { return part.map(UInt32.init) }
      return String(decoding: part, as: UTF8.self).unicodeScalars.map(\.value)
    }
  }

  func set(_ options: TextOptions, name: String? = nil) throws(InputError) -> TextSet {
    func problem(_ problem: TextProblem) -> InputError {
      InputError(source: self.name, problem: .text(problem))
    }
    if strings.isEmpty { throw problem(.noText) }
    let maximum = options.maximumLength
    var (kept, shortest): ([[UInt32]], Int) = ([], .max)
    var count = 0
    for range in strings {
      let symbols = symbols(range, options.unit)
      switch options.form {
      case .lines:
        count += 1
        shortest = min(shortest, symbols.count)
        if symbols.count <= maximum { kept.append(symbols) }
      case .running:
        for start in stride(from: 0, to: symbols.count, by: maximum) {
          count += 1
          kept.append(Array(symbols[start..<min(start + maximum, symbols.count)]))
        }
      }
    }
    if kept.isEmpty {
      throw problem(.noneShortEnough(count: count, shortest: shortest, maximum: maximum))
    }
    let vocabulary = options.vocabulary ?? Self.vocabulary(of: kept, options.unit)
    if vocabulary.symbols.count > options.symbolLimit {
      throw problem(
        .tooManySymbols(count: vocabulary.symbols.count, limit: options.symbolLimit))
    }
    var (tokens, starts): ([Int32], [Int]) = ([], [0])
    for string in kept {
      for symbol in string {
        guard let token = vocabulary.token(symbol) else { break }
        tokens.append(token)
      }
      if tokens.count - starts[starts.count - 1] == string.count {
        starts.append(tokens.count)
      } else {
        tokens.removeLast(tokens.count - starts[starts.count - 1])
      }
    }
    if starts.count == 1 {
      throw problem(.noneOfVocabulary(count: kept.count, symbols: vocabulary.symbols.count))
    }
    return TextSet(
      name: name ?? self.name, vocabulary: vocabulary, form: options.form, maximumLength: maximum,
      leftOut: count - (starts.count - 1), tokens: tokens, starts: starts)
  }

  private static func vocabulary(
    of strings: [[UInt32]], _ unit: TextVocabulary.Unit
  ) -> TextVocabulary {
    var found: Set<UInt32> = []
    // Sets are slow, and nearly all symbols have small numbers.
    var isSmall = [Bool](repeating: false, count: 1024)
    for string in strings {
      for symbol in string {
        if symbol < 1024 { isSmall[Int(symbol)] = true } else { found.insert(symbol) }
      }
    }
    found.formUnion(isSmall.indices.lazy.filter { isSmall[$0] }.map(UInt32.init))
    return TextVocabulary(unit, symbols: found)
  }
}
