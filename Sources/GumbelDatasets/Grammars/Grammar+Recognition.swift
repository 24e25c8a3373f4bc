extension Grammar {
  /// Whether a string is one of the grammar's (Cocke, Younger & Kasami).
  ///
  /// Takes time in the cube of the string's length.
  public func isValid(_ string: String) -> Bool { isValid(string, check: {}) }

  /// The same; `check` is called now and then, and what it throws ends the search.
  package func isValid(_ string: String, check: () throws -> Void) rethrows -> Bool {
    guard let characters = places(of: string) else { return false }
    if characters.isEmpty { return normal.hasEmptyString }
    let chart = Chart(length: characters.count, symbols: normal.symbolCount, false)
    return try chart.fill { chart, start, length in
      try check()
      let row = chart.row(start, length)
      if length == 1 {
        for (symbol, ways) in normal.characters.enumerated() {
          row[symbol] = ways.contains { $0.index == characters[start] }
        }
      } else {
        for rule in normal.rules where !row[rule.left] {
          for part in 1..<length
          where chart.row(start, part)[rule.first]
            && chart.row(start + part, length - part)[rule.second]
          {
            row[rule.left] = true
            break
          }
        }
      }
      let base = Array(row)
      for (symbol, closure) in normal.closure.enumerated() where closure.count > 1 {
        row[symbol] = closure.contains { base[$0.index] }
      }
    }
  }

  /// The probability that rewriting the start gives the string, summed over all derivations.
  ///
  /// Over all strings these add up to ``terminationProbability``. Takes time in the cube of the
  /// string's length; a probability below the least Double is 0. Baker, "Trainable grammars for
  /// speech recognition", 1979.
  public func probability(of string: String) -> Double {
    guard let characters = places(of: string) else { return 0 }
    if characters.isEmpty { return normal.empty[0] }
    let chart = Chart(length: characters.count, symbols: normal.symbolCount, 0.0)
    return chart.fill { chart, start, length in
      let row = chart.row(start, length)
      if length == 1 {
        for (symbol, ways) in normal.characters.enumerated() {
          for way in ways where way.index == characters[start] { row[symbol] += way.probability }
        }
      } else {
        for rule in normal.rules {
          var sum = 0.0
          for part in 1..<length {
            sum +=
              chart.row(start, part)[rule.first]
              * chart.row(start + part, length - part)[rule.second]
          }
          row[rule.left] += rule.probability * sum
        }
      }
      let base = Array(row)
      for (symbol, closure) in normal.closure.enumerated() {
        row[symbol] = closure.reduce(0) { $0 + $1.probability * base[$1.index] }
      }
    }
  }

  /// The places of a string's characters in the alphabet; nil if one is not there.
  private func places(of string: String) -> [Int]? {
    var result: [Int] = []
    for scalar in string.unicodeScalars {
      var (low, high) = (0, alphabet.count)
      while low < high {
        let middle = (low + high) / 2
        if alphabet[middle] < scalar { low = middle + 1 } else { high = middle }
      }
      guard low < alphabet.count, alphabet[low] == scalar else { return nil }
      result.append(low)
    }
    return result
  }
}

/// A value for each part of a string and each symbol.
private final class Chart<Value> {
  private let length, symbols: Int
  private let values: UnsafeMutableBufferPointer<Value>

  init(length: Int, symbols: Int, _ value: Value) {
    self.length = length
    self.symbols = symbols
    values = .allocate(capacity: length * length * symbols)
    values.initialize(repeating: value)
  }

  deinit { values.deallocate() }

  /// The values of the part that begins at `start` and has `length` characters.
  func row(_ start: Int, _ length: Int) -> UnsafeMutableBufferPointer<Value> {
    let first = (start * self.length + length - 1) * symbols
    return UnsafeMutableBufferPointer(rebasing: values[first..<(first + symbols)])
  }

  /// Calls `body` for each part, shorter ones first, and gives the start symbol's value for all.
  func fill(
    _ body: (Chart, _ start: Int, _ length: Int) throws -> Void
  ) rethrows -> Value {
    for length in 1...length {
      for start in 0...(self.length - length) { try body(self, start, length) }
    }
    return withExtendedLifetime(self) { row(0, length)[0] }
  }
}
