import GumbelFiles
import GumbelPJRT
import GumbelTensors
import GumbelTraining

/// What a workload has compiled for a device.
enum DevicePrograms {
  /// Where their texts are written; nil for nowhere.
  // Safe, as all of this: the benchmark compiles on its one thread.
  nonisolated(unsafe) static var folder: String?
  /// The bytes of memory that the largest of them needs; nil where the plug-in does not say.
  nonisolated(unsafe) static private(set) var largestMemory: Int?
  nonisolated(unsafe) private static var count = 0

  static func watch(_ workload: String) {
    Device.onProgram = { text, executable in
      count += 1
      if let total = try? executable.program().memory().total {
        largestMemory = max(largestMemory ?? 0, total)
      }
      guard let folder else { return }
      let path = "\(folder)/\(workload)-\(count).mlir"
      do {
        try AtomicFile.replace(path, with: Array(text.utf8))
      } catch {
        fatalError("\(path): \(error)")
      }
    }
  }
}

/// Compiles programs for a device that is not there, and says what they need of it.
func compileAheadOfTime(_ arguments: [String]) throws {
  guard arguments.count >= 3 else {
    print(usage)
    exitWithUsage()
  }
  let plugin = try PJRTPlugin.load(arguments[0])
  let topology = try PJRTTopology(plugin, target: text(of: arguments[1]))
  var options = PJRTCompileOptions.cuda(plugin.cudaFolder)
  // What tries kernels out on the device, and what needs that.
  options.flags["xla_gpu_autotune_level"] = .integer(0)
  options.flags["xla_gpu_enable_triton_gemm"] = .boolean(false)
  let clock = ContinuousClock()
  for path in arguments.dropFirst(2) {
    let start = clock.now
    let program = try topology.compile(text(of: path), options)
    let seconds = Double(Int((clock.now - start) / .milliseconds(100))) / 10
    let (size, memory) = (try program.serialized().count, try program.memory())
    print(
      "\(path): \(seconds) s, \(size) bytes; memory: \(memory.arguments) of arguments, "
        + "\(memory.results) of results of which \(memory.aliased) over arguments, "
        + "\(memory.temporary) temporary")
  }
}

private func text(of path: String) throws -> String {
  let bytes = try RunFile.bytes(of: path, limit: 1 << 30, expected: "a text")
  return String(decoding: bytes, as: UTF8.self)
}
