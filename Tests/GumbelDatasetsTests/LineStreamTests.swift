import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes
import _GumbelTestSupport

/// What a sampler passes on of a text: texts and numbers.
private func drawn(
  _ text: String, _ sampler: BernoulliLineSampler, key: RandomKey = RandomKey(1), after: Int = 0,
  chunk: Int = 1 << 16
) throws -> [String] {
  try withSource(Array(text.utf8)) { source in
    var lines: [String] = []
    let end = try sampler.forEachLine(
      from: [source], key: key, linesBefore: after, chunk: chunk, onStart: { _, _ in }
    ) { line in
      lines.append(String(decoding: line.text, as: UTF8.self))
    }
    #expect(end.counts == [lines.count] && end.isComplete)
    return lines
  }
}

private func sides(
  _ lines: [String], _ splitter: LineSplitter, key: RandomKey = RandomKey(1)
) throws -> [Int] {
  try withSource(Array(lines.joined(separator: "\n").utf8)) { source in
    var sides: [Int] = []
    let end = try splitter.forEachLine(from: [source], key: key) { sides.append($0.side) }
    #expect(end.lineCount == sides.count && end.counts.reduce(0, +) == sides.count)
    return sides
  }
}

/// Lines that are passed on as they are read: a fraction of them, or all with their sides.
@Suite struct LineStreamTests {
  private static let lines = (0..<100_000).map { "\($0)\($0 % 7 == 0 ? "\r" : "")" }
  private static let text = lines.joined(separator: "\n")

  // The earliest of the race come out whichever way it is asked.
  @Test(arguments: [0.0001, 0.01, 0.3, 0.9]) func fractionsAreTheFirstOfASample(
    fraction: Double
  ) throws {
    let found = try drawn(Self.text, BernoulliLineSampler(fraction: fraction), key: RandomKey(6))
    let n = Double(Self.lines.count)
    // At most five standard deviations off.
    #expect(
      abs(Double(found.count) - n * fraction) <= 5 * (n * fraction * (1 - fraction)).squareRoot())
    var sample = try withSource(Array(Self.text.utf8)) {
      try LineSampler(count: found.count).sample(from: $0, key: RandomKey(6))
    }
    sample.sortByPlace()
    let texts = sample.lines.map {
      String(decoding: $0.bytes, as: UTF8.self) + ($0.hasCarriageReturn ? "\r" : "")
    }
    #expect(texts == found)
    let parts = try drawn(
      Self.text, BernoulliLineSampler(fraction: fraction), key: RandomKey(6), chunk: 4099)
    #expect(parts == found)
    let rows = BernoulliLineSampler(
      fraction: fraction, form: LineForm(table: TableDialect(header: .absent)))
    #expect(try drawn(Self.text, rows, key: RandomKey(6)) == found)
  }

  @Test func noneAndAllAreExact() throws {
    for form in [LineForm(), LineForm(table: TableDialect(header: .absent))] {
      for key in [LineKey.place, .line] {
        var (none, all) = (
          BernoulliLineSampler(fraction: 0, form: form),
          BernoulliLineSampler(fraction: 1, form: form)
        )
        (none.lineKey, all.lineKey) = (key, key)
        #expect(try drawn(Self.text, none) == [])
        #expect(try drawn(Self.text, all) == Self.lines)
      }
    }
  }

  @Test func linesAreIndependent() throws {
    let kept = Set(try drawn(Self.text, BernoulliLineSampler(fraction: 0.3), key: RandomKey(7)))
    var counts = [Int](repeating: 0, count: 4)
    for i in stride(from: 0, to: Self.lines.count, by: 2) {
      counts[(kept.contains(Self.lines[i]) ? 2 : 0) + (kept.contains(Self.lines[i + 1]) ? 1 : 0)] +=
        1
    }
    // Of all keys, one in a million gives more.
    #expect(chiSquareRatio(counts, [0.49, 0.21, 0.21, 0.09]) <= 1)
  }

  @Test func partsAreDrawnAsTheWhole() throws {
    let cut = 33_333
    let (first, rest) = (Self.lines[..<cut], Self.lines[cut...])
    var sampler = BernoulliLineSampler(fraction: 0.2)
    let whole = try drawn(Self.text, sampler)
    #expect(
      try drawn(first.joined(separator: "\n"), sampler)
        + drawn(rest.joined(separator: "\n"), sampler, after: cut) == whole)
    sampler.lineKey = .line
    let byKey = try drawn(Self.text, sampler)
    #expect(byKey != whole)
    #expect(
      try drawn(first.joined(separator: "\n"), sampler)
        + drawn(rest.joined(separator: "\n"), sampler) == byKey)
  }

  @Test func whatIsThrownEndsTheReading() throws {
    struct Enough: Error {}
    for form in [LineForm(), LineForm(table: TableDialect(header: .absent))] {
      try withSource(Array("1\n2\n3\n".utf8)) { source in
        var count = 0
        #expect(throws: Enough.self) {
          try BernoulliLineSampler(fraction: 1, form: form).forEachLine(
            from: [source], key: RandomKey(1)
          ) { _ in
            count += 1
            if count == 2 { throw Enough() }
          }
        }
        #expect(count == 2)
      }
    }
  }

  @Test func linesKnowWhereTheyAre() throws {
    try withSource(Array("n,x\n1,a\n".utf8)) { first in
      try withSource(Array("n,x\n\n2,b\n".utf8)) { second in
        var (headers, lines): ([String], [String]) = ([], [])
        let end = try BernoulliLineSampler(
          fraction: 1, form: LineForm(table: TableDialect(header: .present))
        ).forEachLine(
          from: [first, second], key: RandomKey(1),
          onHeader: { headers.append(String(decoding: $0.bytes, as: UTF8.self)) }
        ) { lines.append("\($0.source) \($0.number) \(String(decoding: $0.text, as: UTF8.self))") }
        #expect(headers == ["n,x"])
        #expect(lines == ["data 2 1,a", "data 3 2,b"])
        #expect(end.lineCount == 2 && end.header?.number == 1)
      }
    }
  }

  @Test func sidesFollowFromLines() throws {
    let splitter = LineSplitter(fractions: [0.7, 0.2, 0.1])
    let lines = Array(Self.lines[..<20_000])
    let whole = try sides(lines, splitter)
    let counts = (0..<3).map { side in whole.count { $0 == side } }
    #expect(chiSquareRatio(counts, [0.7, 0.2, 0.1]) <= 1)
    // Whatever stands around them, however often, and with any line end.
    let some = stride(from: 19_999, to: 0, by: -3).flatMap {
      ["new \($0)", lines[$0], lines[$0] + "\r"]
    }
    let found = try sides(some, splitter)
    let isStable = stride(from: 19_999, to: 0, by: -3).enumerated().allSatisfy { i, place in
      let isReturned = lines[place].hasSuffix("\r")
      return found[3 * i + 1] == whole[place] && (isReturned || found[3 * i + 2] == whole[place])
    }
    #expect(isStable)
    #expect(try sides(lines, splitter, key: RandomKey(2)) != whole)
    // Only what is between the sums moves where fractions change.
    let moved = try sides(lines, LineSplitter(fractions: [0.6, 0.3, 0.1]))
    let haveMoved = zip(whole, moved).allSatisfy { $0 == $1 || ($0 == 0 && $1 == 1) }
    #expect(haveMoved && moved != whole)
    #expect(Set(try sides(lines, LineSplitter(fractions: [0, 1, 0]))) == [1])
  }

  @Test func sidesFollowFromAColumn() throws {
    var splitter = LineSplitter(
      fractions: [0.5, 0.5], form: LineForm(table: TableDialect(header: .absent)))
    splitter.lineKey = .column(.number(1))
    let rows = (0..<4000).map { "\($0 % 2 == 0 ? "k\($0 / 4)" : "\"k\($0 / 4)\""),\($0)" }
    let found = try sides(rows, splitter)
    let areTogether = found.indices.allSatisfy { found[$0] == found[$0 / 4 * 4] }
    #expect(areTogether)
    expectMessage("data, line 2: nothing in column 1, expected the key of the row") {
      try sides(["a,1", ",2"], splitter)
    }
  }

  // With the same seed: what is drawn from a side by keys is drawn as from any lines.
  @Test func drawsFromASideAreNoneOfItsOwn() throws {
    let found = try sides(Self.lines, LineSplitter(fractions: [0.8, 0.2]))
    let train = Self.lines.indices.filter { found[$0] == 0 }.map { Self.lines[$0] }
    var half = BernoulliLineSampler(fraction: 0.5)
    half.lineKey = .line
    let count = try drawn(train.joined(separator: "\n"), half).count
    // At most five standard deviations from half.
    #expect(
      abs(Double(count) - Double(train.count) / 2) <= 5 * (Double(train.count) / 4).squareRoot())
  }

  @Test func linesMayEndInNUL() throws {
    let text = "a\nb\r\0\0c\r\n\0d"
    let expected = ["a\nb\r", "", "c\r\n", "d"]
    let form = LineForm(header: .automatic, terminator: .nul)
    for chunk in [1, 3, 1 << 16] {
      #expect(
        try drawn(text, BernoulliLineSampler(fraction: 1, form: form), chunk: chunk) == expected)
      for count in [2, 9] {
        var found = try withSource(Array(text.utf8)) {
          try LineSampler(count: count, form: form).sample(
            from: $0, key: RandomKey(1), chunk: chunk)
        }
        found.sortByPlace()
        #expect(found.lineCount == 4 && found.lines.count == min(count, 4))
        for line in found.lines {
          #expect(String(decoding: line.bytes, as: UTF8.self) == expected[line.number - 1])
          #expect(!line.hasCarriageReturn)
        }
        guard count == 9 else { continue }
        var bytes = [UInt8](repeating: 1, count: 100)
        let copied = bytes.withUnsafeMutableBytes { found.lines.copy(from: 0, into: $0) }
        #expect(Array(bytes[..<copied.bytes]) == Array((text + "\0").utf8))
      }
    }
    let state = try withSource(Array(text.utf8)) { source in
      var state: [UInt8] = []
      try LineSampler(count: 9, form: form).partialSample(from: [source], key: RandomKey(1))
        .writeState { state += $0 }
      return state
    }
    var merged = try withSource(state) { try PartialLineSample(merging: [$0]).sample() }
    merged.sortByPlace()
    #expect(merged.lines.map { String(decoding: $0.bytes, as: UTF8.self) } == expected)
    #expect(throws: (any Error).self) {
      try withSource(state) { first in
        try withSource(Array("a\n".utf8)) { source in
          let other = try LineSampler(count: 9).partialSample(
            from: [source], key: RandomKey(1), linesBefore: 4)
          return try PartialLineSample(
            merging: [PartialLineSample(merging: [first]), other])
        }
      }
    }
  }
}
