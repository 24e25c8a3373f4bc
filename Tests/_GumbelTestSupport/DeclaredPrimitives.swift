#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Operations that a plan is made of and no function is, or functions that several devices share.
private let plansAlone: Set = ["FusedElementwise", "Sharding"]

/// The structs of all primitives of a target, from the sources.
public func declaredPrimitives(in target: String = "GumbelTensors") throws -> Set<String> {
  let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
  guard let tests = components.lastIndex(of: "Tests") else { return [] }
  let folder = components[..<tests].joined(separator: "/") + "/Sources/\(target)/"
  var declared = Set<String>()
  for file in try FileManager.default.subpathsOfDirectory(atPath: folder)
  where file.hasSuffix(".swift") {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + file))
    for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
      let words = line.split(whereSeparator: { " :{,".contains($0) })
      guard let keyword = words.firstIndex(of: "struct"), words.count > keyword + 1,
        line.contains(":"),
        words.dropFirst(keyword + 2).contains(where: { $0.hasSuffix("Primitive") })
      else { continue }
      declared.insert(String(words[keyword + 1]))
    }
  }
  return declared.subtracting(plansAlone)
}
