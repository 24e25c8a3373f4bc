import ArgumentParser
import SwiftGumbel

struct VAEEncodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "Write the codes of images as an array.",
    discussion: """
      A row an image, in the order of the data. --hard writes the most probable class of each \
      discrete variable as a whole number; --probabilities writes the means of the code's values: \
      of a binary variable its probability, of a categorical one that of each class, of a normal \
      one its mean. Without either, codes are hard unless some are normal.

      Nothing is drawn: the encoder is shown grey pixels as they are, as the probabilities of \
      white, also where the network was trained on pixels drawn black or white; one that was trained \
      with a threshold is shown pixels by that threshold. --binarise fixed draws them, by --seed; \
      seed 0 gives the pixels on which gumbel vae evaluate measures.

      EXAMPLES
        gumbel vae encode fashion-mnist --checkpoint run --output codes.npy
        gumbel vae encode mnist-5k --checkpoint run --probabilities --output p.npy
      """)

  @OptionGroup(title: "Data") var input: VAEInputOptions
  @OptionGroup var model: TrainedRunOption<VAERun>
  @Option(name: .shortAndLong, "The array to write: .npy.", valueName: "path", completion: .file())
  var output: String
  @Flag(help: "Write classes: int32, a column a variable.") var hard = false
  @Flag(help: "Write the means of the values: float32.") var probabilities = false
  @OptionGroup var pixels: VAEPixelOptions
  @OptionGroup var seed: EvaluationSeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  func validate() throws {
    guard pathEnding(output) == "npy" || output == StandardOutput.argument else {
      throw ValidationError("--output \(output): expected a name that ends in .npy")
    }
    if hard, probabilities {
      throw ValidationError("--hard and --probabilities: expected one of them")
    }
  }

  func run() throws {
    try device.use()
    try OutputFile.checkWritable(output)
    let (run, vae) = try model.load()
    let latents = run.settings.latents
    let areAllDiscrete = latents.allSatisfy(\.isDiscrete)
    if hard, !areAllDiscrete {
      throw CommandFailure(
        "--hard: the codes in \(model.checkpoint) are \(latents.text); expected discrete ones, or "
          + "--probabilities")
    }
    let images = try input.load(
      for: run, checkpoint: model.checkpoint,
      pixels.binarisation(usually: run.binarisationWithoutDraws), seed: seed.number)
    var classes: [Int32] = []
    var means: [Float] = []
    let areHard = hard || areAllDiscrete && !probabilities
    let encode = device.function { (vae: VAE, pixels: Tensor) in
      let groups = vae.encode(pixels)
      return Tensor.concatenated(groups.map { areHard ? $0.codes! : $0.means }, along: 1)
    }
    for start in stride(from: 0, to: images.count, by: 1000) {
      if Interruption.isRequested {
        throw CommandEnd.stop(
          "after \(start) of \(images.count) images; nothing was written")
      }
      let range = start..<min(start + 1000, images.count)
      let codes = encode(vae, images.tensor(of: range))
      if areHard { classes += codes.int32Scalars } else { means += codes.scalars }
    }
    let bytes =
      areHard
      ? NPYFile.bytes(classes, shape: [images.count, classes.count / images.count])
      : NPYFile.bytes(means, shape: [images.count, means.count / images.count])
    try OutputFile.write(bytes, to: output)
  }
}
