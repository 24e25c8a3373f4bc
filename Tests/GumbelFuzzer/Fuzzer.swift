import Foundation
import GumbelFuzzing

/// What libFuzzer calls first. Where `FUZZ_FOLDER` in the environment names a folder, the first inputs
/// of all targets and the words of their formats are written there, and that is all.
@_cdecl("LLVMFuzzerInitialize")
public func prepare(
  _ count: UnsafeMutablePointer<CInt>?,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
  guard let folder = ProcessInfo.processInfo.environment["FUZZ_FOLDER"] else { return 0 }
  do {
    for target in FuzzTarget.all { try write(target, to: URL(fileURLWithPath: folder)) }
  } catch {
    print(error)
    exit(1)
  }
  exit(0)
}

/// What libFuzzer calls with each input, for the target that `FUZZ_TARGET` names.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // What cannot be read is an error; all else that ends a run is a fault.
  try? target.read(Array(UnsafeBufferPointer(start: bytes, count: count)))
  return 0
}

private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget.named(name) else {
    fatalError("FUZZ_TARGET is \(name), expected one of \(FuzzTarget.all.map(\.name))")
  }
  return target
}()

private func write(_ target: FuzzTarget, to folder: URL) throws {
  let seeds = folder.appendingPathComponent("seeds/\(target.name)")
  try FileManager.default.createDirectory(at: seeds, withIntermediateDirectories: true)
  for (number, seed) in target.seeds.enumerated() {
    try Data(seed).write(to: seeds.appendingPathComponent("\(number)"))
  }
  let words = target.words.map { word in
    "\"" + word.utf8.map { String(format: "\\x%02X", $0) }.joined() + "\"\n"
  }
  let dictionary = "# Words of the format.\n" + words.joined()
  try Data(dictionary.utf8).write(to: folder.appendingPathComponent("\(target.name).dict"))
}
