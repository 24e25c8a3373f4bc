import ArgumentParser
import Gumbel

/// A file of images: a sheet as .png or .svg, or an array as .npy.
struct ImageOutput {
  fileprivate enum Form: String { case png, svg, npy }

  let path: String
  fileprivate let form: Form

  /// Throws unless the path's ending is one of ours and the file can be written.
  init(_ path: String) throws {
    // A sheet is what people look at, and most can be shown as PNG.
    let ending =
      path == StandardOutput.argument
      ? "png" : path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() }
    guard let form = ending.flatMap(Form.init) else {
      throw ValidationError("--output \(path): expected a name that ends in .png, .svg or .npy")
    }
    try OutputFile.checkWritable(path)
    self.path = path
    self.form = form
  }

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

extension ImageOutput {
  /// Whether numbers are written, in their own order, rather than a sheet.
  var isArray: Bool { form == .npy }
}
