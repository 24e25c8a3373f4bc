import Foundation
import Testing

/// What `gumbel text evaluate --json` writes.
private struct TextOutput: Decodable, Equatable {
  let validity, coverage, languageSize: Double?
  let unique, novel, lengthTotalVariation: Double
  let negativeLogLikelihood: Double?
  let bitsPerCharacter: Double
  let bleu, selfBleu: [String: Double]
  let samples, testStrings: Int
}

/// What `gumbel text train --json` writes, in part.
private struct TextTrainOutput: Decodable {
  struct Epoch: Decodable, Equatable {
    let epoch, steps: Int
    let loss, negativeLogLikelihood, unique: Double
    let validity: Double?
    let examples: [String]
  }
  struct Temperature: Decodable { let temperature, unique, bleu4: Double }
  let epochs, steps, leftOut: Int
  let test: TextOutput?
  let history: [Epoch]
  let temperatures: [Temperature]?
}

@Suite struct TextTests {
  /// Options of a training that takes a fraction of a second, of 10 steps an epoch.
  private static let small = [
    "--hidden", "16", "--embedding", "8", "--batch-size", "20", "--samples", "100", "--quiet",
  ]
  private static let grammar =
    ["text", "train", "--grammar", "arithmetic", "--count", "200"] + small

  @Test func aRunIsTrainedGeneratedFromAndEvaluated() throws {
    let folder = try TemporaryFolder()
    let trained = try Gumbel.run(
      Self.grammar + [
        "--epochs", "3", "--checkpoint", "run", "--json", "-", "--report", "a.html", "--plot",
        "a.svg",
      ], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let result = try decoded(TextTrainOutput.self, trained.output)
    #expect(result.steps == 30 && result.history.count == 3)
    #expect(result.history[2].loss < result.history[0].loss)
    let areMeasured = result.history.allSatisfy { $0.validity != nil && !$0.examples.isEmpty }
    #expect(areMeasured)
    #expect(result.test?.samples == 100 && result.test?.testStrings == 20)
    let temperatureCount = result.temperatures?.count ?? 0
    #expect(temperatureCount > 4)
    let page = try folder.read("a.html")
    #expect(page.contains("Strings as they improve") && page.contains("Temperatures of sampling"))
    #expect(page.contains("gumbel text train --grammar arithmetic --count 200"))
    #expect(try folder.read("a.svg").contains("bits a character"))

    let ten = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--count", "10"], in: folder.folder)
    #expect(ten.status == 0, "\(ten.errors)")
    let lines = ten.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == 11 && lines[10].isEmpty)
    let three = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--count", "3", "--json", "-"],
      in: folder.folder)
    let firstThree = lines.prefix(3).map { String($0) }
    #expect(try decoded([String].self, three.output) == firstThree)
    let greedy = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--count", "5", "--greedy", "--max-length", "4"],
      in: folder.folder
    ).output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(Set(greedy).count == 1 && greedy.count == 5 && greedy[0].count <= 4)

    // The run knows its grammar; what is measured is what the training measured at its end.
    let evaluated = try Gumbel.run(
      [
        "text", "evaluate", "--checkpoint", "run", "--samples", "100", "--json", "-", "--quiet",
      ], in: folder.folder)
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let measures = try decoded(TextOutput.self, evaluated.output)
    #expect(measures == result.test)
    #expect(measures.bleu.keys.sorted() == ["2", "3", "4", "5"])
    #expect(measures.negativeLogLikelihood != nil && measures.coverage != nil)
    #expect((measures.languageSize ?? 0) > 1)
  }

  /// New is what the network was not trained on, held out or not, after the training as later.
  @Test func heldOutStringsAreNew() throws {
    let folder = try TemporaryFolder()
    try folder.write((0..<60).map { String($0, radix: 3) + "\n" }.joined(), to: "train.txt")
    try folder.write("0\n11\n", to: "test.txt")
    let trained = try Gumbel.run(
      ["text", "train", "train.txt", "--epochs", "8", "--max-length", "5", "--validation", "0.3"]
        + ["--checkpoint", "run", "--json", "-"] + Self.small, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let evaluated = try Gumbel.run(
      ["text", "evaluate", "--checkpoint", "run", "--samples", "100", "--json", "-", "--quiet"],
      in: folder.folder)
    #expect(evaluated.status == 0, "\(evaluated.errors)")
    let (result, measures) = (
      try decoded(TextTrainOutput.self, trained.output),
      try decoded(TextOutput.self, evaluated.output)
    )
    #expect(measures == result.test)
  }

  /// A part that is far below what is worth four decimals.
  @Test func coverageOfAHugeLanguageIsSaid() throws {
    let folder = try TemporaryFolder()
    let arguments =
      ["text", "train", "--grammar", "arithmetic", "--count", "200", "--max-length", "41"]
      + ["--epochs", "1"] + Self.small
    let trained = try Gumbel.run(arguments, in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    // 1 + 4 + … + 4²⁰.
    #expect(trained.output.contains("1466015503701"), "\(trained.output)")
    #expect(trained.output.contains("e-1"), "\(trained.output)")
  }

  @Test func linesOfAFileAreLearnt() throws {
    let folder = try TemporaryFolder()
    let words = (0..<200).map { ["cat", "dog", "mouse", "a word that is too long"][$0 % 4] }
    try folder.write(words.joined(separator: "\n"), to: "words.txt")
    let trained = try Gumbel.run(
      ["text", "train", "words.txt", "--max-length", "5", "--epochs", "60", "--model", "gru"]
        + ["--learning-rate", "0.02", "--checkpoint", "run", "--json", "-"] + Self.small,
      in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let result = try decoded(TextTrainOutput.self, trained.output)
    #expect(result.leftOut == 50)
    #expect(result.test?.validity == nil)
    // One of three words: log 3 is 1.10.
    let nats = result.test?.negativeLogLikelihood ?? 9
    #expect(nats < 1.3, "\(nats)")
    let generated = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--count", "20", "--temperature", "0.5"],
      in: folder.folder)
    let known = generated.output.split(separator: "\n").count { words.contains(String($0)) }
    #expect(known >= 18, "\(generated.output)")
    let evaluated = try Gumbel.run(
      ["text", "evaluate", "words.txt", "--checkpoint", "run", "--samples", "50", "--quiet"],
      in: folder.folder)
    #expect(evaluated.status == 0 && evaluated.output.contains("bits a character"))
  }

  @Test func runningTextIsLearntInWindows() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "ab cd\n", count: 300), to: "book.txt")
    let trained = try Gumbel.run(
      ["text", "train", "book.txt", "--running", "--max-length", "15", "--epochs", "40"]
        + ["--learning-rate", "0.02", "--checkpoint", "run", "--json", "-"] + Self.small,
      in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let generated = try Gumbel.run(
      ["text", "generate", "--checkpoint", "run", "--count", "3", "--json", "-"]
        + ["--max-length", "40"], in: folder.folder)
    let strings = try decoded([String].self, generated.output)
    let areLike = strings.allSatisfy { $0.count == 40 && $0.contains("b cd\nab c") }
    #expect(areLike, "\(strings)")
  }

  // MARK: - Going on

  @Test func aRunThatWasKilledGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let arguments = Self.grammar + ["--epochs", "12"]
    let whole = try Gumbel.run(arguments + ["--checkpoint", "whole"], in: folder.folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let saving = arguments + ["--checkpoint", "broken", "--save-every", "0"]
    let checkpoint = folder.url("broken/checkpoint.safetensors")
    for (number, saves) in [3, 25, 40].enumerated() {
      let versions = FileVersions(of: checkpoint)
      let process = try ChildProcess(
        saving + (number == 0 ? [] : ["--resume"]), in: folder.folder)
      process.wait { versions.haveReached(saves) }
      process.send(SIGKILL)
      _ = try process.wait()
    }
    let rest = try Gumbel.run(
      arguments + ["--checkpoint", "broken", "--resume"], in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    let expected = try tensors(of: folder.url("whole/checkpoint.safetensors"))
    let found = try tensors(of: checkpoint)
    #expect(expected.names.count > 10)
    #expect(found.names == expected.names)
    #expect(found.bytes == expected.bytes)
    for file in ["metrics.jsonl"] {
      let texts = try ["whole", "broken"].map {
        linesWithoutSeconds(
          try String(contentsOf: folder.url("\($0)/\(file)"), encoding: .utf8))
      }
      #expect(texts[0] == texts[1], "\(file)")
    }
  }

  @Test func aStoppedRunSaysHowToGoOn() throws {
    let folder = try TemporaryFolder()
    let stopped = try Gumbel.run(
      Self.grammar + ["--epochs", "100000", "--checkpoint", "run", "--report", "a.html"],
      in: folder.folder, interruptWhen: { folder.holds("run/metrics.jsonl") })
    #expect(stopped.status == 130)
    #expect(stopped.errors.contains("of 1000000 steps; go on with the same command and --resume"))
    #expect(try folder.read("a.html").contains("The run was stopped after"))
  }

  // MARK: - Mistakes

  @Test func mistakesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write("one\ntwo\nthree\n", to: "words.txt")
    try Data([0x61, 0x0A, 0xFF]).write(to: folder.url("latin.txt"))
    let mistakes: [([String], String)] = [
      (["train"], "no data: expected a named set, a file, or --grammar"),
      (["train", "nowhere"], "nowhere: no such file, and no set of this name"),
      (["train", "latin.txt"], "latin.txt, line 2: byte 1 is not valid UTF-8"),
      (["train", "words.txt", "--grammar", "arithmetic"], "expected one of them"),
      (
        ["train", "words.txt", "--batch-size", "64"],
        "--batch-size 64: there are 2 training strings"
      ),
      (["train", "words.txt", "--max-length", "2"], "the shortest of length 3"),
      (["train", "words.txt", "--resume"], "--resume: expected --checkpoint"),
      (["train", "words.txt", "--tied", "--embedding", "3"], "--embedding 3: with --tied"),
      (["train", "words.txt", "--dropout", "1"], "--dropout 1.0: expected"),
      (["train", "words.txt", "--learning-rate", "-1"], "--learning-rate -1: expected"),
      (["generate", "--checkpoint", "none"], "none: holds no run that can be read"),
      (["generate", "--checkpoint", "none", "--greedy", "--top-k", "2"], "--greedy and --top-k"),
      (["generate", "--checkpoint", "none", "--temperature", "0"], "temperature 0.0: expected"),
      (["evaluate", "--checkpoint", "none", "--samples", "0"], "--samples 0: expected"),
    ]
    for (arguments, message) in mistakes {
      let outcome = try Gumbel.run(["text"] + arguments, in: folder.folder)
      #expect(outcome.status != 0)
      #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
    }
  }

  @Test func aRunIsNotMixedWithAnother() throws {
    let folder = try TemporaryFolder()
    let arguments = Self.grammar + ["--epochs", "1", "--checkpoint", "run"]
    #expect(try Gumbel.run(arguments, in: folder.folder).status == 0)
    let refused: [([String], String)] = [
      ([], "run: holds a run already"),
      (["--resume", "--model", "gru"], "--model lstm, found gru"),
      (["--resume", "--epochs", "0"], "--epochs 1, found 0"),
      (["--resume", "--max-length", "9"], "--max-length 12, found 9"),
      (["--resume", "--clip", "3"], "--clip 1.0, found 3.0"),
    ]
    for (extra, message) in refused {
      let outcome = try Gumbel.run(arguments + extra, in: folder.folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
    #expect(try Gumbel.run(arguments + ["--resume"], in: folder.folder).status == 0)
    #expect(
      try Gumbel.run(arguments + ["--overwrite", "--dropout", "0.1"], in: folder.folder).status == 0
    )
  }
}
