import Foundation
import Testing

/// Options beside `--resume` come to those that a run was begun with.
@Suite struct ResumedOptionTests {
  private static let text = [
    "text", "train", "--grammar", "arithmetic", "--count", "100", "--max-length", "5", "--hidden",
    "8", "--embedding", "4", "--batch-size", "50", "--samples", "10", "--epochs", "1", "--quiet",
  ]
  private static let images = SmallImages.training + ["--epochs", "2"]
  private static let learn = ["learn", "s.txt", "--epochs", "2", "--rounds", "2", "--quiet"]

  struct Run: CustomTestStringConvertible {
    let command: [String]
    /// Fits beside the options of the run, and would not fit alone.
    let fitting: [String]
    let contradicting: (options: [String], message: String)
    var testDescription: String { command.prefix(2).joined(separator: " ") }
  }

  private static let runs = [
    Run(
      command: text + ["--objective", "gan", "--temperature", "2"],
      fitting: ["--temperature", "2"],
      contradicting: (["--heads", "2"], "--heads 2: expected --model transformer")),
    Run(
      command: text + ["--model", "transformer", "--heads", "2"], fitting: ["--heads", "2"],
      contradicting: (["--heads", "3"], "--heads 3: expected a divisor of --hidden, 8")),
    Run(
      command: images + ["--kl-warm-up", "2", "--kl", "relaxed", "--prior-temperature", "0.7"],
      fitting: ["--prior-temperature", "0.7"],
      contradicting: (["--latent", "gaussian:2", "--states", "0,1"], "no discrete variables")),
    Run(
      command: learn + ["--categories", "a,b", "--discriminator", "mlp", "--hidden", "4"],
      fitting: ["--categories", "a,b"],
      contradicting: (["--discriminator", "logistic"], "--hidden 4: a logistic discriminator")),
  ]

  @Test(arguments: runs.indices)
  func optionsAreCheckedBesideThoseOfTheRun(_ index: Int) throws {
    let run = Self.runs[index]
    let folder = try SmallImages.folder()
    try folder.write(String(repeating: "a\nb\n", count: 20), to: "s.txt")
    let kept = ["--checkpoint", "run"]
    let begun = try Gumbel.run(
      run.command + kept + ["--json", "-", "--plot", "a.svg"], in: folder.folder)
    #expect(begun.status == 0, "\(begun.errors)")
    let name = Array(run.command.prefix { !["--grammar", "images", "s.txt"].contains($0) })
    let resumed = name + kept + ["--resume", "--quiet"]
    // Standard output was the JSON's, and is now the picture's.
    let again = try Gumbel.run(resumed + run.fitting + ["--plot", "-"], in: folder.folder)
    #expect(again.status == 0, "\(again.errors)")
    #expect(again.output.hasPrefix("<svg"))
    #expect(try folder.read("a.svg").hasPrefix("<svg"))
    let wrong = try Gumbel.run(resumed + run.contradicting.options, in: folder.folder)
    #expect(wrong.status == 64)
    #expect(wrong.errors.contains(run.contradicting.message), "\(wrong.errors)")
    #expect(wrong.errorLines.count == 1)
    // Fewer epochs than the run has are no mistake of its other options.
    let fewer = try Gumbel.run(resumed + ["--epochs", "1"], in: folder.folder)
    #expect(fewer.status == (run.command[0] == "text" ? 0 : 1))
    #expect(fewer.errors.isEmpty || fewer.errors.contains("expected as many, or more"))
  }

  /// Where nothing is kept yet, the options are those of a beginning.
  @Test func optionsThatBeginARunAreCheckedAsAWhole() throws {
    let folder = try TemporaryFolder()
    let kept = ["--checkpoint", "run", "--resume"]
    for (arguments, message) in [
      (Self.text + ["--heads", "2"], "--heads 2: expected --model transformer"),
      (["text", "train"], "no data: expected a named set"),
      (["vae", "train"], "no data: expected a named set"),
      (["vae", "train", "images", "--states", "0,2"], "--states 0,2: expected"),
    ] {
      let outcome = try Gumbel.run(arguments + kept, in: folder.folder)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(try folder.names() == [])
    }
  }
}
