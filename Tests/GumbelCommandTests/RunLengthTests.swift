import Foundation
import Testing

/// How long runs are: none of it, and longer than was first asked for.
@Suite struct RunLengthTests {
  private static let text = [
    "text", "train", "--grammar", "arithmetic", "--count", "200", "--hidden", "16", "--embedding",
    "8", "--batch-size", "20", "--samples", "50", "--quiet",
  ]

  @Test(arguments: [SmallImages.training, text, text + ["--objective", "gan"]])
  func aRunWithoutEpochsIsOfAnUntrainedNetwork(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    let arguments =
      arguments + ["--epochs", "0", "--checkpoint", "run", "--report", "a.html", "--plot", "a.svg"]
    for (extra, json) in [([], "a.json"), (["--resume"], "b.json")] {
      let outcome = try Gumbel.run(arguments + extra + ["--json", json], in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let results = try ["a.json", "b.json"].map { name in
      try #require(
        JSONSerialization.jsonObject(with: Data(folder.read(name).utf8)) as? [String: Any])
    }
    for result in results {
      #expect(result["steps"] as? Int == 0)
      let history = try #require(result["history"] as? [Any])
      #expect(history.isEmpty)
    }
    // Measured all the same, and the same again.
    let tests = try results.map { result in
      let test = try #require(result["test"] as? [String: Any])
      return try JSONSerialization.data(withJSONObject: test, options: .sortedKeys)
    }
    #expect(tests[0] == tests[1])
    let generated = try Gumbel.run(
      [arguments[0], "generate", "--checkpoint", "run"]
        + (arguments[0] == "vae" ? ["--output", "a.png"] : ["--count", "3"]),
      in: folder.folder)
    #expect(generated.status == 0, "\(generated.errors)")
  }

  @Test(arguments: [
    SmallImages.training + ["--temperature", "0.7"],
    text + ["--learning-rate", "0.002", "--final-learning-rate", "0.002"],
  ])
  func aRunAtConstantRatesGoesOnForMoreEpochs(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    for (directory, rest) in [
      ("whole", ["--epochs", "3"]), ("longer", ["--epochs", "1"]),
      ("longer", ["--epochs", "3", "--resume", "--report", "a.html"]),
    ] {
      let outcome = try Gumbel.run(
        arguments + ["--checkpoint", directory] + rest, in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let (expected, found) = try (
      tensors(of: folder.url("whole/checkpoint.safetensors")),
      tensors(of: folder.url("longer/checkpoint.safetensors"))
    )
    #expect(expected.names.count > 10)
    #expect(found.names == expected.names)
    #expect(found.bytes == expected.bytes)
    let logs = try ["whole", "longer"].map {
      linesWithoutSeconds(try folder.read("metrics.jsonl", of: $0))
    }
    #expect(logs[0].count == 3)
    #expect(logs[0] == logs[1])
    // What begins the whole of it anew.
    let page = try folder.read("a.html")
    #expect(page.contains("--epochs 3</pre>"))
    let fewer = try Gumbel.run(
      arguments + ["--checkpoint", "longer", "--epochs", "2", "--resume"], in: folder.folder)
    #expect(fewer.errors.contains("longer: the run has --epochs 3, found 2"), "\(fewer.errors)")
  }

  /// What changed over the epochs that a run was begun with keeps its course, and then stays.
  @Test(arguments: [SmallImages.training, text, text + ["--objective", "gan"]])
  func aRunWhoseRatesChangeGoesOnAtTheLastOnes(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    let name = Array(arguments.prefix(2))
    let begun = try Gumbel.run(
      arguments + ["--checkpoint", "run", "--epochs", "2"], in: folder.folder)
    #expect(begun.status == 0, "\(begun.errors)")
    // Data and options are the run's, also where it is gone on with twice.
    for epochs in ["3", "4"] {
      let longer = try Gumbel.run(
        name + ["--checkpoint", "run", "--resume", "--epochs", epochs, "--quiet"],
        in: folder.folder)
      #expect(longer.status == 0, "\(longer.errors)")
      #expect(longer.errors.contains("the run was begun with 2 epochs: over these"))
      #expect(longer.errors.contains("up to epoch \(epochs) the last value holds"))
    }
    let again = try Gumbel.run(
      name + ["--checkpoint", "run", "--resume", "--json", "a.json", "--quiet"], in: folder.folder)
    #expect(again.status == 0, "\(again.errors)")
    let result = try #require(
      JSONSerialization.jsonObject(with: Data(folder.read("a.json").utf8)) as? [String: Any])
    #expect(result["epochs"] as? Int == 4)
    // The first epochs are those of the run that was not prolonged.
    #expect(
      try Gumbel.run(
        arguments + ["--checkpoint", "short", "--epochs", "2"], in: folder.folder
      ).status == 0)
    let logs = try ["run", "short"].map {
      linesWithoutSeconds(try folder.read("metrics.jsonl", of: $0))
    }
    #expect(logs[0].count == 4)
    #expect(Array(logs[0].prefix(2)) == logs[1])
    let fewer = try Gumbel.run(
      name + ["--checkpoint", "run", "--resume", "--epochs", "3"], in: folder.folder)
    #expect(fewer.status == 1)
    #expect(fewer.errors.contains("run: the run has --epochs 4, found 3"), "\(fewer.errors)")
  }

  @Test(arguments: [
    (
      ["vae", "train"], ["--latent", "bernoulli:4"], "--latent categorical:4x4, found bernoulli:4"
    ),
    (["text", "train"], ["--hidden", "17"], "--hidden 16, found 17"),
    (["text", "train"], ["--tied", "--embedding", "16"], "--embedding 8, found 16"),
  ])
  func whatIsGivenHasToAgreeWithTheRun(
    _ name: [String], _ option: [String], _ message: String
  ) throws {
    let folder = try SmallImages.folder()
    let arguments = name[0] == "vae" ? SmallImages.training : Self.text
    #expect(
      try Gumbel.run(
        arguments + ["--checkpoint", "run", "--epochs", "1"], in: folder.folder
      ).status == 0)
    let outcome = try Gumbel.run(
      name + ["--checkpoint", "run", "--resume"] + option, in: folder.folder)
    #expect(outcome.status == 1)
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }
}
