import ArgumentParser
import SwiftGumbel

/// `--output` of a command that makes images.
struct ImageOutputOption: ParsableArguments {
  @Option(
    name: .shortAndLong,
    "Write a sheet of images as .png or .svg, or numbers from 0 to 1 as .npy.",
    valueName: "path", completion: .file())
  var output: String

  /// By the path's ending; nil where it is none of ours.
  var form: ImageOutput.Form? {
    // A sheet is what people look at, and most can be shown as PNG.
    output == StandardOutput.argument ? .png : ImageOutput.Form(rawValue: pathEnding(output))
  }

  func validate() throws {
    if form == nil {
      throw ValidationError("--output \(output): expected a name that ends in .png, .svg or .npy")
    }
  }

  /// Fails where the file could not be written.
  func open() throws -> ImageOutput {
    try OutputFile.checkWritable(output)
    return ImageOutput(path: output, form: form!)
  }
}

/// A file of images: a sheet as .png or .svg, or an array as .npy.
struct ImageOutput {
  enum Form: String { case png, svg, npy }

  let path: String
  let form: Form

  /// Whether numbers are written, in their own order, rather than a sheet.
  var isArray: Bool { form == .npy }

  /// Writes images; in an array, their extents come after `extents`.
  func write(_ sheet: ImageSheet, extents: [Int], title: String) throws {
    switch form {
    case .png:
      try OutputFile.write(sheet.bitmap(magnified: sheet.magnification).png(), to: path)
    case .svg: try OutputFile.write(sheet.drawing(title: title).svg(), to: path)
    case .npy:
      let image = sheet.image
      let last = image.channels == 1 ? [] : [image.channels]
      try OutputFile.write(
        NPYFile.bytes(sheet.pixels, shape: extents + [image.height, image.width] + last), to: path)
    }
  }
}
