import ArgumentParser
import Gumbel

/// The images of a command.
struct ImageDataOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A named set, such as fashion-mnist (gumbel data lists them), an IDX, .npy or text file, or "
        + "a folder of PNG files."))
  var data: String
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The images' height, where a file has their pixels only.", valueName: "n"))
  var height: Int?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The images' width.", valueName: "n"))
  var width: Int?
  @Option(
    help: ArgumentHelp(
      "The column of a text that has labels, which are not used: none, first, last or its name.",
      valueName: "column"))
  var labelColumn: String?

  /// Training and test images.
  func load() throws -> ImageSplit {
    for (value, name) in [(height, "--height"), (width, "--width")] {
      if let value { try OptionChecks.count(value, name, upTo: 4096) }
    }
    let labels: ImageFileOptions.LabelColumn =
      switch labelColumn {
      case nil: .automatic
      case "none": .none
      case "first": .first
      case "last": .last
      case let name?: .named(name)
      }
    return try ImageSplit.load(
      data, options: ImageFileOptions(height: height, width: width, labels: labels),
      shouldStop: { Interruption.isRequested })
  }
}

extension ImageSet {
  /// The shape as networks know it.
  var shape: VAE.ImageShape { VAE.ImageShape(height: height, width: width, channels: channels) }
}
