import Foundation
import Testing

@Suite struct VAECompareTests {
  private struct Output: Decodable {
    struct Settings: Decodable {
      let task, latent: String
      let epochs, trainingImages, testImages, samples: Int
    }
    struct Run: Decodable, Equatable {
      let estimator: String
      let seed: Int
      let learningRate, bound, sampledBound: Double
      let testBounds, trainingLosses: [Double]
      let secondsPerStep: Double

      /// All but the time, which no key decides.
      var numbers: [Double] {
        [Double(seed), learningRate, bound, sampledBound] + testBounds + trainingLosses
      }
    }
    let settings: Settings
    let runs: [Run]

    init(_ text: String) throws {
      self = try JSONDecoder().decode(Output.self, from: Data(text.utf8))
    }
  }

  /// 200 images of 6 x 6 with a bright or a dark upper half, as an IDX file.
  private func images(in folder: TemporaryFolder) throws -> String {
    var bytes: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 200, 0, 0, 0, 6, 0, 0, 0, 6]
    for image in 0..<200 {
      for pixel in 0..<36 {
        let isBright = (image % 2 == 0) == (pixel < 18)
        bytes.append(UInt8((isBright ? 200 : 20) + (image * 7 + pixel * 13) % 30))
      }
    }
    let url = folder.url("images")
    try Data(bytes).write(to: url)
    return url.path
  }

  private let short = [
    "--epochs", "2", "--batch-size", "20", "--samples", "5", "--learning-rate", "0.01", "--quiet",
  ]

  @Test(arguments: ["vae", "structured"]) func theEstimatorsAreTrainedAndMeasuredAlike(
    _ task: String
  ) throws {
    let folder = try TemporaryFolder()
    let path = try images(in: folder)
    let outcome = try Gumbel.run(
      [
        "vae", "compare", path, "--task", task, "--latent", "bernoulli:8", "--estimator",
        "gumbel-softmax", "--estimator", "disarm", "--estimator", "annealed-straight-through",
        "--seeds", "2", "--learning-rate", "disarm=0.02", "--json", "r.json", "--report", "r.html",
        "--plot", "r.svg",
      ] + short, in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for text in ["-bound", "Jang et al.", "gumbel-softmax", "disarm", "± 95 %"] {
      let isThere = outcome.output.contains(text)
      #expect(isThere, "\(text)")
    }
    let published = task == "vae" ? "105" : "58.5"
    #expect(outcome.output.contains(published))
    let found = try Output(folder.read("r.json"))
    #expect(found.settings.testImages == 20)
    #expect(found.settings.trainingImages == 180)
    #expect(found.runs.count == 6)
    let names = found.runs.map(\.estimator)
    #expect(names[0] == "gumbel-softmax" && names[1] == "gumbel-softmax" && names[2] == "disarm")
    for run in found.runs {
      #expect(run.learningRate == (run.estimator == "disarm" ? 0.02 : 0.01))
      #expect(run.testBounds.count == 2 && run.trainingLosses.count == 2)
      #expect(run.bound < 0 && run.sampledBound >= run.bound)
      #expect(run.trainingLosses[1] < run.trainingLosses[0])
      #expect(run.secondsPerStep > 0)
    }
    let page = try folder.read("r.html")
    #expect(page.contains("<svg") && page.contains("annealed-straight-through"))
    #expect(try folder.read("r.svg").contains("disarm"))
  }

  @Test func aComparisonGoesOnWhereItsFileEnds() throws {
    let folder = try TemporaryFolder()
    let path = try images(in: folder)
    let common = ["vae", "compare", path, "--latent", "categorical:3x4"] + short
    let whole = try Gumbel.run(
      common + ["--estimator", "rloo", "--estimator", "reinmax", "--json", "-"])
    #expect(whole.status == 0, "\(whole.errors)")
    let first = try Gumbel.run(
      common + ["--estimator", "rloo", "--json", "part.json"], in: folder.folder)
    #expect(first.status == 0)
    let earlier = try Output(folder.read("part.json")).runs
    let both = try Gumbel.run(
      common + [
        "--estimator", "rloo", "--estimator", "reinmax", "--json", "part.json", "--resume",
      ],
      in: folder.folder)
    #expect(both.status == 0, "\(both.errors)")
    let found = try Output(folder.read("part.json")).runs
    // Taken over, not trained again.
    #expect(found[0] == earlier[0])
    let expected = try Output(whole.output).runs
    #expect(found.map(\.numbers) == expected.map(\.numbers))
    let other = try Gumbel.run(
      common + ["--epochs", "3", "--json", "part.json", "--resume"], in: folder.folder)
    #expect(other.status != 0)
    #expect(other.errors.contains("part.json"))
  }

  @Test func aStoppedComparisonSaysHowToGoOn() throws {
    let folder = try TemporaryFolder()
    let path = try images(in: folder)
    // Tens of thousands of trainings.
    let outcome = try Gumbel.run(
      ["vae", "compare", path, "--latent", "bernoulli:8", "--json", "r.json", "--seeds", "1000"]
        + short, in: folder.folder, interruptWhen: { folder.holds("r.json") })
    #expect(outcome.status == 130)
    let found = try Output(folder.read("r.json")).runs.count
    let trainings = found == 1 ? "1 training" : "\(found) trainings"
    #expect(found > 0)
    #expect(
      outcome.errors
        == "gumbel: stopped after \(trainings); go on with the same command and --resume\n")
  }

  @Test(arguments: [
    (["--latent", "gaussian:3"], "--latent gaussian:3"),
    (["--estimator", "disarm"], "--estimator disarm: no such estimator for categorical:20x10"),
    (["--estimator", "magic"], "gumbel-softmax"),
    (["--learning-rate", "x"], "--learning-rate x"),
    (["--learning-rate", "rebar=0.1"], "rebar is not compared"),
    (["--learning-rate", "0"], "--learning-rate 0"),
    (["--epochs", "0"], "--epochs 0"),
    (["--batch-size", "181"], "there are 180 training images"),
    (["--encoder", "wide"], "--encoder wide"),
    (["--plot", "x.gif"], "--plot x.gif"),
    (["--resume"], "--resume: expected --json"),
    (["--task", "structured", "--estimator", "vimco"], "vimco"),
  ])
  func mistakesGiveOneLine(_ options: [String], _ message: String) throws {
    let folder = try TemporaryFolder()
    let path = try images(in: folder)
    let outcome = try Gumbel.run(["vae", "compare", path] + options, in: folder.folder)
    #expect(outcome.status != 0 && outcome.status < 100)
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  /// `RECORD_SNAPSHOTS=1` writes it anew.
  @Test func help() throws {
    let outcome = try Gumbel.run(["vae", "compare", "--help"])
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Snapshots/help-vae-compare.txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try outcome.output.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == outcome.output)
  }
}
