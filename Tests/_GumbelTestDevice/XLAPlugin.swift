import GumbelCLibrary
import GumbelFiles
import GumbelPJRT
import Testing

/// XLA's plug-in for processors, on which what is written for accelerators is tested: the one that
/// `script/setup --xla` installs, or that of the variable that names plug-ins.
package enum XLAPlugin {
  package static let path: String? = {
    // ThreadSanitizer does not see how the plug-in's threads wait for each other.
    if getenv("GUMBEL_SANITIZER").map({ String(cString: $0) }) == "thread" { return nil }
    if let path = getenv(PluginSearch.variable) { return String(cString: path) }
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let path = "/\(root)/.xla/lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so"
    return isRegularFile(path) ? path : nil
  }()

  package static var isFound: Bool { path != nil }

  /// What to do where it is not.
  package static let comment: Comment =
    "no plug-in of XLA, which script/setup --xla installs, or not under ThreadSanitizer"
}
