/// How a program is compiled.
package struct PJRTCompileOptions: Hashable, Sendable {
  /// What the plug-in calls the devices that run the program; none for its first one.
  private var deviceIDs: [Int] = []
  /// XLA's flags, by name.
  package var flags: [String: Flag] = [:]

  package enum Flag: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int)
    case string(String)
  }

  package init() {}

  /// Makes some devices of a client run the program together.
  package mutating func assign(_ devices: Range<Int>, of client: PJRTClient) {
    deviceIDs = client.devices[devices].map(\.id)
  }

  /// As a `CompileOptionsProto`: one replica, a partition a device, and the flags by name.
  var encoded: [UInt8] {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2] + varint(bytes.count) + bytes
    }
    func varint(_ value: Int) -> [UInt8] {
      var (rest, bytes) = (UInt64(bitPattern: Int64(value)), [UInt8]())
      while rest > 127 {
        bytes.append(UInt8(rest & 127) | 128)
        rest >>= 7
      }
      return bytes + [UInt8(rest)]
    }
    // num_replicas, num_partitions
    var build: [UInt8] = [0x20, 1, 0x28] + varint(max(1, deviceIDs.count))
    // use_spmd_partitioning, use_shardy_partitioner
    if deviceIDs.count > 1 { build += [0x30, 1, 0x98, 1, 1] }
    if !deviceIDs.isEmpty {
      // device_assignment { replica_count, computation_count, computation_devices { replica_device_ids } }
      let assignment = [8, 1, 0x10] + varint(deviceIDs.count)
      build += field(9, deviceIDs.reduce(assignment) { $0 + field(3, [8] + varint($1)) })
    }
    // executable_build_options
    var message = field(3, build)
    for (name, flag) in flags.sorted(by: { $0.key < $1.key }) {
      let value: [UInt8] =
        switch flag {
        case .string(let text): field(1, Array(text.utf8))
        case .boolean(let isOn): [2 << 3, isOn ? 1 : 0]
        case .integer(let number): [3 << 3] + varint(number)
        }
      // env_option_overrides, a map.
      message += field(7, field(1, Array(name.utf8)) + field(2, value))
    }
    return message
  }

  /// What programs for NVIDIA's GPUs are compiled with.
  ///
  /// - Parameter folder: of CUDA's compiler and its library of functions; nil for the system's.
  package static func cuda(_ folder: String?) -> PJRTCompileOptions {
    var options = PJRTCompileOptions()
    // Sums by atomic additions would come in another order each time.
    options.flags["xla_gpu_deterministic_ops"] = .boolean(true)
    if let folder { options.flags["xla_gpu_cuda_data_dir"] = .string(folder) }
    return options
  }
}
