import ArgumentParser
import SwiftGumbel

struct VAEGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make new images with a trained autoencoder.",
    discussion: """
      Codes are drawn from the prior; what is written are the means of their pixels.

      EXAMPLES
        gumbel vae generate --checkpoint run --count 64 --output samples.png
        gumbel vae generate --checkpoint run --count 1000 --output many.npy --seed 7
      """)

  @OptionGroup var model: TrainedRunOption<VAERun>
  @Option(name: .shortAndLong, "The number of images.", valueName: "n") var count = 64
  @OptionGroup var sheet: ImageSheetOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  func validate() throws { try OptionChecks.count(count, "--count", upTo: 1_000_000) }

  func run() throws {
    try device.use()
    let output = try sheet.open()
    let (run, vae) = try model.load()
    let generate = device.function { (vae: VAE, key: RandomKey) in vae.generate(count, key: key) }
    let pixels = generate(vae, seed.key).scalars
    try output.write(
      ImageSheet(pixels, image: run.image.sheet, columns: sheet.columnCount), extents: [count],
      title: "Samples")
  }
}

/// Where images are written, and how many stand in a row.
struct ImageSheetOptions: ParsableArguments {
  @OptionGroup private var file: ImageOutputOption
  @Option("Images in a row of the sheet. (default: 8)", valueName: "n") var columns: Int?

  var columnCount: Int { columns ?? 8 }

  func validate() throws {
    try OptionChecks.count(columns, "--columns", upTo: 1000)
    if let columns, file.form == .npy {
      throw ValidationError("--columns \(columns): an array has no rows of images; expected none")
    }
  }

  func open() throws -> ImageOutput { try file.open() }
}
