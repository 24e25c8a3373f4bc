import Foundation
import Testing

@Suite struct SampleTests {
  /// What `gumbel sample --json` writes for exact draws.
  struct Output<Sample: Decodable>: Decodable {
    let method: String
    let seed: UInt64
    let samples: [Sample]
    let names: [String]?
  }

  static func sample(_ arguments: [String], input: String? = nil) throws -> String {
    let outcome = try Gumbel.run(["sample"] + arguments, input: input)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    #expect(outcome.errors == "")
    return outcome.output
  }

  static func json<Sample: Decodable>(
    _ type: Sample.Type, _ arguments: [String], input: String? = nil
  ) throws -> Output<Sample> {
    let text = try sample(arguments + ["--format", "json"], input: input)
    return try JSONDecoder().decode(Output<Sample>.self, from: Data(text.utf8))
  }

  /// Whether each class occurs as often as it should, within five standard deviations: over all
  /// keys, one comparison in two million fails.
  static func follow(_ draws: [Int], _ probabilities: [Double]) -> Bool {
    var counts = [Int](repeating: 0, count: probabilities.count)
    for draw in draws { counts[draw] += 1 }
    let n = Double(draws.count)
    return zip(counts, probabilities).allSatisfy { count, p in
      abs(Double(count) - n * p) <= 5 * (n * p * (1 - p)).squareRoot()
    }
  }

  @Test(arguments: ["auto", "gumbel-max", "inverse", "alias"])
  func drawsFollowTheProbabilities(method: String) throws {
    let weights = "0,5,0,2,3,0"
    let expected = [0, 0.5, 0, 0.2, 0.3, 0]
    let options = ["--count", "100000", "--method", method]
    let output = try Self.json(Int.self, ["--probabilities", weights] + options)
    #expect(output.method == (method == "auto" ? "alias" : method))
    #expect(output.seed == 42)
    #expect(output.samples.count == 100_000)
    #expect(Self.follow(output.samples, expected))
    // The same distribution by its logits, and shifted.
    let logits = "-inf,1.609438,-inf,0.693147,1.098612,-inf"
    let shifted = "-inf,1001.609438,-inf,1000.693147,1001.098612,-inf"
    for logits in [logits, shifted] {
      let draws = try Self.json(Int.self, ["--logits", logits] + options).samples
      #expect(Self.follow(draws, expected))
    }
  }

  @Test func seedsAndCountsDecideTheDraws() throws {
    let options = ["--probabilities", "1,2,3,4"]
    func lines(_ extra: [String]) throws -> [Substring] {
      try Self.sample(options + extra).split(separator: "\n")
    }
    let many = try lines(["--count", "300000"])
    #expect(many.count == 300_000)
    #expect(try lines(["--count", "300000"]) == many)
    // Fewer are the first of more; 300,000 are several chunks.
    #expect(try lines(["--count", "50"]) == Array(many[..<50]))
    #expect(try lines([]) == Array(many[..<1]))
    let other = try lines(["--count", "300000", "--seed", "7"])
    #expect(other != many)
  }

  @Test func everyFormatHoldsTheSame() throws {
    let folder = try TemporaryFolder()
    let options = ["sample", "--probabilities", "1,2,3", "--count", "1000"]
    let text = try Gumbel.run(options).output
    for name in ["draws.csv", "draws.txt", "draws"] {
      let outcome = try Gumbel.run(options + ["--output", name], in: folder.folder)
      #expect(outcome.status == 0 && outcome.output == "")
      #expect(try folder.read(name) == text)
    }
    let draws = text.split(separator: "\n").map { Int32($0)! }
    let json = try Self.json(Int32.self, Array(options.dropFirst()))
    #expect(json.samples == draws)
    _ = try Gumbel.run(options + ["--output", "draws.npy"], in: folder.folder)
    let bytes = try [UInt8](Data(contentsOf: folder.url("draws.npy")))
    let header = "{'descr': '<i4', 'fortran_order': False, 'shape': (1000,), }"
    #expect(bytes[10...].starts(with: Array(header.utf8)))
    #expect(bytes[128...] == draws.withUnsafeBytes { ArraySlice($0) })
  }

  @Test func aMatrixGivesALineForEachRow() throws {
    let matrix = "1 0 0\n0 1 0\n0 1 1\n"
    let text = try Self.sample(["--probabilities", "-", "--count", "4"], input: matrix)
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map { Int($0)! } }
    #expect(rows.count == 3 && rows[0] == [0, 0, 0, 0] && rows[1] == [1, 1, 1, 1])
    #expect(rows[2].count == 4 && Set(rows[2]).isSubset(of: [1, 2]))
    let json = try Self.json([Int].self, ["--probabilities", "-", "--count", "4"], input: matrix)
    #expect(json.samples == rows)
    let csv = try Self.sample(
      ["--probabilities", "-", "--count", "4", "--format", "csv"], input: matrix)
    #expect(csv == text.replacingOccurrences(of: " ", with: ","))
    // Rows of the same logits have noise of their own.
    let equal = try Self.json(
      [Int].self, ["--logits", "-", "--count", "40"], input: "0 0\n0 0\n")
    #expect(equal.samples[0] != equal.samples[1])
  }

  @Test func arraysOfNumPyAreRead() throws {
    let folder = try TemporaryFolder()
    // Two rows, the columns one after the other: big-endian float64 in Fortran order.
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 70, 0]
    let header = "{'descr': '>f8', 'fortran_order': True, 'shape': (2, 3), }"
    bytes += Array(header.padding(toLength: 69, withPad: " ", startingAt: 0).utf8) + [0x0A]
    for number in [0, 0.0, 1, 0, 0, 9] { bytes += number.bitPattern.bigEndian.bytes }
    try Data(bytes).write(to: folder.url("p.npy"))
    let outcome = try Gumbel.run(
      ["sample", "--probabilities", "p.npy", "--count", "3"], in: folder.folder)
    #expect(outcome.output == "1 1 1\n2 2 2\n")
  }

  @Test func relaxedSamplesAreOnTheSimplex() throws {
    let options = ["--probabilities", "0.5,0.2,0.3", "--count", "20000"]
    for temperature in ["0.1", "1", "10"] {
      let output = try Self.json(
        [Double].self, options + ["--relaxed", "--temperature", temperature])
      #expect(output.method == "gumbel-softmax")
      let sums = output.samples.map { $0.reduce(0, +) }
      let isOnSimplex = sums.allSatisfy { abs($0 - 1) < 1e-5 }
      #expect(isOnSimplex)
      let winners = output.samples.map { point in
        point.indices.max { point[$0] < point[$1] }!
      }
      #expect(Self.follow(winners, [0.5, 0.2, 0.3]))
    }
    // The same noise: the straight-through sample is the corner nearest to the relaxed one.
    let relaxed = try Self.json([Double].self, options + ["--relaxed"]).samples
    let corners = try Self.json([Double].self, options + ["--straight-through"]).samples
    let expected = relaxed.map { point in point.map { $0 == point.max()! ? 1.0 : 0 } }
    #expect(corners == expected)
    let cold = try Self.json(
      [Double].self, options + ["--relaxed", "--temperature", "0"]
    ).samples
    #expect(cold == corners)
    let text = try Self.sample(["--logits", "0,-inf,-inf", "--straight-through"])
    #expect(text == "1 0 0\n")
  }

  @Test func namesStandForClasses() throws {
    let options = ["--probabilities", "0,1,0", "--count", "2"]
    let names = ["--names", "a,b \"c\",d"]
    #expect(try Self.sample(options + names) == "b \"c\"\nb \"c\"\n")
    #expect(
      try Self.sample(options + names + ["--format", "csv"]) == "\"b \"\"c\"\"\"\n\"b \"\"c\"\"\"\n"
    )
    let json = try Self.json(Int.self, options + names)
    #expect(json.samples == [1, 1] && json.names == ["a", "b \"c\"", "d"])
    let relaxed = try Self.sample(
      ["--logits", "0,-inf", "--relaxed", "--names", "x,y", "--format", "csv"])
    #expect(relaxed == "x,y\n1,0\n")
    let folder = try TemporaryFolder()
    let long = try folder.write("short\nlonger than a word\nx\n", to: "names.txt")
    #expect(
      try Self.sample(options + ["--names", long]) == "longer than a word\nlonger than a word\n")
  }

  @Test func withoutReplacementClassesDiffer() throws {
    let p = [0.5, 0.2, 0.3]
    let options = ["--probabilities", "0.5,0.2,0.3", "--count", "20000"]
    let output = try Self.json([Int].self, options + ["--without-replacement", "2"])
    #expect(output.method == "gumbel-top-k")
    // Plackett and Luce: the second is drawn from what the first leaves.
    var pairs: [Int] = []
    for sample in output.samples { pairs.append(3 * sample[0] + sample[1]) }
    var expected = [Double](repeating: 0, count: 9)
    for first in 0..<3 {
      for second in 0..<3 where second != first {
        let rest: Double = 1 - p[first]
        expected[3 * first + second] = p[first] * p[second] / rest
      }
    }
    #expect(Self.follow(pairs, expected))
    let all = try Self.sample(
      ["--logits", "0,0,-inf,0", "--without-replacement", "3", "--count", "50"])
    let areSets = all.split(separator: "\n").allSatisfy { line in
      Set(line.split(separator: " ")) == ["0", "1", "3"]
    }
    #expect(areSets)
  }

  /// Filters, and the weights that they leave.
  static let filters: [(options: [String], weights: [Double])] = [
    (["--temperature", "0.5"], [16, 9, 4, 1]),
    (["--top-k", "2"], [4, 3, 0, 0]),
    (["--top-p", "0.65"], [4, 3, 0, 0]),
    (["--min-p", "0.4"], [4, 3, 2, 0]),
    (["--top-k", "3", "--top-p", "0.7"], [4, 3, 0, 0]),
    (["--typical-p", "0.45"], [0, 3, 2, 0]),
    (["--top-n-sigma", "1"], [4, 3, 0, 0]),
    (["--greedy"], [1, 0, 0, 0]),
  ]

  @Test(arguments: filters.indices) func filtersLeaveTheMostLikely(index: Int) throws {
    let (options, weights) = Self.filters[index]
    let total = weights.reduce(0, +)
    let probabilities = weights.map { $0 / total }
    let output = try Self.json(
      Int.self, ["--probabilities", "0.4,0.3,0.2,0.1", "--count", "20000"] + options)
    #expect(Self.follow(output.samples, probabilities))
    #expect(output.method == (options == ["--greedy"] ? "greedy" : "alias"))
  }

  /// These were never done.
  @Test(
    arguments: [
      ["--logits", "1,2,3", "--min-p", "1"],
      ["--probabilities", "0,0,1", "--min-p", "1"],
      ["--logits", "1,2,3", "--min-p", "0.5", "--temperature", "1e-45"],
    ]) func theSmallestValueThatMinPKeepsIsFound(options: [String]) throws
  {
    #expect(try Self.sample(options + ["--count", "3"]) == "2\n2\n2\n")
  }

  @Test(arguments: [
    (["--probabilities", "0.5,0.25,0.25", "--min-p", "0.5"], 3),
    (["--probabilities", "0.4,0.3,0.2,0.1", "--top-p", "0.7"], 2),
    (["--probabilities", "4 3 2 1", "--top-p", "0.7"], 2),
    (["--probabilities", "1,1", "--min-p", "1"], 2),
    (["--logits", "-0.6931472;-1.3862944;-1.3862944", "--min-p", "0.5"], 3),
    (["--logits", "-0.9162907,-1.2039728,-1.6094379,-2.3025851", "--top-p", "0.7"], 2),
  ]) func bordersBelongToWhatIsKept(options: [String], kept: Int) throws {
    let output = try Self.json(Int.self, options + ["--count", "1000"])
    #expect(Set(output.samples) == Set(0..<kept))
    let without = try Self.json(
      [Int].self, options + ["--count", "100", "--without-replacement", "\(kept)"])
    #expect(without.samples.allSatisfy { Set($0) == Set(0..<kept) })
  }

  @Test func nothingIsWrittenWhereNothingIsAskedFor() throws {
    for source in [["--probabilities", "1,2"], ["--probabilities", "-"], ["--lines", "-"]] {
      #expect(try Self.sample(source + ["--count", "0"], input: "1 2\n3 4\n") == "")
    }
    #expect(try Self.json(Int.self, ["--logits", "1,2", "--count", "0"]).samples == [])
    let folder = try TemporaryFolder()
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, 70, 0]
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }"
    bytes += Array(header.padding(toLength: 69, withPad: " ", startingAt: 0).utf8) + [0x0A]
    try Data(bytes).write(to: folder.url("none.npy"))
    for options in [["--output", "-"], ["--output", "out.npy"], ["--format", "json"]] {
      let outcome = try Gumbel.run(
        ["sample", "--logits", "none.npy", "--count", "4"] + options, in: folder.folder)
      #expect(outcome.status == 0 && outcome.errors == "")
      #expect(outcome.output.contains("\"samples\":[]") == (options[0] == "--format"))
    }
    let written = try Data(contentsOf: folder.url("out.npy"))
    #expect(String(decoding: written, as: UTF8.self).contains("'shape': (0, 4)"))
    #expect(!FileManager.default.fileExists(atPath: folder.url("-").path))
  }

  @Test func rowsOfTablesAreDrawnWhole() throws {
    let folder = try TemporaryFolder()
    let text = "n,w\n\"a\nb\",3\nc,1\n"
    try folder.write(text, to: "t.csv")
    func draw(_ options: [String], input: String? = nil) throws -> String {
      let outcome = try Gumbel.run(
        ["sample", "--count", "9"] + options, input: input, in: folder.folder)
      #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
      return outcome.output
    }
    func rows(_ output: String) -> Set<String> {
      ["n,w\n", "\"a\nb\",3\n", "c,1\n"].filter(output.contains).reduce(into: []) { $0.insert($1) }
    }
    #expect(rows(try draw(["--lines", "t.csv"])) == ["\"a\nb\",3\n", "c,1\n"])
    #expect(rows(try draw(["--lines", "-", "--table"], input: text)).count == 2)
    let kept = try draw(["--lines", "t.csv", "--header"])
    #expect(kept.hasPrefix("n,w\n") && kept.utf8.count == text.utf8.count)
    #expect(try draw(["--lines", "t.csv", "--no-header"]).utf8.count == text.utf8.count)
    let lines = try draw(["--lines", "t.csv", "--no-table"]).split(separator: "\n")
    #expect(Set(lines) == ["n,w", "\"a", "b\",3", "c,1"])
  }

  @Test func linesAreDrawnAsTheyAre() throws {
    let lines = (1...1000).map { "line \($0)\($0 % 2 == 0 ? "\r" : "")" }
    let input = lines.joined(separator: "\n")
    let text = try Self.sample(["--lines", "-", "--count", "50"], input: input)
    #expect(text.hasSuffix("\n"))
    // Not by characters: to Swift a carriage return and a line feed are one.
    let drawn = text.utf8.dropLast().split(separator: 0x0A).map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(drawn.count == 50)
    #expect(Set(drawn).count == 50 && Set(drawn).isSubset(of: lines))
    struct Line: Decodable { let number: Int, text: String }
    let json = try Self.json(Line.self, ["--lines", "-", "--count", "50"], input: input)
    #expect(json.method == "reservoir")
    #expect(json.samples.map { lines[$0.number - 1] } == drawn)
    // Fewer lines than asked for: all of them.
    let all = try Self.sample(["--lines", "-", "--count", "5"], input: "a\nb\nc")
    #expect(all.split(separator: "\n").sorted() == ["a", "b", "c"])
  }

  // Lines are gathered in a buffer, for which some are too long.
  @Test func allLinesAreWrittenWholeInAnotherOrder() throws {
    let folder = try TemporaryFolder()
    let lines = (0..<3000).map { i in
      "\(i) " + String(repeating: "x", count: i % 500 == 77 ? 300_000 : i * 7919 % 1000)
    }
    try folder.write(lines.joined(separator: "\n"), to: "lines")
    let outcome = try Gumbel.run(
      ["sample", "--lines", "lines", "--count", "3000", "--output", "shuffled"], in: folder.folder)
    #expect(outcome.status == 0 && outcome.errors == "")
    let shuffled = try folder.read("shuffled")
    #expect(shuffled.hasSuffix("\n"))
    let written = shuffled.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
    #expect(written.map(String.init) != lines)
    #expect(written.sorted() == lines.map { Substring($0) }.sorted())
    // The first of them are those of a smaller draw.
    let few = try Gumbel.run(["sample", "--lines", "lines", "--count", "9"], in: folder.folder)
    #expect(shuffled.hasPrefix(few.output))
  }

  @Test func linesAreDrawnByTheirWeights() throws {
    var table = "name,weight\n"
    for i in 0..<1000 { table += "\(i),\(i % 10 == 0 ? 1 : 0)\n" }
    let options = ["--lines", "-", "--weights", "weight", "--count", "40"]
    let lines = try Self.sample(options, input: table).split(separator: "\n")
    #expect(lines.count == 40 && Set(lines).count == 40)
    let haveWeight = lines.allSatisfy { $0.hasSuffix("0,1") }
    #expect(haveWeight)
    let withHeader = try Self.sample(options + ["--header"], input: table)
    #expect(withHeader == "name,weight\n" + lines.map { $0 + "\n" }.joined())
    let folder = try TemporaryFolder()
    try folder.write("5;a\n0;b\n", to: "table.csv")
    let outcome = try Gumbel.run(
      [
        "sample", "--lines", "table.csv", "--weights", "1", "--delimiter", ";", "--no-header",
        "--count", "2", "--output", "drawn.csv",
      ], in: folder.folder)
    #expect(outcome.status == 0)
    #expect(try folder.read("drawn.csv") == "5;a\n")
  }

  @Test func aReaderMayStopEarly() throws {
    let folder = try TemporaryFolder()
    let outcome = try Shell.run(
      "gumbel sample --probabilities 1,2 --count 1000000000000 | head -n 2", in: folder.folder)
    #expect(outcome.errors == "")
    #expect(outcome.output.split(separator: "\n").count == 2)
  }

  @Test(arguments: ["npy", "json", "text"]) func anInterruptedRunKeepsWhatItHas(
    format: String
  ) throws {
    let folder = try TemporaryFolder()
    let weights = String(repeating: "1\n", count: 1000)
    let outcome = try Gumbel.run(
      [
        "sample", "--probabilities", "-", "--method", "gumbel-max", "--count", "1000000000",
        "--format", format, "--output", "draws",
      ], input: weights, in: folder.folder,
      // What is on its way has a name of its own.
      interruptWhen: { try folder.names().contains { folder.holds($0) } })
    #expect(outcome.status == 130)
    #expect(outcome.errors.hasPrefix("gumbel: stopped after "))
    let drawn = try #require(Int(outcome.errors.split(separator: " ")[3]))
    #expect(drawn > 0)
    #expect(outcome.errors.hasSuffix("of 1000000000 samples\n"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder.path) == ["draws"])
    let bytes = try Data(contentsOf: folder.url("draws"))
    switch format {
    case "npy":
      #expect(bytes.count == 128 + 4 * drawn)
      let header = "{'descr': '<i4', 'fortran_order': False, 'shape': (\(drawn),), }"
      #expect(bytes.dropFirst(10).starts(with: Array(header.utf8)))
    case "json":
      let output = try JSONDecoder().decode(Output<Int>.self, from: bytes)
      #expect(output.samples.count == drawn)
    default:
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      #expect(lines.count == drawn)
    }
  }
}

extension FixedWidthInteger {
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: self, Array.init) }
}
