import CGumbelPJRT

/// Memory of a device that holds one value, or will when what computes it is done; of several devices,
/// where each of them holds the same value.
// Safe to share: nothing changes it, and it may be read on any thread.
package final class PJRTBuffer: @unchecked Sendable {
  package let client: PJRTClient
  package let device: PJRTDevice
  let buffer: OpaquePointer
  /// The same value on the devices that follow.
  let copies: [PJRTBuffer]

  init(
    _ buffer: OpaquePointer, on device: PJRTDevice, copies: [PJRTBuffer] = [], of client: PJRTClient
  ) {
    self.buffer = buffer
    self.device = device
    self.copies = copies
    self.client = client
  }

  deinit { client.plugin.destroy(buffer, by: GP_BUFFER_DESTROY) }

  /// The positions of its devices among those of the client.
  package var devices: Range<Int> { device.index..<(device.index + 1 + copies.count) }

  /// Waits for the value, and copies it to memory of the host.
  package func download(
    to destination: UnsafeMutableRawPointer, byteCount: Int
  ) throws(DeviceError) {
    var arguments = gp_buffer_to_host_args()
    arguments.buffer = buffer
    arguments.destination = destination
    arguments.byte_count = byteCount
    try client.plugin.call(GP_BUFFER_TO_HOST, &arguments)
    try client.plugin.await(arguments.event)
  }

  /// Waits for the value; throws what went wrong with it.
  package func wait() throws(DeviceError) {
    var arguments = gp_result_args()
    arguments.object = UnsafeMutableRawPointer(buffer)
    try client.plugin.call(GP_BUFFER_READY_EVENT, &arguments)
    try client.plugin.await(arguments.result.map(OpaquePointer.init))
    for copy in copies { try copy.wait() }
  }
}
