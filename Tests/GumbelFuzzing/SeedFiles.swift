import Foundation

/// The files in a folder beside this file, in the order of their names; none if there is no folder.
func files(in folder: String) -> [[UInt8]] {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent(folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path.path)) ?? []
  return names.sorted().compactMap { name in
    (try? Data(contentsOf: path.appendingPathComponent(name))).map { Array($0) }
  }
}
