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
    #expect(page.contains("--epochs 3 --report"))
    let fewer = try Gumbel.run(
      arguments + ["--checkpoint", "longer", "--epochs", "2", "--resume"], in: folder.folder)
    #expect(fewer.errors.contains("longer: the run has --epochs 3, found 2"), "\(fewer.errors)")
  }

  @Test(arguments: [SmallImages.training, text, text + ["--objective", "gan"]])
  func moreEpochsAreRefusedWhereTheyWouldChangeThoseBefore(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    let arguments = arguments + ["--checkpoint", "run", "--epochs"]
    #expect(try Gumbel.run(arguments + ["1"], in: folder.folder).status == 0)
    let more = try Gumbel.run(arguments + ["2", "--resume"], in: folder.folder)
    #expect(more.status == 1)
    let expected =
      "--epochs 1, found 2; expected the same data and options to go on, or more epochs"
    #expect(more.errors.contains(expected), "\(more.errors)")
  }
}
