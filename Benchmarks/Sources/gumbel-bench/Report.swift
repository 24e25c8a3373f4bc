import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// How a workload is to be run.
struct Options {
  var threads = 1
  var repeats = 5
}

/// What a workload found: one JSON object on a line, in the form that the peers print too.
struct Report {
  let workload: String
  var variant: String?
  let unit: String
  let seconds: [Double]
  let check: [(name: String, value: String)]

  func print() {
    var fields = ["\"workload\": \"\(workload)\"", "\"peer\": \"gumbel\""]
    if let variant { fields.append("\"variant\": \"\(variant)\"") }
    fields.append("\"unit\": \"\(unit)\"")
    let device = Device.default
    if !device.isHost {
      fields.append("\"device\": \"\(device), \(device.kind ?? "")\"")
      if let peak = device.memory?.peak { fields.append("\"deviceMemoryBytes\": \(peak)") }
      if let largest = DevicePrograms.largestMemory {
        fields.append("\"programMemoryBytes\": \(largest)")
      }
    }
    fields.append("\"seconds\": \(seconds)")
    fields.append("\"peakMemoryBytes\": \(Self.peakMemoryBytes)")
    let checks = check.map { "\"\($0.name)\": \($0.value)" }.joined(separator: ", ")
    fields.append("\"check\": {\(checks)}")
    Swift.print("{" + fields.joined(separator: ", ") + "}")
    fflush(nil)
  }

  /// The most memory that the process has had resident.
  static var peakMemoryBytes: Int {
    // Linux keeps the peak of getrusage across exec: it would be at least the runner's.
    if let file = fopen("/proc/self/status", "r") {
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, 256, file) != nil {
        let text = String(
          decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        if text.hasPrefix("VmHWM:") {
          return 1024 * (Int(text.split(separator: " ")[1]) ?? 0)
        }
      }
    }
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return 1024 * usage.ru_maxrss
    #endif
  }
}

/// All bits of what was trained, in 16 digits: the same from run to run, or not (FNV-1a).
func digest(of group: some TensorGroup) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for tensor in group.tensors {
    let words =
      tensor.elementType == .float32
      ? tensor.scalars.map(\.bitPattern) : tensor.int32Scalars.map { UInt32(bitPattern: $0) }
    for word in words { hash = (hash ^ UInt64(word)) &* 0x100_0000_01b3 }
  }
  let digits = String(hash, radix: 16)
  return "\"" + String(repeating: "0", count: 16 - digits.count) + digits + "\""
}

/// Seconds of one of `count` pieces of work, after one call that is not counted.
func measure(_ options: Options, count: Int = 1, _ work: (Int) -> Void) -> [Double] {
  work(0)
  let clock = ContinuousClock()
  return (1...options.repeats).map { i in
    let start = clock.now
    work(i)
    return (clock.now - start) / .seconds(1) / Double(count)
  }
}

func exitWithUsage() -> Never { exit(64) }
