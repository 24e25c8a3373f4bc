import ArgumentParser
import SwiftGumbel

struct VAEEvaluateCommand: WorkSharingCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how well a trained autoencoder describes images.",
    discussion: """
      All is measured with hard samples and given in nats an image. bound is the evidence lower \
      bound of log p(x), so bound = -(reconstruction + kl), and more is better; tables of negative \
      log-likelihoods show it without the sign. importanceWeightedBound comes closer to log p(x) \
      the more samples it takes. With a Bernoulli likelihood, pixels are made black or white as \
      in training, drawn once and for every network the same.

      EXAMPLES
        gumbel vae evaluate fashion-mnist --checkpoint run
        gumbel vae evaluate fashion-mnist --checkpoint run --samples 100 --json -
        mpirun -n 4 gumbel vae evaluate fashion-mnist --checkpoint run
      """)

  @OptionGroup(title: "Data") var input: VAEInputOptions
  @OptionGroup var model: TrainedRunOption<VAERun>
  @Option("Draws an image for the importance-weighted bound.", valueName: "m") var samples = 1000
  @Option("Take the first n images only.", valueName: "n") var images: Int?
  @OptionGroup var seed: EvaluationSeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var output: JSONOption
  @OptionGroup var progress: ProgressOption

  func validate() throws {
    try OptionChecks.count(samples, "--samples", upTo: 1_000_000)
    try OptionChecks.count(images, "--images")
  }

  func run() throws {
    try Processes.join("gumbel vae evaluate")
    try device.use(quiet: progress.isQuiet)
    try output.checkWritable()
    let (run, vae) = try model.load()
    var set = try input.load(
      for: run, checkpoint: model.checkpoint, run.trainedBinarisation)
    if let images, images < set.count { set = set.subset(0..<images) }
    guard
      let result = try VAEEvaluationResult.measure(
        vae, on: set, samples: samples, key: seed.key, quiet: progress.isQuiet)
    else {
      if !Processes.isFirst { throw ExitCode(Interruption.exitStatus) }
      throw CommandEnd.stop("before all was measured; nothing was written")
    }
    if Processes.isFirst { try output.write(result, or: result.table) }
  }
}

extension VAEEvaluationResult {
  /// Measures with a progress bar, all processes together; nil if that was stopped.
  static func measure(
    _ vae: VAE, on images: ImageSet, samples: Int, key: RandomKey, quiet: Bool
  ) throws -> VAEEvaluationResult? {
    let progress = quiet ? nil : ProgressBar(title: "measuring", unit: "images")
    progress?.start(at: 0, of: images.count)
    do {
      let found = try vae.evaluate(
        among: Processes.group, count: images.count, samples: samples, key: key,
        pixels: { images.tensor(of: $0) },
        progress: { done in
          progress?.update(done, metrics: [])
          try Interruption.check()
        })
      progress?.finish()
      return VAEEvaluationResult(
        bound: found.bound, importanceWeightedBound: found.importanceWeightedBound,
        samples: found.samples, reconstruction: found.reconstruction, kl: found.divergence,
        images: found.images)
    } catch is Interruption.Abandoned {
      return nil
    }
  }
}
