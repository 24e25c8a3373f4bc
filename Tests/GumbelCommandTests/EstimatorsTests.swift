import Foundation
import Testing

/// What `gumbel estimators --json` writes.
private struct EstimatorsOutput: Decodable {
  struct Problem: Decodable {
    let problem: String
    let exactGradient: [Double]
    let estimators: [Estimator]

    func named(_ name: String) -> Estimator? { estimators.first { $0.name == name } }
  }

  struct Estimator: Decodable {
    let name: String
    let unbiased: Bool
    let mean: [Double]
    let relativeBias, biasStandardError, variance: Double
    let evaluations: Int
    let nanosecondsPerDraw: Double
  }

  let problems: [Problem]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(EstimatorsOutput.self, from: Data(text.utf8))
  }
}

@Suite struct EstimatorsCommandTests {
  static let forAll = [
    "exact", "gumbel-softmax", "straight-through-gumbel-softmax", "decoupled-straight-through",
    "straight-through", "reinmax", "gumbel-rao", "gapped-straight-through", "score-function",
    "score-function-baseline", "rloo", "rebar", "relax", "unordered-set", "vimco",
  ]

  private func run(_ arguments: [String]) throws -> EstimatorsOutput {
    let outcome = try Gumbel.run(["estimators", "--quiet", "--json", "-"] + arguments)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    return try EstimatorsOutput(outcome.output)
  }

  /// At 50,000 draws the variance of a variance is about 1.5 %; a bias is further from its own than
  /// 4 standard errors with a probability far below 0.1 %.
  @Test func threeClasses() throws {
    let output = try run(["--problem", "k3", "--draws", "50000"])
    #expect(output.problems.map(\.problem) == ["k3"])
    let problem = output.problems[0]
    for (found, expected) in zip(problem.exactGradient, [0.292026, -0.219474, -0.072552]) {
      #expect(abs(found - expected) < 1e-6)
    }
    #expect(problem.estimators.map(\.name) == Self.forAll)
    for (name, bias, variance) in [
      ("score-function", 0, 1.942), ("rloo", 0, 0.286), ("gumbel-softmax", 0.118, 0.167),
      ("straight-through", 0.377, 0.102), ("reinmax", 0.105, 0.155),
    ] {
      let row = try #require(problem.named(name))
      #expect(row.unbiased == (bias == 0))
      #expect(abs(row.variance / variance - 1) < 0.06)
      #expect(abs(row.relativeBias - bias) < 4 * row.biasStandardError + 0.0005)
      let norm = problem.exactGradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      let standardError = (row.variance / 50_000).squareRoot() / norm
      #expect(abs(row.biasStandardError / standardError - 1) < 1e-6)
      #expect(row.nanosecondsPerDraw > 0)
    }
    let trained = try #require(problem.named("relax"))
    // Untrained control variates vary as much as the score function does.
    #expect(trained.variance < 0.3)
    #expect(try #require(problem.named("exact")).evaluations == 3)
  }

  @Test func keysOfTheJSON() throws {
    let outcome = try Gumbel.run(
      ["estimators", "--problem", "k3", "--estimator", "rloo", "--draws", "9", "--json", "-"])
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let whole = try #require(object as? [String: Any])
    #expect(Set(whole.keys) == ["problems"])
    let problem = try #require((whole["problems"] as? [[String: Any]])?.first)
    #expect(Set(problem.keys) == ["problem", "exactGradient", "estimators"])
    let estimator = try #require((problem["estimators"] as? [[String: Any]])?.first)
    #expect(
      Set(estimator.keys) == [
        "name", "unbiased", "mean", "relativeBias", "biasStandardError", "variance",
        "evaluations", "nanosecondsPerDraw",
      ])
  }

  @Test func allProblems() throws {
    let output = try run(["--draws", "2000", "--estimator", "disarm", "--estimator", "exact"])
    #expect(
      output.problems.map(\.problem) == [
        "k3", "binary-0.45", "binary-0.49", "binary-0.499", "joint",
      ])
    for problem in output.problems {
      let exact = try #require(problem.named("exact"))
      #expect(exact.relativeBias < 1e-5)
      #expect(exact.variance == 0)
      let isBinary = problem.problem.hasPrefix("binary")
      #expect((problem.named("disarm") != nil) == isBinary)
      if let disARM = problem.named("disarm") { #expect(disARM.variance == 0) }
    }
    #expect(output.problems.map(\.exactGradient.count) == [3, 1, 1, 1, 32])
    #expect(output.problems[4].named("exact")?.evaluations == 4096)
  }

  @Test func temperaturesAreRowsOfTheirOwn() throws {
    let output = try run([
      "--problem", "k3", "--draws", "20000", "--estimator", "gumbel-softmax", "--estimator",
      "straight-through", "--temperature", "0.5", "--temperature", "1",
    ])
    let rows = output.problems[0].estimators
    #expect(rows.map(\.name) == ["gumbel-softmax", "gumbel-softmax", "straight-through"])
    #expect(abs(rows[0].variance - 0.167) < 0.01)
    #expect(abs(rows[1].variance - 0.037) < 0.003)
  }

  @Test func theSameSeedGivesTheSameNumbers() throws {
    let options = ["--problem", "k3", "--draws", "3000", "--estimator", "relax", "--seed"]
    let runs = try ["5", "5", "6"].map { try run(options + [$0]).problems[0].estimators[0] }
    #expect(runs[0].mean == runs[1].mean)
    #expect(runs[0].variance == runs[1].variance)
    #expect(runs[0].mean != runs[2].mean)
  }

  @Test func tablePicturesAndReport() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(
      [
        "estimators", "--problem", "binary", "--draws", "200", "--estimator", "reinmax",
        "--estimator", "arm", "--quiet", "--plot", "a.svg", "--report", "r.html", "--json",
        "j.json",
      ], in: folder.folder)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.filter { $0.hasPrefix("reinmax") }.count == 3)
    #expect(lines.filter { $0 == "unbiased" }.count == 3)
    #expect(lines.allSatisfy { $0.count <= 100 })
    let picture = try folder.read("a.svg")
    #expect(picture.hasPrefix("<svg"))
    #expect(picture.contains("Training at t = 0.499"))
    #expect(picture.components(separatedBy: ">reinmax<").count > 3)
    let report = try folder.read("r.html")
    #expect(report.hasPrefix("<!DOCTYPE html>"))
    #expect(report.components(separatedBy: "<svg").count == 4)
    #expect(report.contains("prefers-color-scheme: dark"))
    #expect(!report.contains("src=") && !report.contains("<script "))
    #expect(report.components(separatedBy: "<script>").count == 2)
    #expect(try EstimatorsOutput(folder.read("j.json")).problems.count == 3)
    let png = try Gumbel.run(
      ["estimators", "--problem", "k3", "--draws", "20", "--quiet", "--plot", "a.png"],
      in: folder.folder)
    #expect(png.status == 0)
    let bytes = try Data(contentsOf: folder.url("a.png"))
    #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
  }

  @Test func helpFitsATerminal() throws {
    let outcome = try Gumbel.run(["estimators", "--help"])
    #expect(outcome.status == 0)
    let examples = outcome.output.split(separator: "\n").filter { $0.hasPrefix("  gumbel") }
    // An example that is broken in two cannot be copied.
    #expect(examples.count == 4)
    #expect(examples.allSatisfy { $0.count < 80 && !$0.hasSuffix("--json") })
  }

  @Test func interruptedRunsWriteNothing() throws {
    let folder = try TemporaryFolder()
    // That the file can be written is tried before anything is measured, in its folder.
    let before = Date(timeIntervalSince1970: 1e9)
    let attributes = { try FileManager.default.attributesOfItem(atPath: folder.folder.path) }
    try FileManager.default.setAttributes(
      [.modificationDate: before], ofItemAtPath: folder.folder.path)
    let outcome = try Gumbel.run(
      ["estimators", "--draws", "1000000000", "--quiet", "--json", "a.json"], in: folder.folder,
      interruptWhen: { try attributes()[.modificationDate] as? Date != before })
    #expect(outcome.status == 130)
    #expect(outcome.output == "")
    #expect(outcome.errors == "gumbel: stopped before all was measured; nothing was written\n")
    #expect(!FileManager.default.fileExists(atPath: folder.url("a.json").path))
  }

  static let mistakes: [(arguments: [String], message: String)] = [
    (["--problem", "k4"], "The value 'k4' is invalid for '--problem"),
    (["--draws", "0"], "--draws 0: expected a whole number from 1 to 1000000000"),
    (["--draws", "-5"], "--draws -5: expected"),
    (["--temperature", "0"], "--temperature 0.0: expected a number above 0"),
    (["--temperature", "nan"], "--temperature nan: expected"),
    (["--estimator", "magic"], "--estimator magic: no such estimator, expected one of exact, "),
    (["--problem", "k3", "--estimator", "arm"], "--estimator arm: is for binary choices"),
    (["--plot", "a.gif"], "--plot a.gif: expected a name that ends in"),
    (["--report", "."], "--report .: expected a name that ends in .html"),
    (["--json", "no/such/place.json"], "no/such/place.json"),
  ]

  @Test(arguments: mistakes.indices) func mistake(_ index: Int) throws {
    let (arguments, message) = Self.mistakes[index]
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(["estimators"] + arguments, in: folder.folder)
    #expect(outcome.status == (message.hasPrefix("no/such") ? 1 : 64))
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
