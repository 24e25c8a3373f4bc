import GumbelCLibrary
import SwiftGumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The memory of this machine, or of the container that the process runs in.
enum MachineMemory {
  static let bytes: Double = {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let all = pages > 0 ? Double(pages) * Double(sysconf(Int32(_SC_PAGESIZE))) : 1e12
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"]
      .compactMap { try? String(contentsOfFile: $0, encoding: .utf8) }
      .compactMap { Double($0.filter { !$0.isWhitespace }) }
    return limits.filter { $0 > 0 }.reduce(all, min)
  }()

  /// Why a training cannot be had here, and what to do; nil where its least memory is there.
  ///
  /// - Parameter options: what makes it smaller.
  static func problem(of size: NetworkSize, options: String) -> String? {
    guard size.trainingBytes > bytes else { return nil }
    return "a network of \(short(size.parameters)) parameters needs at least "
      + "\(short(size.trainingBytes / 1e9)) GB to be trained, and this machine has "
      + "\(short(bytes / 1e9)) GB; expected a smaller one, by \(options)"
  }

  private static func short(_ value: Double) -> String {
    if value < 100 { return "\((value * 10).rounded() / 10)" }
    if value < 1e6 { return "\(Int(value.rounded()))" }
    return value < 1e9
      ? "\(Int((value / 1e6).rounded())) million" : "\(short(value / 1e9)) billion"
  }
}
