import CGumbelPJRT
import GumbelFiles

/// A plug-in at work: its devices, their memory, and what was compiled for them.
// Safe to share: the plug-in's calls may be made on any thread.
package final class PJRTClient: @unchecked Sendable {
  package let plugin: PJRTPlugin
  /// "cpu", "cuda", "tpu", …
  package let platformName: String
  /// The version of the compiler and of what it drives.
  package let platformVersion: String
  package private(set) var devices: [PJRTDevice] = []
  let client: OpaquePointer

  private static let clients = Locked<[String: PJRTClient]>([:])

  /// The client of the plug-in at a path: one in a process, since a second one would ask for memory of
  /// its own on each device.
  package static func of(plugin path: String) throws(DeviceError) -> PJRTClient {
    try clients.withLock { clients throws(DeviceError) in
      if let known = clients[path] { return known }
      let client = try PJRTClient(PJRTPlugin.load(path))
      clients[path] = client
      return client
    }
  }

  private init(_ plugin: PJRTPlugin) throws(DeviceError) {
    self.plugin = plugin
    client = try Self.create(plugin)
    platformName = try plugin.text(GP_CLIENT_PLATFORM_NAME, of: client)
    platformVersion = try plugin.text(GP_CLIENT_PLATFORM_VERSION, of: client)
    var arguments = gp_devices_args()
    arguments.client = client
    try plugin.call(GP_CLIENT_ADDRESSABLE_DEVICES, &arguments)
    for i in 0..<arguments.count {
      devices.append(try PJRTDevice(arguments.devices[i]!, of: self, index: i))
    }
  }

  private static func create(_ plugin: PJRTPlugin) throws(DeviceError) -> OpaquePointer {
    var arguments = gp_client_create_args()
    // A GPU's memory is taken as it is needed, not most of it at once: other processes want some.
    let name: StaticString = "preallocate"
    var option = gp_option()
    option.header.size = MemoryLayout<gp_option>.size
    option.name = UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)
    option.name_length = name.utf8CodeUnitCount
    option.type = GP_BOOL
    option.value.boolean = false
    option.length = 1
    let hasPool = plugin.path.contains("cuda") || plugin.path.contains("rocm")
    return try withUnsafePointer(to: option) { option throws(DeviceError) in
      if hasPool { (arguments.options, arguments.option_count) = (option, 1) }
      do throws(DeviceError) {
        try plugin.call(GP_CLIENT_CREATE, &arguments, .noDevice)
      } catch {
        throw DeviceError(error.kind, "\(plugin.path): no device to use: \(error.description)")
      }
      return arguments.client
    }
  }

  /// Copies memory of the host to each of some devices.
  package func upload(
    _ bytes: UnsafeRawPointer, _ type: PJRTElementType, extents: [Int], to devices: Range<Int>
  ) throws(DeviceError) -> PJRTBuffer {
    let copies = try devices.dropFirst().map { device throws(DeviceError) in
      try upload(bytes, type, extents: extents, to: device..<(device + 1))
    }
    let device = self.devices[devices.lowerBound]
    var arguments = gp_buffer_from_host_args()
    arguments.client = client
    arguments.data = bytes
    arguments.type = type.raw
    arguments.rank = extents.count
    // The memory may change as soon as this returns.
    arguments.use = GP_DURING_CALL
    arguments.device = device.device
    let extents = extents.map(Int64.init)
    try extents.withUnsafeBufferPointer { extents throws(DeviceError) in
      arguments.extents = extents.baseAddress
      try plugin.call(GP_BUFFER_FROM_HOST, &arguments)
    }
    let buffer = PJRTBuffer(arguments.buffer, on: device, copies: copies, of: self)
    try plugin.await(arguments.done)
    return buffer
  }
}

/// A device of a client.
// Safe to share: it does not change, and its client may be used on any thread.
package struct PJRTDevice: @unchecked Sendable {
  /// Its position among those of its client.
  package let index: Int
  /// What the plug-in calls it.
  let id: Int
  /// What it is, in the words of the plug-in, such as "NVIDIA H100".
  package let kind: String
  let device: OpaquePointer
  private let plugin: PJRTPlugin

  init(_ device: OpaquePointer, of client: PJRTClient, index: Int) throws(DeviceError) {
    self.index = index
    self.device = device
    plugin = client.plugin
    var arguments = gp_result_args()
    arguments.object = UnsafeMutableRawPointer(device)
    try plugin.call(GP_DEVICE_DESCRIPTION, &arguments)
    kind = try plugin.text(GP_DESCRIPTION_KIND, of: OpaquePointer(arguments.result))
    var number = gp_number_args()
    number.object = UnsafeRawPointer(arguments.result)
    try plugin.call(GP_DESCRIPTION_ID, &number)
    id = Int(number.number)
  }

  /// The bytes of the device's memory that are in use, were at most, and may be; nil where the plug-in
  /// does not count them.
  package var memory: (inUse: Int, peak: Int?, limit: Int?)? {
    var arguments = gp_device_memory_args()
    arguments.device = device
    guard (try? plugin.call(GP_DEVICE_MEMORY_STATS, &arguments)) != nil else { return nil }
    return (
      Int(arguments.in_use), arguments.has_peak ? Int(arguments.peak) : nil,
      arguments.has_limit ? Int(arguments.limit) : nil
    )
  }
}

/// What the elements of a buffer are.
package enum PJRTElementType {
  case float32, int32, uint8

  var raw: gp_element_type {
    switch self {
    case .float32: GP_FLOAT32
    case .int32: GP_INT32
    case .uint8: GP_UINT8
    }
  }
}
