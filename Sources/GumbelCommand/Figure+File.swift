import Gumbel

extension Figure {
  /// Whether a path's ending says in which form to write a picture.
  static func hasForm(path: String) -> Bool { path.hasSuffix(".svg") || path.hasSuffix(".png") }

  /// Writes the picture as SVG or PNG, by the path's ending.
  func write(to path: String) throws {
    if path.hasSuffix(".svg") {
      try AtomicFile.write(svg(), to: path)
    } else {
      try AtomicFile.write(png(), to: path)
    }
  }
}
