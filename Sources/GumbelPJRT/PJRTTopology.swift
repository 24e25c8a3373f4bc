import CGumbelPJRT

/// A kind of device that need not be there: programs are compiled for it ahead of time.
// Safe to share: nothing changes it, and it may be used on any thread.
package final class PJRTTopology: @unchecked Sendable {
  private let plugin: PJRTPlugin
  private let topology: OpaquePointer

  /// - Parameters:
  ///   - plugin: of NVIDIA's GPUs.
  ///   - target: what such a GPU has and can do: XLA's `GpuTargetConfigProto` in protocol buffers' text
  ///     format.
  package init(_ plugin: PJRTPlugin, target: String) throws(DeviceError) {
    self.plugin = plugin
    var arguments = gp_topology_create_args()
    // One process with one device.
    let settings = [("target_config", target), ("topology", "1x1x1")]
    // As the plug-in takes them: as long as the call lasts.
    let names = settings.map { UnsafeMutableBufferPointer<CChar>.allocate(utf8: $0.0) }
    let values = settings.map { UnsafeMutableBufferPointer<CChar>.allocate(utf8: $0.1) }
    defer { for text in names + values { text.deallocate() } }
    let options = zip(names, values).map { name, value in
      var option = gp_option()
      option.header.size = MemoryLayout<gp_option>.size
      (option.name, option.name_length) = (UnsafePointer(name.baseAddress), name.count)
      option.type = GP_STRING
      (option.value.string, option.length) = (UnsafePointer(value.baseAddress), value.count)
      return option
    }
    try options.withUnsafeBufferPointer { options throws(DeviceError) in
      (arguments.options, arguments.option_count) = (options.baseAddress, options.count)
      try plugin.call(GP_TOPOLOGY_CREATE, &arguments, .noDevice)
    }
    topology = arguments.topology
  }

  deinit { plugin.destroy(topology, by: GP_TOPOLOGY_DESTROY) }

  /// Compiles a program: the text of an MLIR module in the StableHLO dialect.
  package func compile(
    _ text: String, _ options: PJRTCompileOptions
  ) throws(DeviceError) -> PJRTProgram {
    var arguments = gp_compile_args()
    arguments.topology = topology
    try plugin.withProgram(text, options) { program, options throws(DeviceError) in
      arguments.program = program
      (arguments.options, arguments.options_length) = (options.baseAddress, options.count)
      try plugin.call(GP_COMPILE, &arguments, .compilation)
    }
    return PJRTProgram(arguments.executable, of: plugin)
  }
}

extension UnsafeMutableBufferPointer<CChar> {
  fileprivate static func allocate(utf8 text: String) -> Self {
    let bytes = Array(text.utf8)
    let buffer = Self.allocate(capacity: bytes.count)
    _ = buffer.initialize(from: bytes.map(CChar.init(bitPattern:)))
    return buffer
  }
}
