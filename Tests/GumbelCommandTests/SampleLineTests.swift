import Foundation
import Testing

/// The ways of `gumbel sample --lines` beside a plain draw without replacement.
@Suite struct SampleLineTests {
  private static func sample(
    _ arguments: [String], input: String? = nil, in folder: TemporaryFolder? = nil
  ) throws -> String {
    let outcome = try Gumbel.run(["sample"] + arguments, input: input, in: folder?.folder)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    #expect(outcome.errors == "")
    return outcome.output
  }

  private static func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  private static let numbers = (1...2000).map { "\($0)\n" }.joined()
  private static let table =
    "id,kind,w\n" + (1...300).map { "\($0),\($0 % 3 == 0 ? "x" : "y"),\($0 % 5)\n" }.joined()

  @Test func aFractionIsTheStartOfAShuffle() throws {
    let few = Self.lines(
      try Self.sample(["--lines", "-", "--fraction", "0.02"], input: Self.numbers))
    #expect(few.count > 10 && few.count < 80)
    let options = ["--lines", "-", "--count", "\(few.count)", "--original-order"]
    #expect(Self.lines(try Self.sample(options, input: Self.numbers)) == few)
    let more = Self.lines(
      try Self.sample(["--lines", "-", "--fraction", "0.2"], input: Self.numbers))
    #expect(more.count > few.count && few.allSatisfy(more.contains))
    #expect(
      try Self.sample(["--lines", "-", "--fraction", "1"], input: Self.numbers) == Self.numbers)
    #expect(try Self.sample(["--lines", "-", "--fraction", "0"], input: Self.numbers) == "")
    // A part that knows where it stands.
    let rest = (1001...2000).map { "\($0)\n" }.joined()
    let part = try Self.sample(
      ["--lines", "-", "--fraction", "0.2", "--lines-before", "1000"], input: rest)
    #expect(Self.lines(part) == more.filter { Int($0)! > 1000 })
  }

  @Test func fractionsHaveTheirFields() throws {
    let text = try Self.sample(
      ["--lines", "-", "--fraction", "0.5", "--header", "--inclusion-probabilities"],
      input: Self.table.replacing("\n", with: "\r\n").replacing(",", with: ";"))
    let rows = text.split(separator: "\r\n").map(String.init)
    #expect(rows[0] == "id;kind;w;inclusion_probability")
    #expect(rows.count > 100 && rows.dropFirst().allSatisfy { $0.hasSuffix(";0.5") })
    struct Output: Decodable {
      struct Line: Decodable {
        let number: Int, text: String
        let inclusionProbability: Double?
      }
      let method: String, fraction: Double, seed: UInt64, lineCount: Int, samples: [Line]
    }
    let json = try Self.sample(
      ["--lines", "-", "--fraction", "0.02", "--format", "json", "--inclusion-probabilities"],
      input: Self.numbers)
    let output = try JSONDecoder().decode(Output.self, from: Data(json.utf8))
    #expect(output.method == "bernoulli" && output.fraction == 0.02 && output.lineCount == 2000)
    #expect(
      output.samples.allSatisfy { $0.text == "\($0.number)" && $0.inclusionProbability == 0.02 })
    let plain = try Self.sample(["--lines", "-", "--fraction", "0.02"], input: Self.numbers)
    #expect(output.samples.map(\.text) == Self.lines(plain))
  }

  @Test func linesComeSeveralTimesWithReplacement() throws {
    let options = ["--lines", "-", "--replacement", "--count"]
    let many = Self.lines(try Self.sample(options + ["500"], input: "a\nb\nc\n"))
    #expect(many.count == 500 && Set(many) == ["a", "b", "c"])
    #expect(Self.lines(try Self.sample(options + ["20"], input: "a\nb\nc\n")) == Array(many[..<20]))
    let weighted = try Self.sample(
      ["--lines", "-", "--weights", "w", "--replacement", "--count", "30", "--header"]
        + ["--inclusion-probabilities"], input: "n,w\na,3\nb,0\nc,1\n")
    let rows = Self.lines(weighted)
    #expect(rows[0] == "n,w,expected_count")
    #expect(Set(rows.dropFirst()) == ["a,3,22.5", "c,1,7.5"])
  }

  @Test func groupsAreDrawnFromEach() throws {
    let options = ["--lines", "-", "--group-by", "kind", "--count", "20"]
    let rows = Self.lines(try Self.sample(options, input: Self.table))
    #expect(rows.count == 40)
    // The first row is a y.
    #expect(
      rows[..<20].allSatisfy { $0.contains(",y,") } && rows[20...].allSatisfy { $0.contains(",x,") }
    )
    let ordered = Self.lines(try Self.sample(options + ["--original-order"], input: Self.table))
    func id(_ row: String) -> Int { Int(row.prefix { $0 != "," })! }
    #expect(ordered == rows.sorted { id($0) < id($1) })
    let known = Self.lines(
      try Self.sample(options + ["--inclusion-probabilities", "--header"], input: Self.table))
    #expect(
      known.dropFirst().map { String($0.suffix(4)) }
        == rows.map { $0.contains("x") ? ",0.2" : ",0.1" })
  }

  @Test func linesAreDividedAmongFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "data.csv")
    let report = try Self.sample(
      ["--lines", "data.csv", "--split", "train=0.8,b.txt=0.2", "--key", "id"], in: folder)
    let (train, test) = (try folder.read("train.csv"), try folder.read("b.txt"))
    let rows = (Self.lines(train).count - 1, Self.lines(test).count - 1)
    #expect(report == "train.csv  \(rows.0) rows\nb.txt       \(rows.1) rows\n")
    #expect(rows.0 + rows.1 == 300 && rows.1 > 30 && rows.1 < 95)
    #expect(train.hasPrefix("id,kind,w\n") && test.hasPrefix("id,kind,w\n"))
    let all = Self.lines(train).dropFirst() + Self.lines(test).dropFirst()
    #expect(Set(all) == Set(Self.lines(Self.table).dropFirst()))
    // Others may come and go.
    let others = "id,kind,w\n900,z,1\n" + Self.lines(Self.table)[100...].joined(separator: "\n")
    try folder.write(others, to: "later.csv")
    let json = try Self.sample(
      ["--lines", "later.csv", "--split", "c=0.8,d=0.2", "--key", "1", "--format", "json"],
      in: folder)
    #expect(json.contains("\"path\":\"c.csv\"") && json.contains("\"lineCount\":202"))
    let later = Set(Self.lines(try folder.read("c.csv")))
    #expect(
      Self.lines(others + "\n")[2...].allSatisfy { later.contains($0) == train.contains($0 + "\n") }
    )
  }

  @Test func aSplitThatFailsLeavesNothing() throws {
    let folder = try TemporaryFolder()
    try folder.write("a,1\nb,2\n,3\n", to: "data.csv")
    try folder.write("what was there", to: "x.csv")
    let outcome = try Gumbel.run(
      ["sample", "--lines", "data.csv", "--no-header", "--split", "x=0.5,y=0.5", "--key", "1"],
      in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors
        == "gumbel: data.csv, line 3: nothing in column 1, expected the key of the row\n")
    #expect(try folder.read("x.csv") == "what was there")
    #expect(Set(try folder.names()) == ["data.csv", "x.csv"])
  }

  @Test func aSplitHasWhatStandsAboveTheRows() throws {
    let folder = try TemporaryFolder()
    let head = "# peaks\n# of a river\nsite\tpeak\n5s\t8n\n"
    let rows = (1...60).map { "\($0)\t\($0 * 10)\r\n" }
    let text = head + rows[..<30].joined() + "# a remark\n" + rows[30...].joined()
    try folder.write(text, to: "peaks.rdb")
    _ = try Self.sample(["--lines", "peaks.rdb", "--split", "a=0.5,b=0.5"], in: folder)
    var all: [String] = []
    for name in ["a.rdb", "b.rdb"] {
      let part = try folder.read(name)
      #expect(part.hasPrefix(head))
      let own = part.dropFirst(head.count).split(separator: "\r\n").map { "\($0)\r\n" }
      #expect(own.count > 10)
      all += own
    }
    #expect(Set(all) == Set(rows) && all.count == 60)
    // Comments are passed over where they are asked for.
    try folder.write("; c\nid,x\n1,a\n2,b\n", to: "t.csv")
    _ = try Self.sample(
      ["--lines", "t.csv", "--split", "c=1,d=0", "--comment", ";", "--header"], in: folder)
    #expect(try folder.read("c.csv") == "; c\nid,x\n1,a\n2,b\n")
    #expect(try folder.read("d.csv") == "; c\nid,x\n")
  }

  @Test func aSplitThatIsStoppedIsWholeOrNotThere() throws {
    let folder = try TemporaryFolder()
    try folder.write((1...200_000).map { "\($0)\n" }.joined(), to: "lines")
    let arguments = ["sample", "--lines", "lines", "--split", "a=0.5,b=0.25,c=0.25"]
    let start = Date()
    let whole = try Gumbel.run(arguments, in: folder.folder)
    let duration = Date().timeIntervalSince(start)
    #expect(whole.status == 0)
    let names = ["a", "b", "c"]
    let expected = try names.map { try folder.read($0) }
    for round in 0..<12 {
      for name in names { try FileManager.default.removeItem(at: folder.url(name)) }
      let process = try ChildProcess(arguments, in: folder.folder)
      Thread.sleep(forTimeInterval: duration * (0.2 + 0.075 * Double(round)))
      process.send(SIGINT)
      let outcome = try process.wait()
      let found = Set(try folder.names())
      if outcome.status == 0 {
        #expect(try names.map { try folder.read($0) } == expected)
      } else {
        #expect(found == ["lines"], "round \(round): \(outcome.errors)")
        #expect(outcome.wasKilled || outcome.errors.contains("nothing"), "\(outcome.errors)")
      }
      for name in names where !found.contains(name) { try folder.write("", to: name) }
    }
  }

  @Test func linesEndInNUL() throws {
    let names = (1...50).map { "name\n\($0)\r\0" }.joined()
    let options = ["--lines", "-", "-z"]
    #expect(
      try Self.sample(options + ["--count", "99", "--original-order"], input: names) == names)
    #expect(try Self.sample(options + ["--fraction", "1"], input: names) == names)
    let some = try Self.sample(
      options + ["--count", "3", "--inclusion-probabilities"], input: names)
    let lines = some.split(separator: "\0").map(String.init)
    #expect(lines.count == 3 && lines.allSatisfy { $0.hasSuffix("\r\t0.06") })
  }

  @Test func mergedStatesAreOrdered() throws {
    let folder = try TemporaryFolder()
    for (name, range) in [("a", 1...1000), ("b", 1001...2000)] {
      try folder.write(range.map { "\($0)\n" }.joined(), to: name)
      _ = try Self.sample(
        ["--lines", name, "--lines-before", name == "a" ? "0" : "1000", "--count", "30"]
          + ["--state", name + ".state"], in: folder)
      _ = try Self.sample(
        ["--lines", name, "--key", "0", "--count", "30", "--state", name + ".keys"], in: folder)
    }
    let merged = try Self.sample(
      ["--merge", "b.state", "a.state", "--original-order", "--inclusion-probabilities"], in: folder
    )
    let whole = try Self.sample(
      ["--lines", "-", "--count", "30", "--original-order", "--inclusion-probabilities"],
      input: Self.numbers)
    #expect(merged == whole && Self.lines(whole).allSatisfy { $0.hasSuffix("\t0.015") })
    let outcome = try Gumbel.run(
      ["sample", "--merge", "a.keys", "b.keys", "--inclusion-probabilities"], in: folder.folder)
    #expect(outcome.status == 1 && outcome.output == "")
    #expect(outcome.errors.hasPrefix("gumbel: a.keys: a draw by weights or keys"))
  }
}
