import Foundation
import Testing

@Suite struct LearnTests {
  @Test func theArticlesExperimentConverges() throws {
    let outcome = try Gumbel.run(["learn", "--json", "-", "--quiet"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let output = try LearnOutput(outcome.output)
    #expect(output.categories == ["0", "1", "2", "3", "4"])
    #expect(output.reference == [0, 0, 0.1, 0.3, 0.6])
    #expect(output.referenceKind == "true")
    #expect(output.preset == "article")
    #expect(output.seed == 42)
    #expect(output.epochs == 200)
    #expect(output.discriminatorSteps == 20_000)
    #expect(output.generatorSteps == 200_000)
    #expect(output.history.count == 200)
    #expect(output.history.last == output.learned)
    #expect(abs(output.learned.reduce(0, +) - 1) < 1e-5)
    // Over seeds, one run in fifty ends further away than this.
    #expect(output.totalVariation <= 0.06)
    let distance = zip(output.learned, output.reference).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    #expect(abs(distance - output.totalVariation) < 1e-9)
  }

  @Test func theSameSeedGivesTheSameBitsCompiledOrNot() throws {
    let runs = try [[], [], ["--eager"], ["--seed", "43"]].map { extra in
      let folder = try TemporaryFolder()
      let path = folder.url("out.json").path
      let outcome = try Gumbel.run(
        ["learn", "--quiet", "--epochs", "3", "--json", path] + extra)
      #expect(outcome.status == 0)
      return try LearnOutput(folder.read("out.json")).history
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] == runs[2])
    #expect(runs[0] != runs[3])
  }

  @Test func aFileIsLearnedCloseToItsFrequencies() throws {
    let folder = try TemporaryFolder()
    // Of 8,000 rows 4,000 are cats, 2,000 dogs and so on.
    let names = ["cat", "dog", "eel", "a \"fox\", red"]
    var rows = ["id,animal"]
    for i in 0..<8000 {
      let name = names[i % 2 == 0 ? 0 : i % 4 == 1 ? 1 : i % 8 == 3 ? 2 : 3]
      rows.append("\(i),\"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"")
    }
    let path = try folder.write(rows.joined(separator: "\n"), to: "pets.csv")
    let outcome = try Gumbel.run(
      ["learn", path, "--column", "animal", "--json", "-", "--quiet", "--epochs", "20"])
    #expect(outcome.status == 0)
    let output = try LearnOutput(outcome.output)
    #expect(output.categories == ["a \"fox\", red", "cat", "dog", "eel"])
    #expect(output.reference == [0.125, 0.5, 0.25, 0.125])
    #expect(output.referenceKind == "empirical")
    #expect(output.preset == "robust")
    #expect(output.totalVariation < 0.02)
  }

  @Test func aPipeIsLearnedAsItComes() throws {
    let outcome = try Gumbel.run(
      ["learn", "-", "--categories", "x,y,z", "--json", "-", "--quiet", "--epochs", "20"],
      input: String(repeating: "x\ny\nx\nx\n", count: 2000))
    #expect(outcome.status == 0)
    let output = try LearnOutput(outcome.output)
    #expect(output.categories == ["x", "y", "z"])
    #expect(output.reference == [0.75, 0.25, 0])
    #expect(output.totalVariation < 0.03)
  }

  @Test func picturesAndReportAreWritten() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(
      [
        "learn", "--epochs", "2", "--quiet", "--plot", "a.svg", "--report", "r.html", "--json",
        "j.json",
      ], in: folder.folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("total variation"))
    #expect(try folder.read("a.svg").hasPrefix("<svg"))
    let report = try folder.read("r.html")
    #expect(report.hasPrefix("<!DOCTYPE html>"))
    // Both figures of the page, their four panels for narrow screens, and nothing that it would
    // have to fetch.
    #expect(report.components(separatedBy: "<svg").count == 7)
    #expect(!report.contains("src=\"http") && !report.contains("<script "))
    #expect(report.components(separatedBy: "<script>").count == 2)
    #expect(try LearnOutput(folder.read("j.json")).epochs == 2)
    let png = try Gumbel.run(
      ["learn", "--epochs", "2", "--quiet", "--plot", "a.png"], in: folder.folder)
    #expect(png.status == 0)
    let bytes = try Data(contentsOf: folder.url("a.png"))
    #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
  }

  @Test func interruptedRunsGoOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    /// An endless run to some epoch, whose result is written when it is stopped.
    func run(_ checkpoint: String, epochs: Int, _ extra: [String] = []) throws -> [[Double]] {
      let log = checkpoint + "/metrics.jsonl"
      let outcome = try Gumbel.run(
        [
          "learn", "--quiet", "--eager", "--epochs", "1000000", "--rounds", "50", "--save-every",
          "0",
        ]
          + ["--checkpoint", checkpoint, "--json", "-"] + extra,
        in: folder.folder,
        interruptWhen: { ((try? folder.read(log))?.split(separator: "\n").count ?? 0) >= epochs })
      #expect(outcome.status == 130, "\(outcome.errors)")
      #expect(outcome.errors.contains("--resume"))
      return try LearnOutput(outcome.output).history
    }
    let whole = try run("whole", epochs: 12)
    let broken = try run("broken", epochs: 2)
    let rest = try run("broken", epochs: 9, ["--resume"])
    #expect(!broken.isEmpty && rest.count > broken.count)
    let common = min(whole.count, rest.count)
    #expect(common > 4)
    #expect(whole.prefix(common) == rest.prefix(common))
  }

  @Test func aCheckpointOfAnotherRunIsRefused() throws {
    let folder = try TemporaryFolder()
    let saving = ["learn", "--quiet", "--epochs", "2", "--checkpoint", "run"]
    #expect(try Gumbel.run(saving, in: folder.folder).status == 0)
    for (extra, message) in [
      (["--seed", "7"], "the run has --seed 42, found 7"),
      (["--batch-size", "20"], "the run has --batch-size 10, found 20"),
      (
        ["--discriminator", "mlp"],
        "a discriminator that is a logistic regression, found a perceptron"
      ),
    ] {
      let outcome = try Gumbel.run(saving + ["--resume"] + extra, in: folder.folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(message))
    }
  }
}
