import Foundation
import Testing

@Suite struct VAETests {
  /// From images to a network, and to all that can be done with it.
  @Test func aNetworkIsTrainedAndUsed() throws {
    let folder = try SmallImages.folder()
    let trained = try Gumbel.run(
      SmallImages.training + [
        "--epochs", "40", "--learning-rate", "0.01", "--checkpoint", "run", "--json", "train.json",
        "--plot", "curves.svg",
        "--report", "report.html",
      ], in: folder.folder)
    #expect(trained.status == 0)
    #expect(trained.errors == "")
    #expect(trained.output.contains("importance-weighted bound, m = 5"))
    let training = try decoded(VAETrainOutput.self, folder.read("train.json"))
    #expect(training.epochs == 40 && training.steps == 240)
    // 64-32-(4x4)-32-64, with biases.
    #expect(training.parameters == 64 * 32 + 32 + 32 * 16 + 16 + 16 * 32 + 32 + 32 * 64 + 64)
    let (first, last) = (training.history[0], training.history[39])
    // A network that tells nothing about an image comes to -39.
    #expect(last.test.bound > first.test.bound + 4 && last.test.bound > -36)
    #expect(last.temperature < 0.51)
    #expect(try folder.read("metrics.jsonl", of: "run").split(separator: "\n").count == 40)

    try evaluationAgrees(with: training, in: folder)
    try picturesAreMade(in: folder)
    try codesAreWritten(in: folder)
    let report = try folder.read("report.html")
    #expect(report.contains("gumbel vae train images --latent categorical:4x4"))
    #expect(report.components(separatedBy: "src=\"data:image/png;base64,").count == 3)
    #expect(!report.contains("src=\"http") && !report.contains("<script "))
    #expect(report.components(separatedBy: "<script>").count == 2)
    #expect(try folder.read("curves.svg").hasPrefix("<svg"))
  }

  private func evaluationAgrees(
    with training: VAETrainOutput, in folder: TemporaryFolder
  ) throws {
    let evaluate = ["vae", "evaluate", "images", "--checkpoint", "run", "--quiet", "--json", "-"]
    let outcome = try Gumbel.run(evaluate + ["--samples", "5"], in: folder.folder)
    #expect(outcome.status == 0)
    let found = try decoded(VAEEvaluationOutput.self, outcome.output)
    #expect(found == training.test)
    #expect(found.images == 22 && found.samples == 5)
    #expect(abs(found.bound + found.reconstruction + found.kl) < 1e-9)
    // Both are of the same draws, and the mean of logarithms is below the logarithm of the mean;
    // only the divergence in closed form differs from that of the draws.
    #expect(found.importanceWeightedBound > found.bound - 0.5)
    let names = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(
      names?.keys.sorted() == [
        "bound", "images", "importanceWeightedBound", "kl", "reconstruction", "samples",
      ])
    let few = try Gumbel.run(
      evaluate + ["--samples", "2", "--images", "3", "--split", "all"], in: folder.folder)
    #expect(try decoded(VAEEvaluationOutput.self, few.output).images == 3)
  }

  /// What a training held out is a split of its own, and no part of what it was trained on.
  @Test func heldOutImagesAreASplit() throws {
    let folder = try SmallImages.folder()
    try SmallImages.idx(240, side: 8).write(to: folder.url("others"))
    for (name, options) in [("run", ["--validation", "0.2"]), ("whole", [])] {
      let trained = try Gumbel.run(
        SmallImages.training + ["--epochs", "1", "--checkpoint", name] + options,
        in: folder.folder)
      try #require(trained.status == 0, "\(trained.errors)")
    }
    func evaluate(_ data: String, _ split: String, _ checkpoint: String = "run") throws
      -> Gumbel.Outcome
    {
      try Gumbel.run(
        [
          "vae", "evaluate", data, "--checkpoint", checkpoint, "--split", split, "--samples", "2",
          "--quiet", "--json", "-",
        ], in: folder.folder)
    }
    func count(_ data: String, _ split: String, _ checkpoint: String = "run") throws -> Int {
      try decoded(VAEEvaluationOutput.self, evaluate(data, split, checkpoint).output).images
    }
    let (rest, heldOut) = (try count("images", "train"), try count("images", "validation"))
    #expect(rest + heldOut == 198)
    #expect(15...65 ~= heldOut)
    let settings = try folder.read("run/settings.json")
    #expect(settings.contains("\"trainCount\" : \(rest)"), "\(settings)")
    #expect(try count("images", "test") == 22)
    #expect(try count("images", "all") == 220)
    #expect(try count("images", "train", "whole") == 198)
    // A network has seen no image of other data.
    #expect(try count("others", "train") == 216)
    for (data, checkpoint, expected) in [
      ("images", "whole", "the run in whole held out nothing; expected one with --validation"),
      ("others", "run", "the run in run held out images of images, and others has others"),
    ] {
      let outcome = try evaluate(data, "validation", checkpoint)
      #expect(outcome.status == 1)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.contains(expected), "\(outcome.errors)")
    }
  }

  private func picturesAreMade(in folder: TemporaryFolder) throws {
    for (arguments, file, extents) in [
      (["generate", "--count", "9"], "samples.npy", "(9, 8, 8)"),
      (["reconstruct", "images", "--count", "5"], "pairs.npy", "(3, 5, 8, 8)"),
      (["interpolate", "images", "--pairs", "2", "--steps", "4"], "ways.npy", "(2, 4, 8, 8)"),
      (["interpolate", "images", "--from", "0", "--to", "21"], "way.npy", "(1, 10, 8, 8)"),
      (["generate"], "samples.png", ""), (["generate"], "samples.svg", ""),
      (["reconstruct", "images", "--sample", "--columns", "5"], "pairs.svg", ""),
    ] {
      let outcome = try Gumbel.run(
        ["vae"] + arguments + ["--checkpoint", "run", "--output", file], in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.output == "")
      let bytes = try Data(contentsOf: folder.url(file))
      if file.hasSuffix(".npy") {
        let header = String(decoding: bytes.prefix(128), as: UTF8.self)
        #expect(header.contains("'shape': \(extents)"), "\(header)")
      } else if file.hasSuffix(".png") {
        #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
      } else {
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("<svg"))
      }
    }
  }

  private func codesAreWritten(in folder: TemporaryFolder) throws {
    for (option, extents, type) in [
      ([], "(22, 4)", "<i4"), (["--hard"], "(22, 4)", "<i4"),
      (["--probabilities", "--split", "train"], "(198, 16)", "<f4"),
    ] {
      let outcome = try Gumbel.run(
        ["vae", "encode", "images", "--checkpoint", "run", "--output", "codes.npy"] + option,
        in: folder.folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let bytes = try Data(contentsOf: folder.url("codes.npy"))
      let header = String(decoding: bytes.prefix(128), as: UTF8.self)
      #expect(header.contains("'shape': \(extents)") && header.contains(type), "\(header)")
    }
  }

  /// Every kind of code and of estimator, and what goes with it, trains and can be used.
  @Test(arguments: [
    ["--latent", "gaussian:3"],
    ["--latent", "gaussian:2", "--prior", "learned", "--samples", "3", "--kl", "relaxed"],
    ["--latent", "bernoulli:6", "--estimator", "rloo", "--states", "-1,1"],
    ["--latent", "bernoulli:6", "--estimator", "disarm", "--binarise", "fixed"],
    ["--latent", "categorical:3x4", "--estimator", "vimco", "--samples", "4"],
    ["--latent", "categorical:3x4", "--kl", "relaxed", "--prior-temperature", "0.4"],
    ["--latent", "gaussian:2+categorical:2x3+bernoulli:2", "--estimator", "reinmax"],
    ["--likelihood", "gaussian", "--kl-weight", "0.5", "--kl-warm-up", "1"],
    ["--likelihood", "gaussian:0.2", "--binarise", "threshold:0.3", "--encoder", "linear"],
    ["--temperature", "1", "--anneal-rate", "0.01", "--final-temperature", "0.5"],
  ])
  func everyKindTrains(options: [String]) throws {
    let folder = try SmallImages.folder()
    let outcome = try Gumbel.run(
      SmallImages.training + options + ["--epochs", "2", "--checkpoint", "run", "--json", "-"],
      in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let output = try decoded(VAETrainOutput.self, outcome.output)
    #expect(output.history.count == 2)
    #expect(output.test?.bound.isFinite == true)
    let encoded = try Gumbel.run(
      ["vae", "encode", "images", "--checkpoint", "run", "--output", "codes.npy"],
      in: folder.folder)
    #expect(encoded.status == 0, "\(encoded.errors)")
  }
}

extension TemporaryFolder {
  func read(_ name: String, of directory: String) throws -> String {
    try read(directory + "/" + name)
  }
}
