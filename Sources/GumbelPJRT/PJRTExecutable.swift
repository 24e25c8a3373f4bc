import CGumbelPJRT

/// A program that was compiled for a device.
// Safe to share: nothing changes it, and it may be run on any thread.
package final class PJRTExecutable: @unchecked Sendable {
  package let client: PJRTClient
  private let executable: OpaquePointer

  private init(_ executable: OpaquePointer, of client: PJRTClient) {
    self.executable = executable
    self.client = client
  }

  deinit { client.plugin.destroy(executable, by: GP_LOADED_DESTROY) }

  /// Runs the program on a device.
  ///
  /// - Parameters:
  ///   - arguments: of the program's function, in order.
  ///   - kept: the positions of arguments that stay valid although the program may write its results
  ///     over them.
  ///   - resultCount: how many results the function has.
  package func run(
    _ arguments: [PJRTBuffer], keeping kept: [Int64], resultCount: Int, on device: PJRTDevice
  ) throws(DeviceError) -> [PJRTBuffer] {
    let pointers = UnsafeMutablePointer<OpaquePointer?>.allocate(
      capacity: arguments.count + resultCount)
    let kept = UnsafeMutableBufferPointer.allocate(of: kept)
    let options = UnsafeMutablePointer<gp_execute_options>.allocate(capacity: 1)
    let lists = UnsafeMutablePointer<UnsafePointer<OpaquePointer?>?>.allocate(capacity: 1)
    let resultLists = UnsafeMutablePointer<UnsafeMutablePointer<OpaquePointer?>?>.allocate(
      capacity: 1)
    defer {
      pointers.deallocate()
      kept.deallocate()
      options.deallocate()
      lists.deallocate()
      resultLists.deallocate()
    }
    for i in arguments.indices { pointers[i] = arguments[i].buffer }
    let results = pointers + arguments.count
    results.initialize(repeating: nil, count: resultCount)
    options.initialize(to: gp_execute_options())
    options.pointee.header.size = MemoryLayout<gp_execute_options>.size
    options.pointee.kept = UnsafePointer(kept.baseAddress)
    options.pointee.kept_count = kept.count
    // A list for each device.
    lists.initialize(to: pointers)
    resultLists.initialize(to: results)
    var call = gp_execute_args()
    call.executable = executable
    call.options = UnsafePointer(options)
    call.arguments = UnsafePointer(lists)
    call.device_count = 1
    call.argument_count = arguments.count
    call.results = UnsafePointer(resultLists)
    try client.plugin.call(GP_LOADED_EXECUTE, &call)
    return (0..<resultCount).map { PJRTBuffer(results[$0]!, on: device, of: client) }
  }

  // MARK: - Making

  /// Compiles a program: the text of an MLIR module in the StableHLO dialect.
  package static func compile(
    _ text: String, _ options: PJRTCompileOptions, for client: PJRTClient
  ) throws(DeviceError) -> PJRTExecutable {
    var arguments = gp_client_compile_args()
    arguments.client = client.client
    try client.plugin.withProgram(text, options) { program, options throws(DeviceError) in
      arguments.program = program
      (arguments.options, arguments.options_length) = (options.baseAddress, options.count)
      try client.plugin.call(GP_CLIENT_COMPILE, &arguments, .compilation)
    }
    return PJRTExecutable(arguments.executable, of: client)
  }

  // MARK: - Keeping

  /// The program itself, which can be kept.
  package func program() throws(DeviceError) -> PJRTProgram {
    var inner = gp_result_args()
    inner.object = UnsafeMutableRawPointer(executable)
    try client.plugin.call(GP_LOADED_EXECUTABLE, &inner)
    return PJRTProgram(OpaquePointer(inner.result), of: client.plugin)
  }

  /// A program from its bytes.
  package init(serialized bytes: [UInt8], for client: PJRTClient) throws(DeviceError) {
    var arguments = gp_deserialize_args()
    arguments.client = client.client
    try bytes.withUnsafeBufferPointer { bytes throws(DeviceError) in
      arguments.bytes = bytes.characters
      arguments.length = bytes.count
      try client.plugin.call(GP_DESERIALIZE_AND_LOAD, &arguments)
    }
    executable = arguments.executable
    self.client = client
  }
}

extension PJRTPlugin {
  /// Calls with a module's text and the options to compile it with, as the C API takes them.
  func withProgram(
    _ text: String, _ options: PJRTCompileOptions,
    _ body: (UnsafePointer<gp_program_text>, UnsafeBufferPointer<CChar>) throws(DeviceError) -> Void
  ) throws(DeviceError) {
    let code = Array(text.utf8)
    let encoded = options.encoded
    let format: StaticString = "mlir"
    var program = gp_program_text()
    program.header.size = MemoryLayout<gp_program_text>.size
    program.format = format.characters
    program.format_length = format.utf8CodeUnitCount
    try code.withUnsafeBufferPointer { code throws(DeviceError) in
      program.code = code.characters
      program.code_length = code.count
      try withUnsafePointer(to: program) { program throws(DeviceError) in
        try encoded.withUnsafeBufferPointer { options throws(DeviceError) in
          let options = UnsafeBufferPointer(start: options.characters, count: options.count)
          try body(program, options)
        }
      }
    }
  }
}

extension StaticString {
  fileprivate var characters: UnsafePointer<CChar> {
    UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
  }
}

extension UnsafeBufferPointer<UInt8> {
  fileprivate var characters: UnsafePointer<CChar>? {
    UnsafeRawPointer(baseAddress)?.assumingMemoryBound(to: CChar.self)
  }
}

extension UnsafeMutableBufferPointer {
  fileprivate static func allocate(of elements: [Element]) -> Self {
    let buffer = Self.allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return buffer
  }
}

/// How a program is compiled.
package struct PJRTCompileOptions: Hashable, Sendable {
  /// XLA's flags, by name.
  package var flags: [String: Flag] = [:]

  package enum Flag: Hashable, Sendable {
    case boolean(Bool)
    case integer(Int)
    case string(String)
  }

  package init() {}

  /// As a `CompileOptionsProto`: one replica, one partition, and the flags by name.
  var encoded: [UInt8] {
    // executable_build_options { num_replicas, num_partitions }
    var message: [UInt8] = [0x1a, 4, 0x20, 1, 0x28, 1]
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
