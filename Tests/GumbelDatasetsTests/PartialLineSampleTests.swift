import Foundation
import GumbelDatasets
import GumbelTensors
import Testing
import _GumbelTestBytes

@testable import struct GumbelDatasets.PlaceRanges
@testable import struct GumbelDatasets.SipHash

/// The samples of parts of lines, put together in any way.
@Suite struct PartialLineSampleTests {
  private static let key = RandomKey(17)

  /// Lines of which some are equal, empty, or end in a carriage return.
  private static let lines = (0..<150).map { i in
    i % 40 == 7 ? "" : "\(i * i % 97) \(i % 5)\(i % 9 == 2 ? "\r" : "")"
  }
  /// Rows with a key, of which there are several of each, and weights over a wide range.
  private static let rows = (0..<150).map { i in
    "k\(i % 60),\(["1", "1e-3", "0", "250", "2.5"][i * i % 5]),\(i % 7)"
  }

  private enum Kind: CaseIterable {
    case places, weightedPlaces, wholeLines, column, weightedColumn
    var isByPlace: Bool { self == .places || self == .weightedPlaces }
    var lines: [String] {
      self == .places || self == .wholeLines
        ? PartialLineSampleTests.lines : PartialLineSampleTests.rows
    }
    func sampler(_ count: Int) -> LineSampler {
      let table = TableDialect(delimiter: .comma, header: .absent)
      var sampler =
        switch self {
        case .places, .wholeLines: LineSampler(count: count)
        case .column: LineSampler(count: count, table: table)
        case .weightedPlaces, .weightedColumn:
          LineSampler(count: count, table: table, weights: .number(2))
        }
      switch self {
      case .places, .weightedPlaces: break
      case .wholeLines: sampler.lineKey = .line
      case .column, .weightedColumn: sampler.lineKey = .column(.number(1))
      }
      return sampler
    }
  }

  private static func state(_ part: PartialLineSample) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try part.writeState { bytes += $0 }
    return bytes
  }

  private static func read(_ state: [UInt8], chunk: Int = 1 << 16) throws -> PartialLineSample {
    try withSource(state) { try PartialLineSample(merging: [$0], chunk: chunk) }
  }

  private static func part(
    _ lines: some Sequence<String>, _ sampler: LineSampler, after: Int = 0, seed: UInt64 = 17
  ) throws -> PartialLineSample {
    let text = lines.map { $0 + "\n" }.joined()
    return try withSource(Array(text.utf8)) {
      try sampler.partialSample(from: [$0], key: RandomKey(seed), linesBefore: after)
    }
  }

  private static func texts(_ sample: LineSample) -> [[UInt8]] {
    sample.lines.map { $0.bytes + ($0.hasCarriageReturn ? [13] : []) }
  }

  // 200 of each kind, 1000 in all, in which parts have from no lines to all, are put together by twos
  // to fours in any order, and go by their states every second time.
  @Test(arguments: 0..<5) func anyPartsInAnyOrderGiveTheSampleOfOnePass(kind: Int) throws {
    let kind = Kind.allCases[kind]
    var random = RandomKeyStream(RandomKey(5).folding(in: kind.lines[1]))
    let lines = kind.lines
    var differing = 0
    for trial in 0..<200 {
      let count = [0, 1, 3, 20, 60, 200][trial % 6]
      let sampler = kind.sampler(count)
      let whole = try withSource(Array(lines.map { $0 + "\n" }.joined().utf8)) {
        try sampler.sample(from: $0, key: Self.key)
      }
      var parts: [PartialLineSample] = []
      let number = Int.random(in: 1...8, using: &random)
      if kind.isByPlace {
        let cuts =
          (0..<number - 1).map { _ in Int.random(in: 0...lines.count, using: &random) }.sorted()
        for (first, end) in zip([0] + cuts, cuts + [lines.count]) {
          parts.append(try Self.part(lines[first..<end], sampler, after: first))
        }
      } else {
        let owners = lines.map { _ in Int.random(in: 0..<number, using: &random) }
        for owner in 0..<number {
          let own = lines.indices.filter { owners[$0] == owner }.shuffled(using: &random)
          parts.append(try Self.part(own.map { lines[$0] }, sampler))
        }
      }
      repeat {
        parts.shuffle(using: &random)
        let several = Array(parts.suffix(Int.random(in: 2...4, using: &random)))
        parts.removeLast(several.count)
        var merged = try PartialLineSample(merging: several)
        if Bool.random(using: &random) { merged = try Self.read(Self.state(merged)) }
        parts.append(merged)
      } while parts.count > 1
      let sample = try parts[0].sample()
      if Self.texts(sample) != Self.texts(whole) || sample.lineCount != whole.lineCount {
        differing += 1
      }
    }
    #expect(differing == 0)
  }

  // What a part is at and what it holds, to the bit, whatever was put together when.
  @Test func statesOfTheSameLinesAreTheSame() throws {
    let sampler = Kind.weightedPlaces.sampler(20)
    let rows = Self.rows
    let parts = try [(0, 40), (40, 41), (41, 150)].map {
      try Self.part(rows[$0..<$1], sampler, after: $0)
    }
    let first = try Self.state(PartialLineSample(merging: parts))
    let pair = try PartialLineSample(merging: [parts[2], parts[0]])
    let last = try Self.state(PartialLineSample(merging: [parts[1], pair]))
    #expect(first == last)
    #expect(try Self.state(Self.read(first, chunk: 3)) == first)
    #expect(first.last == 10 && first.dropLast().allSatisfy { 0x20...0x7E ~= $0 })
  }

  @Test func severalStatesMayBeInOneFile() throws {
    let sampler = Kind.places.sampler(10)
    let states = try [(0, 40), (40, 150)].map {
      try Self.state(Self.part(Self.lines[$0..<$1], sampler, after: $0))
    }
    // As a program writes lines that takes them for pairs of which the second is nothing.
    let file = states[1].dropLast() + [9, 13, 10, 10] + states[0].dropLast()
    let merged = try Self.read(Array(file)).sample()
    let whole = try Self.part(Self.lines, sampler).sample()
    #expect(Self.texts(merged) == Self.texts(whole))
  }

  @Test func sourcesAreReadOneAfterTheOther() throws {
    try withDirectory { directory in
      let paths = ["a.csv", "b.csv", "c.csv"].map { directory + "/" + $0 }
      try "id,w\na,1\nb,2".write(toFile: paths[0], atomically: true, encoding: .utf8)
      try "id,w\n".write(toFile: paths[1], atomically: true, encoding: .utf8)
      try "id,w\nc,3\n\"d\n\",4\n".write(toFile: paths[2], atomically: true, encoding: .utf8)
      let sampler = LineSampler(count: 9, weights: .name("w"))
      let sample = try sampler.sample(from: paths.map { .file($0) }, key: Self.key)
      let places = Set(sample.lines.map { "\($0.source.suffix(5)) \($0.number)" })
      #expect(places == ["a.csv 2", "a.csv 3", "c.csv 2", "c.csv 3"])
      #expect(sample.lineCount == 4)
      // The draw is that of the lines in one file.
      let one = try withSource(Array("id,w\na,1\nb,2\nc,3\n\"d\n\",4\n".utf8)) {
        try sampler.sample(from: $0, key: Self.key)
      }
      #expect(Self.texts(sample) == Self.texts(one))
      // Sources stay known from state to state.
      let part = try sampler.partialSample(from: [.file(paths[2])], key: Self.key, linesBefore: 2)
      let first = try sampler.partialSample(from: [.file(paths[0])], key: Self.key)
      let merged = try PartialLineSample(merging: [Self.read(Self.state(part)), first]).sample()
      #expect(merged.lines == sample.lines)
      #expect(merged.header?.bytes == Array("id,w".utf8))

      try "id,v\nc,3\n".write(toFile: paths[1], atomically: true, encoding: .utf8)
      expectMessage("\(paths[1]), line 1: names other columns than \(paths[0])") {
        try LineSampler(count: 9, weights: .number(2), header: .present)
          .sample(from: paths.map { .file($0) }, key: Self.key)
      }
    }
  }

  // Of 40 different lines 8 are drawn 4000 times: each about as often, within five standard deviations.
  // Over all seeds such a test fails once in 40,000.
  @Test func linesDrawnByWhatTheyHoldAreEquallyLikely() throws {
    let text = Array((0..<40).map { "line \($0)\n" }.joined().utf8)
    var sampler = LineSampler(count: 8)
    sampler.lineKey = .line
    var counts: [[UInt8]: Int] = [:]
    try withSource(text) { source in
      guard case .descriptor(let descriptor, _) = source else { return }
      for seed in 0..<4000 as Range<UInt64> {
        lseek(descriptor, 0, SEEK_SET)
        for line in try sampler.sample(from: source, key: RandomKey(seed)).lines {
          counts[line.bytes, default: 0] += 1
        }
      }
    }
    #expect(counts.count == 40)
    // 800 expected, of variance 4000 · 0.2 · 0.8.
    #expect(counts.values.allSatisfy { abs($0 - 800) < 127 })
  }

  @Test func rowsOfAKeyAreDrawnTogether() throws {
    let rows = (0..<30).flatMap { ["a\($0),x", "\"a\($0)\",y"] }
    let sample = try Self.part(rows, Kind.column.sampler(20)).sample()
    let ids = sample.lines.map { String(decoding: $0.bytes, as: UTF8.self).filter(\.isNumber) }
    #expect(Set(ids).count == 10)
    expectMessage("data, line 2: nothing in column 1, expected the key of the row") {
      try Self.part(["a,1", ",2"], Kind.column.sampler(20))
    }
    expectMessage("data, line 2: found 1 field, expected 2 as in the first row") {
      try Self.part(["a,1", "b"], Kind.column.sampler(20))
    }
    expectMessage("data, line 2: found \"-1\" in column 2, expected a number of 0 or more") {
      try Self.part(["a,1", "b,-1"], Kind.weightedColumn.sampler(20))
    }
  }

  @Test func partsThatDoNotBelongTogetherAreRefused() throws {
    let sampler = Kind.places.sampler(10)
    let part = try Self.part(["a", "b"], sampler)
    func expect(_ message: String, _ other: PartialLineSample) {
      expectMessage("data: " + message) { try PartialLineSample(merging: [part, other]) }
    }
    try expect(
      "is drawn with seed 3, expected seed 17 as in data", Self.part(["c"], sampler, seed: 3))
    try expect(
      "is drawn with count 5, expected count 10 as in data",
      Self.part(["c"], Kind.places.sampler(5)))
    try expect(
      "is drawn with whole lines as keys, expected places as keys as in data",
      Self.part(["c"], Kind.wholeLines.sampler(10)))
    try expect(
      "is drawn with weights in column \"#2\", expected no weights as in data",
      Self.part(["c,1"], Kind.weightedPlaces.sampler(10)))
    try expect(
      "lines 2 to 2 of all are in another state too", Self.part(["c", "d"], sampler, after: 1))
    try expect(
      "lines 1 to 2 of all are in another state too", Self.part(["c", "d", "e"], sampler))
    let later = try Self.part(["e"], sampler, after: 4)
    expectMessage("data: lines 3 to 4 of all are in none of the states") {
      try PartialLineSample(merging: [later, part]).sample()
    }
    expectMessage("data: lines 1 to 4 of all are in none of the states") { try later.sample() }
  }

  @Test func statesThatAreNotWholeAreRefused() throws {
    let state = try Self.state(Self.part(Self.lines, Kind.places.sampler(3)))
    let text = String(decoding: state, as: UTF8.self)
    for length in 39..<state.count - 1 {
      let message = thrownMessage { try Self.read(Array(state[..<length])) }
      #expect(message == "data: the state is cut off, expected one that was written to its end")
    }
    for place in 40..<state.count - 14 {
      var damaged = state
      damaged[place] ^= 1
      #expect(thrownMessage { try Self.read(damaged) } != nil)
    }
    expectMessage("data: is not the state of a sample") { try Self.read(Array("a\nb\n".utf8)) }
    expectMessage("data: holds nothing, expected the state of a sample, a line for each") {
      try Self.read([10, 10])
    }
    let newer = text.replacingOccurrences(of: "\"version\":1", with: "\"version\":12")
    expectMessage(
      "data: the state has version 12, which a newer gumbel writes; expected at most 1"
    ) { try Self.read(Array(newer.utf8)) }
    expectMessage(
      "data, line 2: the state is damaged: its checksum is not that of what it holds"
    ) {
      let other = text.replacingOccurrences(of: "\"count\":3", with: "\"count\":4")
      return try Self.read(state + Array(other.utf8))
    }
    expectMessage("data: interrupted before the end") {
      try withSource(Array("a\n".utf8)) {
        try LineSampler(count: 1).partialSample(from: [$0], key: Self.key) { true }
      }
    }
  }

  // From the reference implementation's table, whose key is 00 01 … 0f and whose inputs are 00 01 02 ….
  @Test func sipHashIsTheOneOfItsAuthors() {
    let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    let expected: [Int: UInt64] = [
      0: 0x726f_db47_dd0e_0e31, 1: 0x74f8_39c5_93dc_67fd, 8: 0x93f5_f579_9a93_2462,
      15: 0xa129_ca61_49be_45e5,
    ]
    for (length, hash) in expected {
      let bytes = (0..<length).map { UInt8($0) }
      #expect(bytes.withUnsafeBytes { SipHash.hash($0, key: key) } == hash)
    }
  }

  @Test func placesAreKeptApart() {
    var random = RandomKeyStream(RandomKey(8))
    for _ in 0..<500 {
      var ranges = PlaceRanges()
      var taken = Set<UInt64>()
      for _ in 0..<12 {
        let first = UInt64.random(in: 0...40, using: &random)
        let range = first..<first + .random(in: 0...6, using: &random)
        let both = ranges.insert(PlaceRanges(range))
        #expect((both == nil) == taken.isDisjoint(with: range))
        if both != nil { break }
        taken.formUnion(range)
        #expect(ranges.count == UInt64(taken.count))
        #expect((0...50).allSatisfy { ranges.contains($0) == taken.contains($0) })
        let missing = (0..<(taken.max() ?? 0)).first { !taken.contains($0) }
        #expect(ranges.gap?.lowerBound == missing)
        #expect(PlaceRanges(inOrder: ranges.ranges) == ranges)
      }
    }
  }
}
