import ArgumentParser
import SwiftGumbel

struct VAEReconstructCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reconstruct",
    abstract: "Show images beside what is left of them in their codes.",
    discussion: """
      Encodes images and decodes the most probable codes. A sheet has rows of images, below each \
      the same made black or white, by default where the network was trained on such and as there, \
      and then the reconstructions; in an array, all images come first, and all reconstructions last. \
      --seed draws the codes of --sample and the pixels of --binarise fixed.

      EXAMPLES
        gumbel vae reconstruct fashion-mnist --checkpoint run --output pairs.png
        gumbel vae reconstruct fashion-mnist --checkpoint run --output pairs.npy
      """)

  @OptionGroup(title: "Data") var input: VAEInputOptions
  @OptionGroup var model: TrainedRunOption<VAERun>
  @Option(name: .shortAndLong, "Take the first n images.", valueName: "n") var count = 32
  @Flag(help: "Draw codes rather than take the most probable ones.") var sample = false
  @OptionGroup var sheet: ImageSheetOptions
  @OptionGroup var pixels: VAEPixelOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  func validate() throws { try OptionChecks.count(count, "--count", upTo: 1_000_000) }

  func run() throws {
    try device.use()
    let output = try sheet.open()
    let (run, vae) = try model.load()
    let originals = try input.originals(for: run, checkpoint: model.checkpoint)
    let binarisation = pixels.binarisation(usually: run.trainedBinarisation)
    // By default, the pixels are those on which the network is evaluated.
    let images = originals.binarisedForTesting(
      binarisation, seed: pixels.binarise == nil ? 0 : seed.number)
    let count = min(count, images.count)
    let shown = images.tensor(of: 0..<count)
    let reconstruct = device.function { (vae: VAE, input: Pair<Tensor, RandomKey>) in
      vae.reconstruct(input.first, by: sample ? .sample(key: input.second) : .mode)
    }
    let found = reconstruct(vae, Pair(shown, seed.key))
    let lists = ImageSheet.differing(
      [originals.pixels(of: 0..<count), shown.scalars, found.scalars])
    let columns = min(sheet.columnCount, count)
    try output.write(
      ImageSheet(
        output.isArray
          ? lists.flatMap(\.self)
          : ImageSheet.interleaved(lists, image: run.image.sheet, columns: columns),
        image: run.image.sheet, columns: columns), extents: [lists.count, count],
      title: "Reconstructions"
    )
  }
}
