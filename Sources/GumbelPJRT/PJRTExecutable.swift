import CGumbelPJRT

/// A program that was compiled for a device, or for several that share its work.
// Safe to share: nothing changes it, and it may be run on any thread.
package final class PJRTExecutable: @unchecked Sendable {
  package let client: PJRTClient
  private let executable: OpaquePointer

  private init(_ executable: OpaquePointer, of client: PJRTClient) {
    self.executable = executable
    self.client = client
  }

  deinit { client.plugin.destroy(executable, by: GP_LOADED_DESTROY) }

  /// Runs the program on the devices that it was compiled for.
  ///
  /// - Parameters:
  ///   - arguments: of the program's function, in order, each on all of the devices.
  ///   - kept: the positions of arguments that stay valid although the program may write its results
  ///     over them.
  ///   - resultCount: how many results the function has.
  package func run(
    _ arguments: [PJRTBuffer], keeping kept: [Int64], resultCount: Int, on devices: Range<Int>
  ) throws(DeviceError) -> [PJRTBuffer] {
    // Of each device the arguments, then the results.
    let pointerCount = arguments.count + resultCount
    let pointers = UnsafeMutablePointer<OpaquePointer?>.allocate(
      capacity: devices.count * pointerCount)
    let kept = UnsafeMutableBufferPointer.allocate(of: kept)
    let options = UnsafeMutablePointer<gp_execute_options>.allocate(capacity: 1)
    let lists = UnsafeMutablePointer<UnsafePointer<OpaquePointer?>?>.allocate(
      capacity: devices.count)
    let resultLists = UnsafeMutablePointer<UnsafeMutablePointer<OpaquePointer?>?>.allocate(
      capacity: devices.count)
    defer {
      pointers.deallocate()
      kept.deallocate()
      options.deallocate()
      lists.deallocate()
      resultLists.deallocate()
    }
    pointers.initialize(repeating: nil, count: devices.count * pointerCount)
    for i in arguments.indices {
      pointers[i] = arguments[i].buffer
      if devices.count == 1 { continue }
      for (number, copy) in arguments[i].copies.enumerated() {
        pointers[(number + 1) * pointerCount + i] = copy.buffer
      }
    }
    options.initialize(to: gp_execute_options())
    options.pointee.header.size = MemoryLayout<gp_execute_options>.size
    options.pointee.kept = UnsafePointer(kept.baseAddress)
    options.pointee.kept_count = kept.count
    for number in 0..<devices.count {
      let list = pointers + number * pointerCount
      (lists + number).initialize(to: list)
      (resultLists + number).initialize(to: list + arguments.count)
    }
    var call = gp_execute_args()
    call.executable = executable
    call.options = UnsafePointer(options)
    call.arguments = UnsafePointer(lists)
    call.device_count = devices.count
    call.argument_count = arguments.count
    call.results = UnsafePointer(resultLists)
    try client.plugin.call(GP_LOADED_EXECUTE, &call)
    let places = client.devices[devices]
    func result(_ i: Int, on device: Int, copies: [PJRTBuffer] = []) -> PJRTBuffer {
      let list = resultLists[device - devices.lowerBound]!
      return PJRTBuffer(list[i]!, on: places[device], copies: copies, of: client)
    }
    return (0..<resultCount).map { i in
      result(i, on: devices.lowerBound, copies: devices.dropFirst().map { result(i, on: $0) })
    }
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
