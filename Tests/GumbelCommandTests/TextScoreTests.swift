import Foundation
import Testing

/// `gumbel text score`, and the strings that `gumbel text generate` keeps, begins and measures.
@Suite struct TextScoreTests {
  private struct Score: Decodable {
    let line: Int, string: String
    let logProbability, perCharacter, perplexity: Double?
  }
  private struct Sum: Decodable {
    let strings, outside, characters, symbols: Int
    let logProbability: Double
    let perCharacter, perplexity: Double?
  }
  private struct Scores: Decodable { let strings: [Score], total: Sum }
  private struct Generated: Decodable {
    let string: String
    let logProbability: Double
  }
  private struct Evaluation: Decodable {
    let negativeLogLikelihood, bitsPerCharacter: Double
    let testStrings: Int
  }

  private static let small = [
    "--hidden", "12", "--embedding", "8", "--batch-size", "20", "--samples", "50", "--quiet",
    "--learning-rate", "0.02",
  ]

  private static let training = String(repeating: "cat\ndog\ndoge\ncattle\ngot\n", count: 8)

  /// A folder with a run of words, with other words for testing beside them.
  private static func words(_ options: [String] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(training, to: "train.txt")
    try folder.write("tac\ngo\ncoat\ndoget\n", to: "test.txt")
    let trained = try Gumbel.run(
      ["text", "train", "train.txt", "--epochs", "40", "--max-length", "9", "--checkpoint", "run"]
        + small + options, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    return folder
  }

  private static func output(
    _ arguments: [String], input: String = "", in folder: TemporaryFolder
  ) throws -> String {
    let outcome = try Gumbel.run(["text"] + arguments, input: input, in: folder.folder)
    #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  private static func rows(_ text: String) -> [[String]] {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
      $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
  }

  @Test(arguments: [[], ["--model", "transformer"], ["--objective", "gan"]])
  func scoresAreThoseOfOtherCommands(_ options: [String]) throws {
    let folder = try Self.words(options)
    let json = try Self.output(
      ["score", "test.txt", "--checkpoint", "run", "--json", "-"], in: folder)
    let scores = try decoded(Scores.self, json)
    #expect(scores.strings.map(\.string) == ["tac", "go", "coat", "doget"])
    #expect(scores.strings.map(\.line) == [1, 2, 3, 4])
    let total = scores.total
    #expect(total.strings == 4 && total.outside == 0)
    #expect(total.characters == 14 && total.symbols == 18)
    let sum = scores.strings.reduce(0) { $0 + $1.logProbability! }
    #expect((total.logProbability - sum).magnitude < 1e-9)
    // As the test strings cost when they are measured together.
    let evaluated = try decoded(
      Evaluation.self,
      Self.output(
        ["evaluate", "--checkpoint", "run", "--samples", "10", "--quiet", "--json", "-"], in: folder
      ))
    #expect(evaluated.testStrings == 4)
    #expect((evaluated.negativeLogLikelihood + sum / 4).magnitude < 1e-4)
    #expect((evaluated.bitsPerCharacter + total.perCharacter! / log(2)).magnitude < 1e-4)
    #expect((total.perplexity! - exp(-sum / 18)).magnitude < 1e-9)

    // As lines, of a pipe.
    let lines = Self.rows(
      try Self.output(
        ["score", "-", "--checkpoint", "run"], input: "tac\ngo\ncoat\ndoget", in: folder))
    for (line, score) in zip(lines, scores.strings) {
      #expect(line.count == 4 && line[3] == score.string)
      let values = [score.logProbability!, score.perCharacter!, score.perplexity!]
      for (text, value) in zip(line, values) {
        #expect((Double(text)! - value).magnitude < 1e-4)
      }
      #expect((values[1] * Double(score.string.count) - values[0]).magnitude < 1e-9)
    }

    // What is drawn says the same of itself, whatever it is drawn by.
    for drawing in [[], ["--temperature", "0.6", "--top-k", "3"], ["--prefix", "do"]] {
      let arguments =
        ["generate", "--checkpoint", "run", "--count", "60", "--log-probability"] + drawing
      let drawn = Self.rows(try Self.output(arguments, in: folder))
      #expect(drawn.count == 60)
      let scored = Self.rows(
        try Self.output(
          ["score", "-", "--checkpoint", "run"],
          input: drawn.map { $0[1] + "\n" }.joined(), in: folder))
      #expect(scored.map { $0[3] } == drawn.map { $0[1] })
      for (a, b) in zip(scored, drawn) {
        #expect((Double(a[0])! - Double(b[0])!).magnitude < 1e-4)
      }
      let objects = try decoded(
        [Generated].self, Self.output(arguments + ["--json", "-"], in: folder))
      #expect(objects.map(\.string) == drawn.map { $0[1] })
      let plain = try Self.output(
        ["generate", "--checkpoint", "run", "--count", "60"] + drawing, in: folder)
      #expect(Self.rows(plain).map { $0[0] } == drawn.map { $0[1] })
    }
  }

  @Test func stringsOutsideAreCountedApart() throws {
    let folder = try Self.words()
    let input = "cat\r\n\ncät\nxyz\ndog\n"
    let outcome = try Gumbel.run(
      ["text", "score", "-", "--checkpoint", "run"], input: input, in: folder.folder)
    #expect(outcome.status == 0)
    let rows = Self.rows(outcome.output)
    try #require(rows.map { $0[3] } == ["cat", "", "cät", "xyz", "dog"])
    #expect(rows[2][..<3] == ["-inf", "-inf", "inf"] && rows[3][0] == "-inf")
    #expect(rows[1][1] == "" && Double(rows[1][0])! < 0)
    #expect(
      outcome.errors.hasPrefix(
        "gumbel: 3 strings, and 2 with other characters than the network's: log-probability -"))
    let json = try Self.output(
      ["score", "-", "--checkpoint", "run", "--json", "-"], input: input, in: folder)
    let scores = try decoded(Scores.self, json)
    #expect(scores.strings[2].logProbability == nil && scores.strings[1].perCharacter == nil)
    #expect(scores.total.strings == 3 && scores.total.outside == 2)
    let total = try Gumbel.run(
      ["text", "score", "-", "--checkpoint", "run", "--total"], input: input, in: folder.folder)
    #expect(total.errors == "" && total.output.contains("with other characters"))
    let none = try Gumbel.run(
      ["text", "score", "-", "--checkpoint", "run"], input: "", in: folder.folder)
    #expect(none.status == 0 && none.output == "")
    #expect(none.errors == "gumbel: 0 strings: log-probability 0.000000\n")
  }

  // More strings than are measured together, and long ones: each is as if it were alone.
  @Test func manyStringsAreScoredAPartAtATime() throws {
    let folder = try Self.words()
    let letters = Array("catdoge")
    var strings = (0..<5000).map { (i: Int) -> String in
      String(
        (0..<(i * 31 % 40)).map { (place: Int) -> Character in letters[(i + place * place) % 7] })
    }
    strings.append(String(repeating: "dog", count: 3000))
    let text = strings.map { $0 + "\n" }.joined()
    let rows = Self.rows(
      try Self.output(["score", "-", "--checkpoint", "run"], input: text, in: folder))
    #expect(rows.map { $0[3] } == strings)
    for i in [0, 17, 2047, 2048, 4999, 5000] {
      let alone = Self.rows(
        try Self.output(
          ["score", "-", "--checkpoint", "run"], input: strings[i] + "\n", in: folder))
      let value = Double(rows[i][0])!
      #expect((Double(alone[0][0])! - value).magnitude < 1e-4 + value.magnitude * 1e-6)
    }
  }

  @Test func onlyNewStringsAreKept() throws {
    let folder = try Self.words()
    let all = Self.rows(
      try Self.output(["generate", "--checkpoint", "run", "--count", "1000"], in: folder)
    ).map { $0[0] }
    let known = Set(["cat", "dog", "doge", "cattle", "got"])
    let expected = all.filter { !known.contains($0) }
    #expect(expected.count > 20 && expected.count < 900)
    let options = ["generate", "--checkpoint", "run", "--only-new"]
    for count in [1, 20] {
      let found = try Self.output(options + ["--count", "\(count)"], in: folder)
      #expect(Self.rows(found).map { $0[0] } == Array(expected[..<count]))
    }
    // From another directory too, and not where the strings are others by now.
    let elsewhere = try TemporaryFolder()
    let run = folder.url("run").path
    let there = try Self.output(
      ["generate", "--checkpoint", run, "--only-new", "--count", "20"], in: elsewhere)
    #expect(Self.rows(there).map { $0[0] } == Array(expected[..<20]))
    try folder.write("cat\ndog\n", to: "train.txt")
    let changed = try Gumbel.run(["text"] + options, in: folder.folder)
    #expect(changed.status == 1 && changed.output == "" && changed.errorLines.count == 1)
    #expect(changed.errors.contains("other strings than the 40 that the run in run was trained on"))
    try FileManager.default.removeItem(at: folder.url("train.txt"))
    let gone = try Gumbel.run(["text"] + options, in: folder.folder)
    #expect(gone.status == 1 && gone.errors.contains("--training-data DATA"), "\(gone.errors)")
    try folder.write(known.sorted().joined(separator: "\n"), to: "moved.txt")
    let moved = try Gumbel.run(
      ["text"] + options + ["--training-data", "moved.txt"], in: folder.folder)
    // The same strings in another order are others to a fingerprint.
    #expect(moved.status == 1 && moved.errors.contains("moved.txt: other strings"))
    try FileManager.default.createDirectory(
      at: folder.url("new"), withIntermediateDirectories: true)
    try folder.write("tac\ngo\ncoat\ndoget\n", to: "new/test.txt")
    try folder.write(Self.training, to: "new/train.txt")
    let again = try Self.output(
      options + ["--count", "20", "--training-data", "new/train.txt"], in: folder)
    #expect(Self.rows(again).map { $0[0] } == Array(expected[..<20]))
  }

  // What a run held out it was not trained on.
  @Test func stringsThatWereHeldOutAreNew() throws {
    let folder = try TemporaryFolder()
    try folder.write((0..<60).map { String($0, radix: 3) + "\n" }.joined(), to: "train.txt")
    try folder.write("0\n", to: "test.txt")
    let trained = try Gumbel.run(
      ["text", "train", "train.txt", "--epochs", "8", "--max-length", "5", "--validation", "0.3"]
        + ["--checkpoint", "run"] + Self.small, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let options = ["generate", "--checkpoint", "run", "--count"]
    let all = Self.rows(try Self.output(options + ["2000"], in: folder)).map { $0[0] }
    let new = Self.rows(
      try Self.output(options + ["100", "--only-new", "--max-tries", "2000"], in: folder)
    ).map { $0[0] }
    let words = Set((0..<60).map { String($0, radix: 3) })
    // Some of them are drawn, and kept.
    #expect(new.contains { words.contains($0) })
    #expect(new == Array(all.filter(Set(new).contains).prefix(100)))
  }

  @Test func tooFewStringsAreSaid() throws {
    let folder = try Self.words()
    let outcome = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--only-new", "--greedy", "--max-tries", "300"],
      in: folder.folder)
    let isKnown = outcome.output.isEmpty
    #expect(outcome.status == (isKnown ? 1 : 0))
    let few = try Gumbel.run(
      [
        "text", "generate", "--checkpoint", "run", "--only-new", "--count", "200", "--max-tries",
        "200", "--json", "found.json",
      ], in: folder.folder)
    let rows = Self.rows(few.output)
    #expect(few.status == 1 && rows.count > 0 && rows.count < 200)
    #expect(
      few.errors
        == "gumbel: run: of 200 strings that were drawn \(rows.count) are new, expected 200; "
        + "--max-tries draws more, and other strings come at another --temperature\n")
    #expect(try decoded([String].self, folder.read("found.json")) == rows.map { $0[0] })
    let valid = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--only-valid"], in: folder.folder)
    #expect(
      valid.errors.hasPrefix(
        "gumbel: --only-valid: the run in run has no grammar, being of train.txt"))
  }

  @Test func onlyValidStringsAreKept() throws {
    let folder = try TemporaryFolder()
    let trained = try Gumbel.run(
      ["text", "train", "--grammar", "arithmetic", "--count", "100", "--epochs", "8"]
        + ["--checkpoint", "run"] + Self.small, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    func isValid(_ text: String) -> Bool {
      let isInOrder = text.enumerated().allSatisfy { place, character in
        place % 2 == 0 ? character == "x" : "+-*/".contains(character)
      }
      return isInOrder && text.count % 2 == 1
    }
    let options = ["generate", "--checkpoint", "run", "--count"]
    let all = Self.rows(try Self.output(options + ["1000"], in: folder)).map { $0[0] }
    let expected = all.filter(isValid)
    #expect(expected.count > 20 && expected.count < 1000)
    let found = Self.rows(try Self.output(options + ["20", "--only-valid"], in: folder))
    #expect(found.map { $0[0] } == Array(expected[..<20]))
    // The grammar's strings are drawn again.
    let new = Self.rows(try Self.output(options + ["9", "--only-valid", "--only-new"], in: folder))
    #expect(new.count == 9 && new.allSatisfy { expected.contains($0[0]) })
    #expect(new.map { $0[0] } != Array(expected[..<9]))
  }

  @Test func badPrefixesAreSaid() throws {
    let folder = try Self.words(["--model", "transformer"])
    for (prefix, message) in [
      ("caé", "--prefix \"caé\": \"é\" is not among the 8 characters of the network in run"),
      ("cattlecattle", "--prefix \"cattlecattle\": 12 characters, expected at most the 9"),
    ] {
      let outcome = try Gumbel.run(
        ["text", "generate", "--checkpoint", "run", "--prefix", prefix], in: folder.folder)
      #expect(outcome.status == 1 && outcome.output == "" && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    let whole = try Self.output(
      ["generate", "--checkpoint", "run", "--prefix", "cattlecat", "--count", "2"], in: folder)
    #expect(whole == "cattlecat\ncattlecat\n")
    let long = try Gumbel.run(
      ["text", "score", "-", "--checkpoint", "run"], input: "cat\ndogdogdogd\n", in: folder.folder)
    #expect(long.status == 1)
    #expect(
      long.errors
        == "gumbel: standard input, line 2: 10 characters, expected at most the 9 that the network in "
        + "run was made for\n")
    let bad = try Gumbel.run(
      ["text", "score", "none.txt", "--checkpoint", "run"], in: folder.folder)
    #expect(bad.status == 1 && bad.errorLines.count == 1)
  }

  @Test func windowsOfRunningTextHaveNoEnd() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "ab cd\n", count: 60), to: "book.txt")
    let trained = try Gumbel.run(
      ["text", "train", "book.txt", "--running", "--max-length", "10", "--epochs", "3"]
        + ["--checkpoint", "run"] + Self.small, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let json = try Self.output(
      ["score", "-", "--checkpoint", "run", "--json", "-"], input: "ab\n", in: folder)
    let total = try decoded(Scores.self, json).total
    #expect(total.characters == 2 && total.symbols == 2)
    let new = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--only-new"], in: folder.folder)
    #expect(new.status == 1 && new.errors.contains("of running text"))
  }
}
