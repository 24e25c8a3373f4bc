import ArgumentParser
import Gumbel

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

  @OptionGroup var model: VAEModelOptions
  @Option(
    name: .shortAndLong, parsing: .unconditional,
    help: ArgumentHelp("The number of images.", valueName: "n"))
  var count = 64
  @OptionGroup var sheet: ImageSheetOptions
  @OptionGroup var seed: SeedOption

  func run() throws {
    let output = try sheet.checked()
    try OptionChecks.count(count, "--count", upTo: 1_000_000)
    let (run, vae) = try model.load()
    let pixels = vae.generate(count, key: seed.key).scalars
    try output.write(
      ImageSheet(pixels, image: run.image, columns: sheet.columnCount), extents: [count],
      title: "Samples")
  }
}

/// Where images are written, and how many stand in a row.
struct ImageSheetOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    parsing: .unconditional,
    help: ArgumentHelp(
      "Write a sheet of images as .png or .svg, or numbers from 0 to 1 as .npy.",
      valueName: "path"), completion: .file())
  var output: String
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images in a row of the sheet. (default: 8)", valueName: "n"))
  var columns: Int?

  var columnCount: Int { columns ?? 8 }

  func checked() throws -> ImageOutput {
    let output = try ImageOutput(output)
    if let columns {
      try OptionChecks.count(columns, "--columns", upTo: 1000)
      if output.isArray {
        throw ValidationError("--columns \(columns): an array has no rows of images; expected none")
      }
    }
    return output
  }
}
