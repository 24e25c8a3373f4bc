import Foundation
import Testing

/// Every mistake is one line that says what, where and what was expected.
@Suite struct VAEMistakeTests {
  static let training: [(arguments: [String], message: String)] = [
    (["nowhere"], "nowhere: no such file or folder, and no set of this name"),
    (["empty"], "empty"),
    (["short"], "short"),
    (["images", "--latent", "gaussian"], "--latent gaussian: expected gaussian:32"),
    (["images", "--latent", "categorical:20"], "--latent categorical:20: expected"),
    (["images", "--latent", "bernoulli:-3"], "--latent bernoulli:-3: expected"),
    (["images", "--estimator", "nonsense"], "no estimator nonsense for categorical:20x10"),
    (["images", "--estimator", "arm"], "no estimator arm for categorical:20x10, expected one of"),
    (
      ["images", "--latent", "gaussian:4", "--estimator", "rloo"],
      "--estimator rloo: --latent gaussian:4 has no discrete variables"
    ),
    (["images", "--estimator", "vimco"], "vimco with a bound of 1 sample, expected at least 2"),
    (["images", "--estimator", "exact"], "the exact estimator with the joint states"),
    (["images", "--encoder", "mlp:0"], "--encoder mlp:0: expected linear"),
    (["images", "--decoder", "deep"], "--decoder deep: expected linear"),
    (["images", "--likelihood", "poisson"], "--likelihood poisson: expected bernoulli"),
    (["images", "--prior", "none"], "--prior none: expected fixed or learned"),
    (["images", "--kl", "exact"], "--kl exact: expected analytic or relaxed"),
    (["images", "--states", "0,2"], "--states 0,2: expected 0,1 or -1,1"),
    (["images", "--binarise", "often"], "--binarise often: expected none, threshold"),
    (["images", "--binarise", "threshold:2"], "--binarise threshold:2: expected"),
    (["images", "--epochs", "-1"], "--epochs -1: expected a whole number from 0"),
    (["images", "--batch-size", "0"], "--batch-size 0: expected a whole number from 1"),
    (["images", "--batch-size", "500"], "--batch-size 500: there are 198 training images"),
    (["images", "--learning-rate", "-1"], "--learning-rate -1: expected a number above 0"),
    (["images", "--learning-rate", "nan"], "--learning-rate nan: expected a number above 0"),
    (["images", "--temperature", "0"], "--temperature 0: expected a number above 0"),
    (["images", "--samples", "0"], "--samples 0: expected a whole number from 1"),
    (["images", "--test-samples", "0"], "--test-samples 0: expected a whole number from 1"),
    (["images", "--kl-weight", "-2"], "--kl-weight -2: expected a number from 0"),
    (["images", "--save-every", "-2"], "--save-every -2: expected a number from 0"),
    (["images", "--plot", "a.gif"], "--plot a.gif: expected a name that ends in .svg or .png"),
    (["images", "--json", "no/such/place.json"], "no/such/place.json"),
    (["images", "--report", "no/such/page.html"], "no/such/page.html"),
    (["images", "--report", "."], "--report .: expected a name that ends in .html"),
    (["images", "--resume"], "--resume: expected --checkpoint"),
    (["images", "--overwrite"], "--overwrite: expected --checkpoint"),
    (
      ["images", "--resume", "--overwrite", "--checkpoint", "a"],
      "--resume and --overwrite: expected one of them"
    ),
    (["images", "--resume", "--checkpoint", "none"], "none: does not exist"),
    (["images", "--checkpoint", "images"], "images: is not a directory"),
  ]

  @Test func mistakesInTraining() throws {
    let folder = try SmallImages.folder()
    try Data().write(to: folder.url("empty"))
    try SmallImages.idx(50).prefix(1000).write(to: folder.url("short"))
    for (arguments, message) in Self.training {
      try expectFailure(
        ["vae", "train"] + arguments + ["--quiet"], message,
        status: message.contains("expected a name that ends in") ? 64 : 1, in: folder)
    }
  }

  @Test func mistakesWithATrainedNetwork() throws {
    let folder = try SmallImages.folder()
    try SmallImages.idx(30, side: 5).write(to: folder.url("smaller"))
    try folder.write("not ours", to: "text")
    let trained = try Gumbel.run(
      SmallImages.training + [
        "--epochs", "1", "--checkpoint", "run", "--latent", "gaussian:2",
      ], in: folder.folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let output = ["--output", "a.npy"]
    let mistakes: [([String], String)] = [
      (
        ["evaluate", "smaller", "--checkpoint", "run"],
        "smaller: found images of 5x5, expected 8x8, on which the network in run was trained"
      ),
      (["evaluate", "images", "--checkpoint", "none"], "none: holds no run that can be read"),
      (["evaluate", "images", "--checkpoint", "run", "--samples", "0"], "--samples 0: expected"),
      (["evaluate", "images", "--checkpoint", "run", "--images", "0"], "--images 0: expected"),
      (
        ["generate", "--checkpoint", "run", "--output", "a.gif"],
        "--output a.gif: expected a name that ends in .png, .svg or .npy"
      ),
      (["generate", "--checkpoint", "run", "--count", "0"] + output, "--count 0: expected"),
      (["generate", "--checkpoint", "run", "--output", "no/such/a.png"], "no/such/a.png"),
      (["reconstruct", "smaller", "--checkpoint", "run"] + output, "found images of 5x5"),
      (
        ["interpolate", "images", "--checkpoint", "run", "--from", "3"] + output,
        "--from and --to: expected both or none"
      ),
      (
        ["interpolate", "images", "--checkpoint", "run", "--from", "3", "--to", "22"] + output,
        "--to 22: expected an image from 0 to 21"
      ),
      (
        ["encode", "images", "--checkpoint", "run", "--hard"] + output,
        "--hard: the codes in run are gaussian:2; expected discrete ones"
      ),
      (
        ["encode", "images", "--checkpoint", "run", "--hard", "--probabilities"] + output,
        "--hard and --probabilities: expected one of them"
      ),
      (
        ["encode", "images", "--checkpoint", "run", "--output", "a.csv"],
        "--output a.csv: expected a name that ends in .npy"
      ),
    ]
    for (arguments, message) in mistakes {
      try expectFailure(["vae"] + arguments, message, in: folder)
    }
    try folder.write("{\"format\": \"another\"}", to: "run/settings.json")
    try expectFailure(
      ["vae", "generate", "--checkpoint", "run"] + output,
      "run/settings.json: found the format \"another\", expected \"gumbel vae 2\"; go on with the version",
      in: folder)
  }

  private func expectFailure(
    _ arguments: [String], _ message: String, status: Int32 = 1, in folder: TemporaryFolder
  ) throws {
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    // What the options alone show is a mistake of usage; what files show is not.
    let isOfData = ["there are 198", "an image from 0 to", "the codes in run"].contains {
      message.contains($0)
    }
    let isOfUsage =
      message.hasPrefix("--") && !isOfData
      || ["no estimator", "vimco with", "the exact estimator"].contains { message.contains($0) }
    #expect(
      outcome.status == (isOfUsage ? 64 : status), "\(arguments): \(outcome.errors)")
    #expect(outcome.output == "", "\(arguments)")
    #expect(outcome.errorLines.count == 1, "\(arguments): \(outcome.errors)")
    #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
  }
}
