import GumbelFiles

/// Where plug-ins are looked for.
package enum PluginSearch {
  /// Kinds of device, by the names that users give them.
  package enum Kind: String, CaseIterable, Sendable {
    case cuda, tpu
    /// XLA's plug-in for processors, for tests and comparisons.
    case xla

    /// Where Python packages put their plug-in, below a folder of packages; the newest first.
    var paths: [String] {
      switch self {
      case .cuda:
        ["jax_plugins/xla_cuda13/xla_cuda_plugin.so", "jax_plugins/xla_cuda12/xla_cuda_plugin.so"]
      case .tpu: ["libtpu/libtpu.so"]
      case .xla:
        [
          "lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so",
          "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so",
        ]
      }
    }

    /// What to install.
    package var advice: String {
      switch self {
      case .cuda: "pip install jax-cuda13-plugin[with-cuda]"
      case .tpu: "pip install libtpu"
      case .xla: "pip install lammps-jax-pjrt-cpu"
      }
    }
  }

  /// The variable that names the plug-in to use, whatever kind is asked for.
  package static let variable = "GUMBEL_PJRT_PLUGIN"

  /// The plug-in for a kind of device.
  package static func path(of kind: Kind) throws(DeviceError) -> String {
    if let path = environmentValue(variable) { return path }
    for path in candidates(of: kind) where isRegularFile(path) { return path }
    throw DeviceError(
      .noPlugin,
      "\(kind.rawValue): no PJRT plug-in was found; expected \(kind.paths[0]) in a folder of Python "
        + "packages (\(kind.advice)), or its path in \(variable)")
  }

  /// All the plug-ins that are there, with their kinds; nil for the one that ``variable`` names.
  package static func all() -> [(kind: Kind?, path: String)] {
    (environmentValue(variable).map { [(nil, $0)] } ?? [])
      + Kind.allCases.flatMap { kind in
        candidates(of: kind).filter(isRegularFile).map { (kind, $0) }
      }
  }

  private static func candidates(of kind: Kind) -> [String] {
    kind.paths.flatMap { path in folders().map { "\($0)/\(path)" } }
  }

  /// The folders that are searched: those in which the Pythons on the path, and this user's, keep
  /// packages.
  package static func folders() -> [String] {
    let path = environmentValue("PATH") ?? ""
    // A plug-in needs no Python, so neither does a folder for one.
    let besidePrograms = path.split(separator: ":").filter { $0.hasSuffix("/bin") }
      .map { String($0.dropLast("/bin".count)) }
    let prefixes =
      [environmentValue("VIRTUAL_ENV")].compactMap(\.self) + besidePrograms
      + PythonPackages.prefixes(path: path)
      + [environmentValue("HOME").map { $0 + "/.local" }].compactMap(\.self)
    return PythonPackages.folders(below: prefixes).filter(isDirectory)
  }
}
