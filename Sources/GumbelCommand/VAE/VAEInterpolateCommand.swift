import ArgumentParser
import SwiftGumbel

struct VAEInterpolateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Show the way from one image to another through their codes.",
    discussion: """
      The parameters of the codes' distributions go from those of one image to those of the other \
      in equal steps, and the most probable code of each step is decoded: normal variables move \
      along a line, discrete ones flip one after another. A row of the sheet is one way. The \
      encoder is shown grey pixels as they are, unless --binarise says otherwise or the network was \
      trained with a threshold. --seed draws the pairs where --from and --to name none, and the \
      pixels of --binarise fixed.

      EXAMPLES
        gumbel vae interpolate fashion-mnist --checkpoint run --output ways.png
        gumbel vae interpolate digits --checkpoint run --from 3 --to 8 --output a.svg
      """)

  @OptionGroup(title: "Data") var input: VAEInputOptions
  @OptionGroup var model: TrainedRunOption<VAERun>
  @Option("The image to begin with, counted from 0; with --to.", valueName: "i") var from: Int?
  @Option("The image to end with.", valueName: "j") var to: Int?
  @Option("Pairs of images that are drawn, without --from. (default: 8)", valueName: "n")
  var pairs: Int?
  @Option("Images of a way, both ends included.", valueName: "n") var steps = 10
  @OptionGroup var file: ImageOutputOption
  @OptionGroup var pixels: VAEPixelOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  func validate() throws {
    try OptionChecks.count(steps, "--steps", from: 2, upTo: 1000)
    guard (from == nil) == (to == nil) else {
      throw ValidationError("--from and --to: expected both or none")
    }
    try OptionChecks.count(pairs, "--pairs", upTo: 10_000)
    if pairs != nil, from != nil {
      throw ValidationError("--pairs and --from: expected only one of them")
    }
  }

  func run() throws {
    try device.use()
    let output = try file.open()
    let (run, vae) = try model.load()
    let images = try input.load(
      for: run, checkpoint: model.checkpoint,
      pixels.binarisation(usually: run.binarisationWithoutDraws), seed: seed.number)
    let ends = try ends(count: images.count)
    let interpolate = device.function { (vae: VAE, ends: Pair<Tensor, Tensor>) in
      vae.interpolate(from: ends.first, to: ends.second, steps: steps)
    }
    let decoded = ends.flatMap { first, last in
      interpolate(vae, Pair(images.tensor(of: [first]), images.tensor(of: [last]))).scalars
    }
    try output.write(
      ImageSheet(decoded, image: run.image.sheet, columns: steps), extents: [ends.count, steps],
      title: "Ways from image to image")
  }

  private func ends(count: Int) throws -> [(Int, Int)] {
    if let from, let to {
      for (name, index) in [("--from", from), ("--to", to)] where !(0..<count).contains(index) {
        throw CommandFailure(
          "\(name) \(index): expected an image from 0 to \(count - 1)")
      }
      return [(from, to)]
    }
    let drawn = (0..<2).map { end in
      Tensor.permutation(count, key: seed.key.folding(in: end)).int32Scalars.map(Int.init)
    }
    return (0..<min(pairs ?? 8, count)).map { (drawn[0][$0], drawn[1][$0]) }
  }
}
