import Foundation
import Testing

/// A run goes on from whatever directory: its data are found again, or what to do is said.
@Suite struct ElsewhereTests {
  struct Kind: CustomTestStringConvertible, Sendable {
    let testDescription: String
    /// The command and its data, relative to where it is begun.
    let begin: [String]
    let data: String
    /// How many words of it the command is.
    var words = 2
  }

  private static let short = ["--hidden", "4", "--embedding", "4", "--samples", "10", "--quiet"]
  static let kinds = [
    Kind(testDescription: "vae train", begin: SmallImages.training, data: "images"),
    Kind(
      testDescription: "text train", begin: ["text", "train", "lines"] + short, data: "lines"),
    Kind(
      testDescription: "learn",
      begin: ["learn", "lines", "--rounds", "20", "--quiet", "--seed", "7"], data: "lines",
      words: 1),
  ]

  /// `a/` with data and a run of one epoch in it.
  private func begun(_ kind: Kind) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url("a"), withIntermediateDirectories: false)
    try SmallImages.idx(220).write(to: folder.url("a/images"))
    try folder.write(String(repeating: "cat\ndog\nowl\n", count: 20), to: "a/lines")
    try folder.write("S -> 'x' | S '+' S\n", to: "a/grammar")
    let outcome = try Gumbel.run(
      kind.begin + ["--epochs", "1", "--checkpoint", "run"], in: folder.url("a"))
    #expect(outcome.status == 0, "\(outcome.errors)")
    return folder
  }

  private func resume(
    _ kind: Kind, _ run: String, in directory: URL, data: [String] = []
  ) throws -> Gumbel.Outcome {
    try Gumbel.run(
      Array(kind.begin.prefix(kind.words)) + data + ["--checkpoint", run, "--resume", "--quiet"],
      in: directory)
  }

  @Test(arguments: kinds) func runsGoOnFromAnotherDirectory(_ kind: Kind) throws {
    let folder = try begun(kind)
    for run in [folder.url("a/run").path, "a/run"] {
      let outcome = try resume(kind, run, in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors == "")
    }
  }

  @Test(arguments: kinds) func dataThatWereMovedAreNamedOnce(_ kind: Kind) throws {
    let folder = try begun(kind)
    try FileManager.default.moveItem(
      at: folder.url("a/\(kind.data)"), to: folder.url("moved"))
    let lost = try resume(kind, "a/run", in: folder.folder)
    #expect(lost.status == 1)
    #expect(lost.errorLines.count == 1)
    #expect(lost.errors.contains("a/run: the run's data are no longer in /"), "\(lost.errors)")
    #expect(
      lost.errors.contains("/a/\(kind.data); expected them there, or where they are now, as in"))
    let found = try resume(kind, "a/run", in: folder.folder, data: ["moved"])
    #expect(found.status == 0, "\(found.errors)")
    let again = try resume(kind, "run", in: folder.url("a"))
    #expect(again.status == 0, "\(again.errors)")
  }

  @Test(arguments: kinds) func runsThatWereMovedWithTheirDataGoOn(_ kind: Kind) throws {
    let folder = try begun(kind)
    try FileManager.default.moveItem(at: folder.url("a"), to: folder.url("b"))
    let outcome = try resume(kind, "run", in: folder.url("b"))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test(arguments: kinds.prefix(2)) func runsOfOlderVersionsGoOn(_ kind: Kind) throws {
    let folder = try begun(kind)
    let settings = try folder.read("a/run/settings.json")
    let older = settings.split(separator: "\n").filter { !$0.contains("\"path\" :") }
    #expect(older.count == settings.split(separator: "\n").count - 1)
    try folder.write(older.joined(separator: "\n") + "\n", to: "a/run/settings.json")
    let outcome = try resume(kind, "run", in: folder.url("a"))
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  /// What was in a grammar's file is in the run.
  @Test func grammarsAreInTheRun() throws {
    let kind = Kind(
      testDescription: "",
      begin: ["text", "train", "--grammar", "grammar", "--count", "40"] + Self.short,
      data: "grammar")
    let folder = try begun(kind)
    try FileManager.default.removeItem(at: folder.url("a/grammar"))
    let outcome = try resume(kind, "a/run", in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func textsAreMeasuredFromAnotherDirectory() throws {
    let folder = try begun(Self.kinds[1])
    let outcome = try Gumbel.run(
      ["text", "evaluate", "--checkpoint", "a/run", "--samples", "5", "--quiet"],
      in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func comparisonsGoOnWithTheSameImagesByAnotherPath() throws {
    let folder = try begun(Self.kinds[0])
    func compare(
      _ images: String, _ json: String, _ estimators: [String], in directory: URL
    ) throws -> Gumbel.Outcome {
      try Gumbel.run(
        ["vae", "compare", images, "--latent", "bernoulli:4", "--epochs", "1", "--samples", "2"]
          + ["--batch-size", "33", "--quiet", "--json", json, "--resume"]
          + estimators.flatMap { ["--estimator", $0] }, in: directory)
    }
    for (images, json, estimators, directory) in [
      ("images", "c.json", ["reinmax"], folder.url("a")),
      ("a/images", "a/c.json", ["reinmax", "rloo"], folder.folder),
    ] {
      let outcome = try compare(images, json, estimators, in: directory)
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
    let found = try folder.read("a/c.json")
    #expect(found.contains("reinmax") && found.contains("rloo"))
    try SmallImages.idx(220, side: 9).write(to: folder.url("a/images"))
    let other = try compare("images", "c.json", ["rloo"], in: folder.url("a"))
    #expect(other.errors.contains("is of a comparison with other options or data"))
  }
}
