import Foundation
import Testing

/// `gumbel text train` against a discriminator.
@Suite struct TextAdversarialTests {
  private struct Output: Decodable {
    struct Epoch: Decodable, Equatable {
      let loss: Double
      let discriminatorLoss: Double?
    }
    struct Test: Decodable { let validity: Double? }
    let steps: Int
    let history: [Epoch]
    let test: Test?
  }

  /// Of 10 rounds an epoch, in a fraction of a second.
  private static let small = [
    "text", "train", "--grammar", "arithmetic", "--count", "200", "--max-length", "6",
    "--hidden", "16", "--embedding", "8", "--discriminator-hidden", "16", "--batch-size", "20",
    "--samples", "200", "--quiet",
  ]

  @Test func aPretrainedRunThatWasStoppedGoesOnToTheSameBits() throws {
    let folder = try TemporaryFolder()
    let arguments =
      Self.small + ["--objective", "pretrained-gan", "--epochs", "30", "--pretrain-epochs", "4"]
    let whole = try Gumbel.run(
      arguments + ["--checkpoint", "whole", "--json", "-"], in: folder.folder)
    #expect(whole.status == 0, "\(whole.errors)")
    let result = try decoded(Output.self, whole.output)
    #expect(result.steps == 300 && result.history.count == 30)
    // The discriminator rests until the fifth epoch.
    #expect(result.history[3].discriminatorLoss == 0)
    #expect((result.history[4].discriminatorLoss ?? 0) > 0)
    #expect(result.history[3].loss < result.history[0].loss)
    let stopped = try Gumbel.run(
      arguments + ["--checkpoint", "broken", "--save-every", "0"], in: folder.folder,
      interruptWhen: { folder.holds("broken/checkpoint.safetensors") })
    // Where this process had to wait for long, there was nothing left to stop.
    #expect([0, 130].contains(stopped.status), "\(stopped.errors)")
    let rest = try Gumbel.run(
      arguments + ["--checkpoint", "broken", "--resume"], in: folder.folder)
    #expect(rest.status == 0, "\(rest.errors)")
    let files = try ["whole", "broken"].map {
      try tensors(of: folder.url("\($0)/checkpoint.safetensors"))
    }
    #expect(files[0].names.count > 20)
    #expect(files[0].names == files[1].names)
    #expect(files[0].bytes == files[1].bytes)
    let other = try Gumbel.run(
      arguments + ["--checkpoint", "broken", "--resume", "--discriminator", "recurrent"],
      in: folder.folder)
    #expect(other.status == 1)
    #expect(other.errors.contains("--discriminator perceptron, found recurrent"))
    // What was trained can be drawn from like any other network.
    let generated = try Gumbel.run(
      ["text", "generate", "--checkpoint", "whole", "--count", "7"], in: folder.folder)
    #expect(generated.status == 0)
    #expect(generated.output.split(separator: "\n", omittingEmptySubsequences: false).count == 8)
  }

  @Test func everyDiscriminatorAndEstimatorRuns() throws {
    let folder = try TemporaryFolder()
    for extra in [
      [
        "--discriminator", "convolutional", "--estimator", "gumbel-softmax", "--penalty",
        "interpolated",
      ],
      ["--discriminator", "recurrent", "--estimator", "rloo", "--penalty", "real"],
      ["--discriminator-hidden", "8", "--estimator", "reinmax", "--temperature", "1.1"],
      ["--model", "transformer", "--adversarial-loss", "wasserstein", "--penalty", "none"],
    ] {
      let run = try Gumbel.run(
        Self.small + ["--objective", "gan", "--epochs", "2", "--report", "a.html", "--json", "-"]
          + extra, in: folder.folder)
      #expect(run.status == 0, "\(extra): \(run.errors)")
      let result = try decoded(Output.self, run.output)
      #expect(result.history.count == 2)
      #expect(result.test?.validity != nil)
      #expect(try folder.read("a.html").contains(extra[1]))
    }
  }

  @Test func mistakesAreNamed() throws {
    let folder = try TemporaryFolder()
    try folder.write(String(repeating: "ab cd\n", count: 300), to: "book.txt")
    let mistakes: [([String], String)] = [
      (
        ["text", "train", "book.txt", "--running", "--batch-size", "4", "--objective", "gan"],
        "--objective gan and --running: expected strings that end"
      ),
      (
        Self.small + ["--objective", "pretrained-gan", "--epochs", "5", "--pretrain-epochs", "5"],
        "--pretrain-epochs 5: expected fewer than the 5 epochs in all"
      ),
      (Self.small + ["--objective", "gan", "--final-temperature", "0"], "--final-temperature"),
      (Self.small + ["--objective", "gan", "--penalty-weight", "-1"], "--penalty-weight"),
      (
        Self.small + ["--objective", "gan", "--estimator", "rebar"],
        "--estimator rebar: it is of independent variables, and a symbol depends on those before "
          + "it; expected gumbel-softmax, straight-through-gumbel-softmax, "
      ),
      (
        Self.small + ["--objective", "gan", "--estimator", "nonsense"],
        "--estimator nonsense: there is no such estimator; expected gumbel-softmax, "
      ),
      (
        Self.small + ["--objective", "gan", "--batch-size", "1", "--estimator", "rloo"],
        "--batch-size 1: --estimator rloo compares the strings of a batch, expected 2 or more"
      ),
    ]
    for (arguments, message) in mistakes {
      let outcome = try Gumbel.run(arguments, in: folder.folder)
      #expect(outcome.status == 64)
      #expect(outcome.errors.contains(message), "\(outcome.errors)")
      #expect(outcome.errorLines.count == 1)
    }
  }
}
