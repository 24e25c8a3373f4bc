import Foundation
import Testing

/// A run of `gumbel learn` is neither lost nor mixed with another.
@Suite struct LearnKeepingTests {
  private static let begin = [
    "learn", "pets.txt", "--epochs", "3", "--rounds", "20", "--quiet", "--checkpoint", "run",
  ]
  private static let again = ["learn", "--checkpoint", "run", "--resume", "--quiet"]

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cat\ndog\ncat\nfish\ncat\n", to: "pets.txt")
    return folder
  }

  @Test func nothingThatExistsIsReplacedWithoutAsking() throws {
    let folder = try folder()
    // A checkpoint of an earlier version, for example.
    try folder.write("precious", to: "run")
    for extra in [[], ["--overwrite"], ["--resume"]] {
      let refused = try Gumbel.run(Self.begin + extra, in: folder.folder)
      #expect(refused.status == 1)
      #expect(
        refused.errors.contains("run: is a file, in which earlier versions kept their runs"),
        "\(refused.errors)")
      #expect(try folder.read("run") == "precious")
    }
    try FileManager.default.removeItem(at: folder.url("run"))
    #expect(try Gumbel.run(Self.begin, in: folder.folder).status == 0)
    let checkpoint = try folder.bytes("run/checkpoint.safetensors")
    let refused = try Gumbel.run(Self.begin, in: folder.folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("run: holds a run already"), "\(refused.errors)")
    #expect(try folder.bytes("run/checkpoint.safetensors") == checkpoint)
    let wanted = try Gumbel.run(Self.begin + ["--seed", "2", "--overwrite"], in: folder.folder)
    #expect(wanted.status == 0, "\(wanted.errors)")
    #expect(try folder.read("metrics.jsonl", of: "run").split(separator: "\n").count == 3)
  }

  @Test func twoRunsDoNotShareADirectory() throws {
    let folder = try folder()
    let process = try ChildProcess(
      Self.begin + ["--epochs", "1000000", "--save-every", "0"], in: folder.folder)
    process.wait { folder.holds("run/checkpoint.safetensors") }
    for arguments in [Self.begin + ["--overwrite"], Self.again] {
      let other = try Gumbel.run(arguments, in: folder.folder)
      #expect(other.status == 1)
      #expect(
        other.errors.contains("run: is in use by process \(process.identifier)"),
        "\(other.errors)")
    }
    process.send(SIGTERM)
    _ = try process.wait()
  }

  @Test func aRunGoesOnWithItsOwnStreamAndOptions() throws {
    let folder = try folder()
    #expect(try Gumbel.run(Self.begin, in: folder.folder).status == 0)
    for (epochs, file) in [("5", "longer.json"), ("5", "again.json")] {
      let longer = try Gumbel.run(
        Self.again + ["--epochs", epochs, "--json", file], in: folder.folder)
      #expect(longer.status == 0, "\(longer.errors)")
      #expect(longer.errors.contains("the run was begun with 3 epochs"), "\(longer.errors)")
    }
    let outputs = try ["longer.json", "again.json"].map { try LearnOutput(folder.read($0)) }
    #expect(outputs[0].epochs == 5)
    #expect(outputs[0].history == outputs[1].history)
    for (extra, message) in [
      (["--epochs", "4"], "the run has --epochs 5, found 4"),
      (["--seed", "1"], "the run has --seed 42, found 1"),
      (["--rounds", "21"], "the run has --rounds 20, found 21"),
    ] {
      let refused = try Gumbel.run(Self.again + extra, in: folder.folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
  }

  /// What was measured comes back from a file: what no training measured is not taken.
  @Test func aDamagedRecordIsLeftOut() throws {
    let folder = try folder()
    #expect(try Gumbel.run(Self.begin, in: folder.folder).status == 0)
    let intact = try folder.read("metrics.jsonl", of: "run")
    #expect(intact.contains("\"learned\":[0."))
    for (old, new) in [
      ("\"learned\":[0.", "\"learned\":[9."), ("\"learned\":[", "\"learned\":[null,"),
      ("\"totalVariation\":", "\"totalVariation\":1e300,\"x\":"), ("\"learned\":", "\"l\":"),
    ] {
      try folder.write(intact.replacing(old, with: new), to: "run/metrics.jsonl")
      let outcome = try Gumbel.run(Self.again + ["--json", "-"], in: folder.folder)
      #expect(outcome.status == 0, "\(new): \(outcome.errors.prefix(300))")
      #expect(outcome.errorLines.count == 1)
      #expect(
        outcome.errors.contains("run/metrics.jsonl: has the measurements of 0 of 3 epochs"),
        "\(outcome.errors)")
    }
    // Of another number of categories.
    try folder.write(
      intact.replacing("\"learned\":[", with: "\"learned\":[0,"), to: "run/metrics.jsonl")
    let outcome = try Gumbel.run(Self.again, in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.contains("run/metrics.jsonl: found 4 probabilities of epoch 1, expected 3"),
      "\(outcome.errors)")
  }

  @Test func whatCannotBeHadIsRefusedBeforeAnythingBegins() throws {
    let folder = try folder()
    try folder.write((0..<30).map { "\($0)\n" }.joined(), to: "many.txt")
    for (arguments, message) in [
      (
        ["--batch-size", "100000000"], "--batch-size 100000000: with 2 categories, expected at most"
      ),
      (["--generator-steps", "100000"], "--generator-steps 100000: expected"),
      (
        ["--epochs", "100000000", "--rounds", "1000000"], "of 1000000 steps each, expected at most"
      ),
      (["--hidden", "65536,65536,65536,65536,65536"], "billion parameters needs at least"),
      (["many.txt", "--max-categories", "20"], "more than 20 different symbols, the limit"),
    ] {
      let outcome = try Gumbel.run(["learn"] + arguments, in: folder.folder)
      #expect(outcome.status == 1 || outcome.status == 64)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
  }
}
