import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The masks of a JSON document's tokens, step by step, over a vocabulary of 128,000. The tokens are
/// those of the tiktoken file that `GUMBEL_TIKTOKEN` names, or made up: words, with what stands around
/// them in texts and programs.
func grammarMasks(_ options: Options) {
  let tokens = tiktokenFile() ?? madeUpTokens(128_000)
  let vocabulary = TokenVocabulary(tokens + [[]], endOfText: [tokens.count])
  let clock = ContinuousClock()
  let start = clock.now
  let compiled = CompiledGrammar(.json, vocabulary: vocabulary)
  let compilation = (clock.now - start) / .seconds(1)
  let document = greedyTokens(of: madeUpDocument(entries: 400), tokens)
  var steps: [Double] = []
  var (first, allowed) = ([Double](), 0)
  var mask = TokenMask(count: vocabulary.count)
  let seconds = (0...options.repeats).map { repetition in
    var matcher = GrammarMatcher(compiled)
    var times: [Double] = []
    for token in document {
      let start = clock.now
      matcher.fill(&mask)
      times.append((clock.now - start) / .seconds(1))
      allowed += repetition == 0 ? mask.allowedCount : 0
      if !mask[token] || !matcher.accept(token) { exitWithUsage() }
    }
    if !matcher.isComplete { exitWithUsage() }
    if repetition == 0 { first = times } else { steps += times }
    return times.sorted()[times.count / 2]
  }
  steps.sort()
  first.sort()
  func microseconds(_ times: [Double], _ share: Double) -> String {
    "\(times[min(Int(share * Double(times.count)), times.count - 1)] * 1e6)"
  }
  Report(
    workload: "grammar-masks", unit: "step", seconds: Array(seconds.dropFirst()),
    check: [
      ("tokens", "\(tokens.count)"), ("steps", "\(document.count)"),
      ("meanAllowed", "\(Double(allowed) / Double(document.count))"),
      ("compilationSeconds", "\(compilation)"),
      ("percentile99Microseconds", microseconds(steps, 0.99)),
      ("worstMicroseconds", microseconds(steps, 1)),
      ("firstRunMedianMicroseconds", microseconds(first, 0.5)),
      ("firstRunWorstMicroseconds", microseconds(first, 1)),
    ]
  ).print()
}

/// The document as the longest tokens that it begins with, one after the other.
private func greedyTokens(of text: [UInt8], _ tokens: [[UInt8]]) -> [Int] {
  var numbers: [ArraySlice<UInt8>: Int] = [:]
  for (number, token) in tokens.enumerated() { numbers[token[...]] = number }
  var result: [Int] = []
  var place = 0
  while place < text.count {
    var length = min(40, text.count - place)
    while length > 0, numbers[text[place..<(place + length)]] == nil { length -= 1 }
    guard length > 0 else { exitWithUsage() }
    result.append(numbers[text[place..<(place + length)]]!)
    place += length
  }
  return result
}

/// Objects in an array, each with strings, numbers, an array and an object.
private func madeUpDocument(entries: Int) -> [UInt8] {
  var words = Words(state: 5)
  func entry(_ number: Int) -> String {
    let tags = (0..<(number % 5)).map { _ in "\"\(words.next())\"" }.joined(separator: ", ")
    return """
        {
          "id": \(number), "name": "\(words.next()) \(words.next())", "share": -0.\(number)e-2,
          "note": "\(words.next()), \\"\(words.next())\\" \\u00e9 \(words.next())é",
          "tags": [\(tags)], "place": {"of": null, "is": {"new": \(number % 2 == 0)}}
        }
      """
  }
  return Array("[\n\((0..<entries).map(entry).joined(separator: ",\n"))\n]\n".utf8)
}

/// All bytes, then white space, punctuation and numbers, and words with these around them.
private func madeUpTokens(_ count: Int) -> [[UInt8]] {
  var tokens = (0..<256).map { [UInt8($0)] }
  var seen = Set(tokens)
  func add(_ text: String) {
    let token = Array(text.utf8)
    if tokens.count < count, seen.insert(token).inserted { tokens.append(token) }
  }
  for length in 2...40 {
    add(String(repeating: " ", count: length))
    add("\n" + String(repeating: " ", count: length))
  }
  let marks = ["\"", "{", "}", "[", "]", ",", ":", " ", "(", ")", ";", ".", "\n", "\\", "/", "="]
  for a in marks {
    for b in marks {
      add(a + b)
      for c in marks { add(a + b + c) }
    }
  }
  for number in 0..<1000 { add("\(number)") }
  var words = Words(state: 5)
  while tokens.count < count {
    let word = words.next()
    add(" " + word)
    add(word)
    switch tokens.count % 16 {
    case 0: add(word + "\"")
    case 1: add(word + "\":")
    case 2: add("\"" + word)
    case 3: add(word + "\",")
    case 4: add("." + word)
    case 5: add(word.uppercased())
    default: add(" " + word.prefix(1).uppercased() + word.dropFirst())
    }
  }
  return tokens
}

/// Words of one to four syllables.
private struct Words {
  var state: UInt32

  mutating func next() -> String {
    (0...pick(4)).map { _ in
      let first = ["b", "k", "d", "st", "l", "m", "n", "pr", "r", "s", "t", "th", "v", "é", "щ"]
      return first[pick(first.count)] + ["a", "e", "i", "o", "u", "ion", "er"][pick(7)]
    }.joined()
  }

  private mutating func pick(_ count: Int) -> Int {
    state = state &* 1_664_525 &+ 1_013_904_223
    return Int(state >> 16) % count
  }
}

/// Lines of a token's bytes in Base64, a blank, and its number.
private func tiktokenFile() -> [[UInt8]]? {
  guard let path = getenv("GUMBEL_TIKTOKEN").map({ String(cString: $0) }) else { return nil }
  guard let file = try? SymbolFile.load(InputSource(argument: path), format: .lines) else {
    exitWithUsage()
  }
  return file.vocabulary.names.map { line in
    var (bits, held) = (UInt32(0), 0)
    var bytes: [UInt8] = []
    for digit in line.utf8.prefix(while: { $0 != 0x20 && $0 != 0x3D }) {
      let value: UInt8 =
        switch digit {
        case 0x41...0x5A: digit - 0x41
        case 0x61...0x7A: digit - 0x61 + 26
        case 0x30...0x39: digit - 0x30 + 52
        case 0x2B: 62
        default: 63
        }
      bits = bits << 6 | UInt32(value)
      held += 6
      if held >= 8 {
        held -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
      }
    }
    return bytes
  }
}
