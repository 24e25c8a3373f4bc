import ArgumentParser
import GumbelPJRT
import SwiftGumbel

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the version and what the computations run on.",
    discussion: """
      Devices for --device are driven by plug-ins of XLA, which are looked for in the folders where \
      the Pythons on the path keep their packages; a plug-in anywhere else is named by its path, or \
      by \(PluginSearch.variable) in the environment. What was compiled for a device is kept in a \
      cache, for which \(ExecutableCache.variable) names another folder, or none where it is empty.

      Processes that mpirun or srun starts work together through the launcher's MPI library, or the one \
      that GUMBEL_MPI in the environment names.

      EXAMPLES
        gumbel info
        gumbel info --json
        gumbel info --clear-cache
      """)

  @Flag(help: "Remove the programs that were compiled for devices.") var clearCache = false
  @OptionGroup var output: JSONOutputOption

  private struct Info: Encodable {
    let version = GumbelCommand.version
    let kernels = Backend.instructionSet
    let blas = Backend.blas
    let threads = Backend.threadCount
    let plugins = PluginInfo.all()
    let pluginFolders = PluginSearch.folders()
    let cache = CacheInfo()
    let launcher = Communicator.launcher.map { Launcher(name: $0.name, processes: $0.count) }
    let mpi = Communicator.libraries
  }

  private struct Launcher: Encodable {
    let name: String
    let processes: Int
  }

  func run() throws {
    try output.checkWritable()
    if clearCache { ExecutableCache.shared.clear() }
    let info = Info()
    var rows = [
      ["version", info.version], ["kernels", info.kernels], ["blas", info.blas],
      ["threads", "\(info.threads)"],
    ]
    for plugin in info.plugins { rows += AlignedTable.lines("plug-in", plugin.lines) }
    if info.plugins.isEmpty {
      rows.append(["plug-in", "none; for an NVIDIA GPU: \(PluginSearch.Kind.cuda.advice)"])
    }
    let folders = info.pluginFolders.isEmpty ? ["no folder of packages"] : info.pluginFolders
    rows += AlignedTable.lines("looked in", folders)
    rows.append(["cache", info.cache.text])
    if let launcher = info.launcher {
      rows.append([
        "launcher",
        "\(launcher.name), \(counted(launcher.processes, "process", plural: "processes"))",
      ])
    }
    let libraries = info.mpi.map { "\($0.version) (\($0.path))" }
    rows += AlignedTable.lines(
      "MPI", libraries.isEmpty ? ["none; for several processes: script/setup --mpi"] : libraries)
    try output.write(info, or: AlignedTable(rows).text)
  }
}

/// A plug-in that was found, and what it says of itself.
private struct PluginInfo: Encodable {
  struct Device: Encodable {
    let name, kind: String
    let memoryInUse, memoryPeak, memory: Int?
  }

  /// What `--device` calls it; nil for that of the environment's variable.
  let name: String?
  let path: String
  var apiVersion: String?
  var platform: String?
  var platformVersion: String?
  var devices: [Device] = []
  /// Why it cannot be used.
  var problem: String?

  static func all() -> [PluginInfo] { PluginSearch.all().map(PluginInfo.init) }

  private init(kind: PluginSearch.Kind?, path: String) {
    (name, self.path) = (kind?.rawValue, path)
    do {
      let version = try PJRTPlugin.load(path).version
      apiVersion = "\(version.major).\(version.minor)"
      let client = try PJRTClient.of(plugin: path)
      platform = client.platformName
      platformVersion = client.platformVersion.split(whereSeparator: \.isNewline)
        .joined(separator: ", ")
      devices = client.devices.map { device in
        let memory = device.memory
        return Device(
          name: "\(client.platformName):\(device.index)", kind: device.kind,
          memoryInUse: memory?.inUse, memoryPeak: memory?.peak, memory: memory?.limit)
      }
    } catch {
      problem = "\(error)"
    }
  }

  var lines: [String] {
    let versions = [
      apiVersion.map { "PJRT C API \($0)" }, platform,
      platformVersion.flatMap { $0 == platform ? nil : $0 },
    ].compactMap(\.self)
    let name = name.map { "--device \($0)" } ?? PluginSearch.variable
    return ["\(path) (\(name))"] + (versions.isEmpty ? [] : [versions.joined(separator: ", ")])
      + devices.map { device in
        let memory = [
          device.memoryInUse.map { "\(byteText($0)) in use" },
          device.memory.map { "of \(byteText($0))" },
        ].compactMap(\.self).joined(separator: " ")
        return "\(device.name): \(device.kind)" + (memory.isEmpty ? "" : ", \(memory)")
      } + (problem.map { [$0] } ?? [])
  }
}

/// What is kept of what was compiled for devices.
private struct CacheInfo: Encodable {
  let folder = ExecutableCache.shared.folder
  let programs, bytes: Int
  let limit = ExecutableCache.shared.limit

  init() { (programs, bytes) = ExecutableCache.shared.usage }

  var text: String {
    guard let folder else { return "none" }
    return "\(folder): \(counted(programs, "program")), \(byteText(bytes)) of \(byteText(limit))"
  }
}

/// Bytes with three digits, as in `1.5 GB`.
private func byteText(_ bytes: Int) -> String {
  let (unit, name): (Double, String) =
    bytes < 1000
    ? (1, "bytes")
    : bytes < 1_000_000
      ? (1e3, "kB")
      : bytes < 1_000_000_000 ? (1e6, "MB") : (1e9, "GB")
  return "\(NumberText.short((Double(bytes) / unit * 10).rounded() / 10)) \(name)"
}
