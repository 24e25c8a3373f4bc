import CGumbelPJRT

/// What a plug-in made of a program, whether or not a device is there that could run it.
// Safe to share: nothing changes it.
package final class PJRTProgram: @unchecked Sendable {
  private let plugin: PJRTPlugin
  private let executable: OpaquePointer

  init(_ executable: OpaquePointer, of plugin: PJRTPlugin) {
    self.executable = executable
    self.plugin = plugin
  }

  deinit { plugin.destroy(executable, by: GP_EXECUTABLE_DESTROY) }

  /// The program as bytes, from which a process with the same plug-in can go on.
  package func serialized() throws(DeviceError) -> [UInt8] {
    var arguments = gp_serialize_args()
    arguments.executable = executable
    try plugin.call(GP_EXECUTABLE_SERIALIZE, &arguments)
    defer { arguments.destroy?(arguments.serialized) }
    return Array(UnsafeRawBufferPointer(start: arguments.bytes, count: arguments.length))
  }

  /// The bytes of a device's memory that a run needs.
  package struct Memory: Sendable {
    package let arguments, results, temporary: Int
    /// Of the results, those that are written over arguments.
    package let aliased: Int

    /// All that a run holds at once.
    package var total: Int { arguments + results - aliased + temporary }
  }

  /// What the compiler planned.
  package func memory() throws(DeviceError) -> Memory {
    var found = gp_memory_args()
    found.executable = executable
    try plugin.call(GP_MEMORY_STATS, &found)
    return Memory(
      arguments: Int(found.arguments), results: Int(found.results),
      temporary: Int(found.temporary), aliased: Int(found.aliased))
  }
}
