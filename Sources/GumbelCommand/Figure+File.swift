import SwiftGumbel

/// The form of a picture, by the ending of its file's name in capitals or not.
enum PictureForm: String {
  case svg, png

  /// Nothing for another ending; SVG where there can be none: for `-`, standard output, and for
  /// pipes and devices.
  init?(path: String) {
    if isWithoutEnding(path) {
      self = .svg
    } else {
      self.init(rawValue: pathEnding(path))
    }
  }
}

/// Whether a path stands for something that has no name of its own.
func isWithoutEnding(_ path: String) -> Bool {
  path == StandardOutput.argument || path == "/dev/null" || path.hasPrefix("/dev/std")
    || path.hasPrefix("/dev/fd/")
}

/// What stands behind the last point of a path, in small letters.
func pathEnding(_ path: String) -> String {
  path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() } ?? ""
}

extension Figure {
  /// Whether a path says in which form to write a picture.
  static func hasForm(path: String) -> Bool { PictureForm(path: path) != nil }

  /// Writes the picture as SVG or PNG, by the path's ending; to standard output for `-`.
  func write(to path: String) throws {
    let target = StandardOutput.resolving(path)
    switch PictureForm(path: path) {
    case .png: try AtomicFile.write(png(), to: target)
    case .svg, nil: try AtomicFile.write(svg(), to: target)
    }
  }
}
