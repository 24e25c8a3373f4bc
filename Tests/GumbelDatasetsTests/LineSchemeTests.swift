import GumbelDatasets
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestBytes
import _GumbelTestSupport

extension LineSample {
  fileprivate var texts: [String] { lines.map { String(decoding: $0.bytes, as: UTF8.self) } }
}

private func sample(
  _ text: String, _ sampler: LineSampler, key: RandomKey = RandomKey(1), chunk: Int = 1 << 16
) throws -> LineSample {
  try withSource(Array(text.utf8)) { try sampler.sample(from: $0, key: key, chunk: chunk) }
}

private func sampler(
  _ count: Int, _ scheme: LineSampler.Scheme, weights: SymbolFormat.Column? = nil,
  isTable: Bool = false, probabilities: Bool = false
) -> LineSampler {
  let isTable = isTable || weights != nil
  var sampler = LineSampler(
    count: count,
    form: isTable
      ? LineForm(table: TableDialect(delimiter: .comma, header: .absent)) : LineForm(),
    weights: weights)
  sampler.scheme = scheme
  sampler.givesInclusionProbabilities = probabilities
  return sampler
}

/// Draws with replacement and by groups, the order of the source, and probabilities.
@Suite struct LineSchemeTests {
  // Lines are held once and given up again, so that memory is made use of again.
  @Test(arguments: [1, 40, 2500]) func drawsWithReplacementAreThoseOfSlots(count: Int) throws {
    let key = RandomKey(3)
    let lines = (0..<9000).map { i in
      "\(i)" + String(repeating: "x", count: i * 7919 % 401) + (i % 9 == 1 ? "\r" : "")
    }
    var order = ReplacementOrder(capacity: count, key: key)
    let isThere = order.reserve()
    #expect(isThere)
    order.pass(9000)
    var held = [Int](repeating: 0, count: count)
    // Items of weight 1 end at their numbers, up to a power of two.
    for draw in order.draws() {
      held[Int(draw.item)] = Int(Double(bitPattern: draw.time) * 0x1p32)
    }
    for chunk in [4099, 1 << 16] {
      let found = try sample(
        lines.joined(separator: "\n"), sampler(count, .withReplacement), key: key, chunk: chunk)
      #expect(found.lines.map { $0.number - 1 } == held)
      let areTheirs = found.lines.allSatisfy { line in
        line.bytes + (line.hasCarriageReturn ? [13] : []) == Array(lines[line.number - 1].utf8)
      }
      #expect(areTheirs)
      #expect(found.lineCount == 9000)
    }
  }

  @Test func replacementFollowsTheWeights() throws {
    let text = "a,1\nb,0\n\"c\n\",4\nd,5\n"
    let found = try sample(
      text, sampler(20_000, .withReplacement, weights: .number(2), probabilities: true))
    #expect(found.lineCount == 4)
    let counts = ["a,1", "b,0", "\"c\n\",4", "d,5"].map { name in found.texts.count { $0 == name } }
    #expect(chiSquareRatio(counts, [0.1, 0, 0.4, 0.5]) <= 1)
    let expected: [String: Double] = ["a,1": 2000, "\"c\n\",4": 8000, "d,5": 10_000]
    let areExpected = zip(found.texts, found.inclusionProbabilities!).allSatisfy { text, value in
      abs(expected[text]! - value) < 1e-8
    }
    #expect(areExpected)
    #expect(try sample("x\n", sampler(3, .withReplacement)).texts == ["x", "x", "x"])
    #expect(try sample("", sampler(0, .withReplacement)).texts == [])
    expectMessage("data: no lines to draw from, expected at least one of a weight above 0") {
      try sample("", sampler(1, .withReplacement))
    }
    expectMessage("data: no lines to draw from, expected at least one of a weight above 0") {
      try sample("a,0\n", sampler(1, .withReplacement, weights: .number(2)))
    }
  }

  /// Rows of some groups, of which one has a single row.
  private static let rows = (0..<6000).map { i in
    let group = i == 500 ? "single" : i % 3 == 0 ? "\"a\"" : i % 3 == 1 ? "a" : "g\(i * i % 11)"
    return "\(group),\(["1", "1e-3", "0", "250", "2.5"][i * i % 5]),"
      + "\(i)" + String(repeating: "x", count: i * 7919 % 301)
  }

  @Test(arguments: [false, true], [LineKey.place, .column(.number(3))])
  func groupsHaveTheEarliestOfTheirRows(isWeighted: Bool, key: LineKey) throws {
    let text = Self.rows.joined(separator: "\n")
    let weights: SymbolFormat.Column? = isWeighted ? .number(2) : nil
    var all = sampler(6000, .withoutReplacement, weights: weights, isTable: true)
    all.lineKey = key
    let order = try sample(text, all, key: RandomKey(8)).texts
    func group(_ row: String) -> String {
      String(row.prefix { $0 != "," }).replacing("\"", with: "")
    }
    var names: [String] = []
    for row in Self.rows where !names.contains(group(row)) { names.append(group(row)) }
    for count in [0, 1, 30, 5000] {
      var grouped = sampler(count, .groups(.number(1)), weights: weights)
      grouped.form = all.form
      grouped.lineKey = key
      let expected = names.flatMap { name in order.filter { group($0) == name }.prefix(count) }
      for chunk in [5003, 1 << 16] {
        let found = try sample(text, grouped, key: RandomKey(8), chunk: chunk)
        let areTheSame = found.texts == expected
        #expect(areTheSame)
        #expect(found.lineCount == 6000)
      }
    }
  }

  @Test func groupsAreNamed() throws {
    var byName = LineSampler(count: 1, table: TableDialect())
    byName.scheme = .groups(.name("kind"))
    let found = try sample("id,kind\n1,x\n2,y\n3,x\n", byName)
    #expect(found.header?.bytes == Array("id,kind".utf8))
    #expect(found.lines.count == 2 && found.lineCount == 3)
    expectMessage("data, line 1: no column \"sort\", expected one of \"id\", \"kind\"") {
      byName.scheme = .groups(.name("sort"))
      return try sample("id,kind\n1,x\n", byName)
    }
    expectMessage("data, line 3: found 1 field, expected 2 as in the first row") {
      byName.scheme = .groups(.name("kind"))
      return try sample("id,kind\n1,x\n2\n", byName)
    }
  }

  @Test func linesAreOrderedByPlace() throws {
    let text = (1...3000).map { "\($0)" }.joined(separator: "\n")
    for scheme in [LineSampler.Scheme.withoutReplacement, .withReplacement] {
      var found = try sample(text, sampler(200, scheme))
      let numbers = found.lines.map(\.number)
      found.sortByPlace()
      #expect(found.lines.map(\.number) == numbers.sorted() && numbers != numbers.sorted())
      #expect(found.texts == found.lines.map { "\($0.number)" })
    }
    var several = try withSource(Array("b\na".utf8)) { first in
      try withSource(Array("d\nc".utf8)) { second in
        try LineSampler(count: 9).sample(from: [first, second], key: RandomKey(1))
      }
    }
    several.sortByPlace()
    #expect(several.texts == ["b", "a", "d", "c"])
  }

  @Test func mergedLinesAreOrderedByPlace() throws {
    let lines = (0..<90).map { "\($0)" }
    let parts = try [(60, 90), (0, 10), (10, 60)].map { first, end in
      try withSource(Array(lines[first..<end].joined(separator: "\n").utf8)) {
        try LineSampler(count: 40).partialSample(
          from: [$0], key: RandomKey(2), linesBefore: first)
      }
    }
    var merged = try PartialLineSample(merging: parts).sample()
    merged.sortByPlace()
    let numbers = merged.texts.map { Int($0)! }
    #expect(numbers.count == 40 && numbers == numbers.sorted())
  }

  // The sum over all rows, estimated from those drawn, in 4000 draws of each kind: at most five standard
  // errors off, which over all keys happens once in two million.
  @Test(
    arguments: [false, true],
    [LineSampler.Scheme.withoutReplacement, .withReplacement, .groups(.number(1))])
  func sumsByProbabilitiesAreUnbiased(isWeighted: Bool, scheme: LineSampler.Scheme) throws {
    let rows = (0..<24).map { (i: Int) -> (group: String, weight: Double, value: Double) in
      (i % 5 == 0 ? "a" : "b", Double(1 + i * i % 13), Double(3 + i * 7 % 10))
    }
    let text = rows.map { "\($0.group),\($0.weight),\($0.value)\n" }.joined()
    let drawing = sampler(
      4, scheme, weights: isWeighted ? .number(2) : nil, isTable: true, probabilities: true)
    let total = rows.reduce(0) { $0 + $1.value }
    var (sum, squares) = (0.0, 0.0)
    for i in 0..<4000 {
      let found = try sample(text, drawing, key: RandomKey(9).folding(in: i))
      var estimate = 0.0
      for (line, p) in zip(found.lines, found.inclusionProbabilities!) {
        #expect(p > 0 && (p <= 1 || scheme == .withReplacement))
        estimate += rows[line.number - 1].value / p
      }
      sum += estimate
      squares += (estimate - total) * (estimate - total)
    }
    let error = (squares / 4000).squareRoot() / 4000.0.squareRoot()
    #expect(error > 0 && abs(sum / 4000 - total) < 5 * error)
  }

  @Test func probabilitiesGoWithTheirLines() throws {
    let text = (1...200).map { "\($0),\($0 * 31 % 17)\n" }.joined()
    let drawing = sampler(20, .withoutReplacement, weights: .number(2), probabilities: true)
    var found = try sample(text, drawing, key: RandomKey(4))
    #expect(found.lines.count == 20)
    let before = Dictionary(
      uniqueKeysWithValues: zip(found.texts, found.inclusionProbabilities!))
    found.sortByPlace()
    #expect(zip(found.texts, found.inclusionProbabilities!).allSatisfy { before[$0] == $1 })
    // All that can be drawn is drawn.
    let all = try sample(
      text, sampler(500, .withoutReplacement, weights: .number(2), probabilities: true))
    #expect(all.inclusionProbabilities!.allSatisfy { $0 == 1 })
    #expect(all.inclusionProbabilities!.count == all.lines.count)
    let equal = try sample("a\nb\nc\nd\n", sampler(1, .withoutReplacement, probabilities: true))
    #expect(equal.inclusionProbabilities == [0.25])
    // Asking for them changes nothing else.
    let plain = try sample(
      text, sampler(20, .withoutReplacement, weights: .number(2)), key: RandomKey(4))
    #expect(Set(plain.texts) == Set(before.keys) && plain.inclusionProbabilities == nil)
  }
}
