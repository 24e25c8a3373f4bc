import SwiftGumbel

/// The named sets, and which of them are on this machine.
struct DataList: Encodable {
  struct Entry: Encodable {
    let name, kind, summary, size, license, installation: String
    let paths: [String]

    var place: String {
      guard let path = paths.first else { return "not here; get it with:\n    \(installation)" }
      return paths.count == 1 ? path : String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
    }
  }

  let sets: [Entry]

  init() {
    let images = ImageCatalog.sets.map { set in
      Entry(
        name: set.name, kind: "images", summary: set.summary,
        size: "\(set.trainCount) + \(set.testCount)", license: set.license,
        installation: set.installation, paths: set.paths() ?? [])
    }
    let texts = TextCatalog.sets.map { set in
      Entry(
        name: set.name, kind: "text", summary: set.summary, size: set.size, license: set.license,
        installation: set.installation, paths: set.paths() ?? [])
    }
    sets = images + texts
  }

  /// A table, and then what is too long for one in a terminal of 80 columns.
  var text: String {
    var rows = [["NAME", "KIND", "TRAIN + TEST"]]
    rows += sets.map { [$0.name, $0.kind, $0.size] }
    let more = sets.map {
      "\($0.name): \($0.summary)\n  license: \($0.license)\n  \(Self.lines($0.place))"
    }
    return AlignedTable(rows).text + "\n\n" + more.joined(separator: "\n")
  }

  private static func lines(_ text: String) -> String {
    text.split(separator: "\n").map { escaped(String($0)) }.joined(separator: "\n")
  }
}
