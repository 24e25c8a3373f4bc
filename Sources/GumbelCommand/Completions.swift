import ArgumentParser
import GumbelFiles
import GumbelPJRT
import SwiftGumbel

/// What a shell proposes for a value. The shell asks the command itself, so that a name that is new
/// here needs no new script there.
extension CompletionKind {
  /// Named sets of images, and paths.
  static var imageData: CompletionKind { names { ImageCatalog.sets.map(\.name) } }
  /// Named sets of texts, and paths.
  static var textData: CompletionKind { names { TextCatalog.sets.map(\.name) } }
  /// Both.
  static var anyData: CompletionKind {
    names { ImageCatalog.sets.map(\.name) + TextCatalog.sets.map(\.name) }
  }
  /// Built-in grammars, and paths.
  static var grammar: CompletionKind { names { Grammar.builtIn.map(\.name) } }
  /// Gradient estimators.
  static var estimator: CompletionKind {
    .custom { _, _, prefix in
      var names = OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
      for name in Bernoulli<Tensor>.builtInEstimators.map(\.name) where !names.contains(name) {
        names.append(name)
      }
      return names.filter { $0.hasPrefix(prefix) }
    }
  }
  /// Kinds of device, and paths of plug-ins.
  static var device: CompletionKind {
    names { ["host"] + PluginSearch.Kind.allCases.map(\.rawValue) }
  }
  static var json: CompletionKind { .file(extensions: ["json"]) }
  static var picture: CompletionKind { .file(extensions: ["svg", "png"]) }
  static var page: CompletionKind { .file(extensions: ["html"]) }

  private static func names(_ names: @Sendable @escaping () -> [String]) -> CompletionKind {
    .custom { _, _, prefix in names().filter { $0.hasPrefix(prefix) } + paths(prefix) }
  }

  /// The files and folders whose paths begin with a text.
  private static func paths(_ prefix: String) -> [String] {
    let end = prefix.lastIndex(of: "/").map { prefix.index(after: $0) } ?? prefix.startIndex
    let (folder, start) = (prefix[..<end], prefix[end...])
    return (allEntries(folder.isEmpty ? "." : String(folder)) ?? []).sorted()
      .filter { $0.hasPrefix(start) && (!start.isEmpty || !$0.hasPrefix(".")) }
      .filter { $0 != "." && $0 != ".." }
      .map { String(folder) + $0 }
      .map { isDirectory($0) ? $0 + "/" : $0 }
  }
}
