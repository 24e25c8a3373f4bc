import Foundation
import Testing

/// A run of `gumbel learn` in a file is neither lost nor mixed with another.
@Suite struct LearnKeepingTests {
  private static let begin = [
    "learn", "pets.txt", "--epochs", "3", "--rounds", "20", "--quiet", "--checkpoint", "run.st",
  ]
  private static let again = ["learn", "--checkpoint", "run.st", "--resume", "--quiet"]

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("cat\ndog\ncat\nfish\ncat\n", to: "pets.txt")
    return folder
  }

  @Test func nothingThatExistsIsReplacedWithoutAsking() throws {
    let folder = try folder()
    try folder.write("precious", to: "run.st")
    let refused = try Gumbel.run(Self.begin, in: folder.folder)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("run.st: exists already"), "\(refused.errors)")
    #expect(try folder.read("run.st") == "precious")
    let wanted = try Gumbel.run(Self.begin + ["--overwrite"], in: folder.folder)
    #expect(wanted.status == 0, "\(wanted.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.folder.path).sorted()
    #expect(names == ["pets.txt", "run.st"])
  }

  @Test func twoRunsDoNotShareAFile() throws {
    let folder = try folder()
    let process = try ChildProcess(
      Self.begin + ["--epochs", "1000000", "--save-every", "0"], in: folder.folder)
    process.wait { FileManager.default.fileExists(atPath: folder.url("run.st").path) }
    for arguments in [Self.begin + ["--overwrite"], Self.again] {
      let other = try Gumbel.run(arguments, in: folder.folder)
      #expect(other.status == 1)
      #expect(
        other.errors.contains("run.st: is in use by process \(process.identifier)"),
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
      (["--epochs", "4"], "the run has --epochs 5, found 4"), (["--seed", "1"], "another seed"),
      (["--rounds", "21"], "another set of options"),
    ] {
      let refused = try Gumbel.run(Self.again + extra, in: folder.folder)
      #expect(refused.status == 1)
      #expect(refused.errors.contains(message), "\(refused.errors)")
    }
  }

  /// The record of a run comes back from the file's metadata.
  @Test func aDamagedRecordIsAnError() throws {
    let folder = try folder()
    #expect(try Gumbel.run(Self.begin, in: folder.folder).status == 0)
    let intact = try Data(contentsOf: folder.url("run.st"))
    let text = String(decoding: intact, as: UTF8.self)
    #expect(text.contains(#"\"round\":60"#))
    for (old, new) in [
      (#"\"round\":60"#, #"\"round\":-1"#), (#"\"round\":60"#, #"\"round\":80"#),
      (#"\"round\":60"#, #"\"round\":9e99"#), (#"\"seconds\":"#, #"\"seconds\":1e308,\"x\":"#),
      (#"\"history\":[["#, #"\"history\":[[9,"#), (#"\"epochs\":\"3\""#, ""),
      (#""epochs":"3""#, #""epochs":"-3""#), (#""epochs":"3""#, #""epochs":"9223372036854775807""#),
    ] where text.contains(old) {
      try intact.replacingInHeader(old, with: new).write(to: folder.url("run.st"))
      let outcome = try Gumbel.run(Self.again, in: folder.folder)
      #expect(outcome.status == 1, "\(new): \(outcome.errors.prefix(300))")
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.hasPrefix("gumbel: run.st: "), "\(outcome.errors)")
    }
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

extension Data {
  /// A checkpoint with another text in its header.
  fileprivate func replacingInHeader(_ old: String, with new: String) -> Data {
    let length = (0..<8).reduce(0) { $0 | Int(self[$1]) << (8 * $1) }
    let header = String(decoding: self[8..<(8 + length)], as: UTF8.self)
    let json = Data(header.replacingOccurrences(of: old, with: new).utf8)
    var result = Data()
    for shift in 0..<8 { result.append(UInt8(truncatingIfNeeded: json.count >> (8 * shift))) }
    return result + json + self[(8 + length)...]
  }
}
