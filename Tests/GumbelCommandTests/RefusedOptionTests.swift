import Foundation
import Testing

/// What the library would refuse, what no machine has and what would not be heeded is said in one
/// line before anything begins.
@Suite struct RefusedOptionTests {
  private static let text = ["text", "train", "--grammar", "arithmetic"]
  private static let gan = text + ["--objective", "gan"]
  private static let images = ["vae", "train", "images"]

  @Test(arguments: [
    (text + ["--max-length", "1001"], "--max-length 1001: expected a whole number from 1 to 1000"),
    (text + ["--hidden", "65536", "--layers", "64"], "billion parameters needs at least"),
    (gan + ["--discriminator-hidden", "65536", "--hidden", "65536"], "needs at least"),
    (images + ["--encoder", "mlp:65536,65536,65536,65536,65536,65536"], "needs at least"),
    (images + ["--latent", "categorical:1024x1024", "--encoder", "mlp:65536"], "needs at least"),
    (
      ["vae", "compare", "images", "--task", "structured", "--latent", "bernoulli:1048576"],
      "needs at least"
    ),
    (gan + ["--clip", "-1"], "--clip -1: expected"),
    (text + ["--heads", "2"], "--heads 2: expected --model transformer"),
    (text + ["--estimator", "reinmax"], "--estimator: there is no discriminator"),
    (text + ["--penalty-weight", "2"], "--penalty-weight: there is no discriminator"),
    (gan + ["--pretrain-epochs", "2"], "--pretrain-epochs 2: expected --objective pretrained-gan"),
    (gan + ["--penalty", "none", "--penalty-weight", "2"], "--penalty none is not weighed"),
    (text + ["--test-fraction", "0.2"], "--test-fraction 0.2: not with --grammar"),
    (["text", "train", "words", "--count", "3"], "--count 3: expected --grammar"),
    (images + ["--anneal", "linear", "--anneal-rate", "0.1"], "--anneal and --anneal-rate"),
    (
      images + ["--temperature", "1", "--anneal", "linear"],
      "--anneal: with --temperature alone it is constant"
    ),
    (images + ["--latent", "gaussian:2", "--temperature", "1"], "have no temperature"),
    (images + ["--estimator", "rloo", "--anneal-every", "2"], "have no temperature"),
    (images + ["--estimator-draws", "3"], "--estimator-draws 3: expected --estimator with one of"),
    (images + ["--prior-temperature", "1"], "--prior-temperature 1: expected --kl relaxed"),
    (
      ["vae", "compare", "images", "--task", "structured", "--encoder", "mlp:4"],
      "--encoder: expected --task vae"
    ),
    (
      ["vae", "compare", "images", "--task", "structured", "--anneal-rate", "0.1"],
      "--anneal-rate: expected --task vae"
    ),
    (images + ["--latent", "gaussian:2", "--states", "0,1"], "no discrete variables"),
  ])
  func options(_ arguments: [String], _ message: String) throws {
    let folder = try SmallImages.folder()
    let isRun = arguments[1] == "train"
    let outcome = try Gumbel.run(
      arguments + (isRun ? ["--checkpoint", "run", "--quiet"] : ["--quiet"]), in: folder.folder)
    #expect(outcome.status == 1 || outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: folder.url("run").path))
  }

  @Test(arguments: [
    SmallImages.training,
    [
      "text", "train", "--grammar", "arithmetic", "--count", "100",
      "--hidden", "8", "--batch-size", "20", "--samples", "10",
    ],
  ])
  func epochsAreSaidAsTheyEndAndThatNothingIsKept(_ arguments: [String]) throws {
    let folder = try SmallImages.folder()
    let outcome = try Gumbel.run(
      arguments.filter { $0 != "--quiet" } + ["--epochs", "2"], in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("without --checkpoint the trained network will not be kept"))
    #expect(outcome.errors.contains("epoch 1 of 2  "))
    #expect(outcome.errors.contains("epoch 2 of 2  "))
    let quiet = try Gumbel.run(arguments + ["--epochs", "1", "--quiet"], in: folder.folder)
    #expect(quiet.status == 0)
    #expect(quiet.errors == "")
  }
}

/// What the options alone show is said before any work: data that are not there are not missed, and
/// draws without end do not begin.
@Suite struct EarlyRefusalTests {
  private static let endless = ["--count", "100000000"]

  @Test(arguments: [
    (
      ["text", "train", "nowhere", "--objective", "gan", "--discriminator-hidden", "65536"],
      "needs at least"
    ),
    (
      ["text", "train", "nowhere", "--objective", "gan", "--running"],
      "--objective gan and --running: expected strings that end"
    ),
    (
      [
        "text", "train", "nowhere", "--objective", "pretrained-gan", "--epochs", "5",
        "--pretrain-epochs", "5",
      ], "--pretrain-epochs 5: expected fewer than the 5 epochs in all"
    ),
    (
      [
        "text", "train", "nowhere", "--objective", "gan", "--estimator", "rloo", "--batch-size",
        "1",
      ],
      "--batch-size 1: --estimator rloo compares the strings of a batch"
    ),
    (
      ["text", "train", "--grammar", "arithmetic", "--batch-size", "1", "--epochs", "1000000"]
        + endless, "--epochs 1000000: of 100000000 steps each, expected at most 21"
    ),
    (
      [
        "text", "train", "--grammar", "arithmetic", "--objective", "gan", "--max-length", "999",
        "--batch-size", "1000000", "--discriminator-hidden", "2",
      ] + endless, "needs at least"
    ),
    (
      ["text", "train", "--grammar", "arithmetic", "--batch-size", "301", "--count", "300"],
      "--batch-size 301: there are 300 training strings"
    ),
    (["text", "train", "nowhere", "--checkpoint", "run"], "run: holds a run already"),
    (["vae", "train", "nowhere", "--checkpoint", "run"], "run: holds a run already"),
    (["text", "train", "nowhere", "--checkpoint", "no", "--resume"], "no: does not exist"),
    (["text", "grammar", "LINES"] + endless, "strings hold line ends and are printed one a line"),
    (
      ["text", "evaluate", "--checkpoint", "run", "--grammar", "LINES"] + endless,
      "LINES: other characters than those of the network"
    ),
    (["data", "nowhere", "--json", "no/place.json"], "no/place.json"),
  ])
  func before(_ arguments: [String], _ message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("S -> 'a' | S '\\n' S\n", to: "LINES")
    let run = try Gumbel.run(
      [
        "text", "train", "--grammar", "arithmetic", "--count", "40", "--hidden", "4",
        "--embedding", "4", "--epochs", "0", "--samples", "1", "--quiet", "--checkpoint", "run",
      ], in: folder.folder)
    #expect(run.status == 0, "\(run.errors)")
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    #expect([1, 64].contains(outcome.status))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
  }
}
