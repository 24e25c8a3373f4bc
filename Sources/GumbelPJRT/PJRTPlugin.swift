import CGumbelPJRT
import GumbelCLibrary
import GumbelFiles

/// A library with XLA's compiler for some kind of device in it, behind the PJRT C API.
///
/// It is loaded when it is asked for, once in a process, and never unloaded: what it starts would not
/// survive that.
// Safe to share: the plug-in's calls may be made on any thread.
package final class PJRTPlugin: @unchecked Sendable {
  /// Where it was found.
  package let path: String
  /// The version of the C API that it speaks.
  package let version: (major: Int, minor: Int)
  let api: UnsafePointer<gp_api>

  /// The oldest minor version of the C API whose structs are declared here.
  static let oldestMinor = 81

  private static let loaded = Locked<[String: PJRTPlugin]>([:])

  /// The plug-in at a path.
  package static func load(_ path: String) throws(DeviceError) -> PJRTPlugin {
    try loaded.withLock { plugins throws(DeviceError) in
      if let known = plugins[path] { return known }
      let plugin = try PJRTPlugin(path)
      plugins[path] = plugin
      return plugin
    }
  }

  private init(_ path: String) throws(DeviceError) {
    self.path = path
    // XLA writes to standard error while it starts and compiles, unless it is told not to.
    setenv("TF_CPP_MIN_LOG_LEVEL", "3", 0)
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw DeviceError(.noPlugin, "\(path): cannot be loaded: \(String(cString: dlerror()))")
    }
    typealias GetAPI = @convention(c) () -> UnsafePointer<gp_api>?
    guard let symbol = dlsym(library, "GetPjrtApi"),
      let api = unsafeBitCast(symbol, to: GetAPI.self)()
    else {
      throw DeviceError(
        .noPlugin, "\(path): no PJRT plug-in: expected a library with the function GetPjrtApi")
    }
    self.api = api
    version = (Int(api.pointee.major), Int(api.pointee.minor))
    guard version.major == 0, version.minor >= Self.oldestMinor else {
      throw DeviceError(
        .unsupportedVersion,
        "\(path): it speaks version \(version.major).\(version.minor) of the PJRT C API; expected "
          + "0.\(Self.oldestMinor) or newer: install a newer plug-in")
    }
    // Some plug-ins register platforms here.
    var arguments = gp_header()
    try call(GP_PLUGIN_INITIALIZE, &arguments)
  }

  // MARK: - Calls

  /// Makes a call of the C API. The arguments begin with their own size, which is filled in.
  func call<Arguments>(
    _ entry: gp_call, _ arguments: inout Arguments, _ kind: DeviceError.Kind = .failed
  ) throws(DeviceError) {
    guard let function = gp_entry(api, entry) else {
      throw DeviceError(
        .unsupportedVersion,
        "\(path): the plug-in has no entry \(entry.rawValue): expected a newer one")
    }
    let failure = withUnsafeMutablePointer(to: &arguments) { pointer in
      UnsafeMutableRawPointer(pointer).storeBytes(of: MemoryLayout<Arguments>.size, as: Int.self)
      return function(pointer)
    }
    if let failure { throw takeError(failure, kind) }
  }

  /// Destroys an object of the plug-in.
  func destroy(_ object: OpaquePointer?, by entry: gp_call) {
    var arguments = gp_object_args()
    arguments.object = object.map(UnsafeMutableRawPointer.init)
    try? call(entry, &arguments)
  }

  /// A text that an object says of itself.
  func text(_ entry: gp_call, of object: OpaquePointer) throws(DeviceError) -> String {
    var arguments = gp_text_args()
    arguments.object = UnsafeRawPointer(object)
    try call(entry, &arguments)
    return string(arguments)
  }

  /// Waits for an event, and destroys it.
  func await(_ event: OpaquePointer?) throws(DeviceError) {
    guard let event else { return }
    defer { destroy(event, by: GP_EVENT_DESTROY) }
    var arguments = gp_object_args()
    arguments.object = UnsafeMutableRawPointer(event)
    try call(GP_EVENT_AWAIT, &arguments)
  }

  private func takeError(_ error: UnsafeMutableRawPointer, _ kind: DeviceError.Kind) -> DeviceError
  {
    var message = gp_text_args()
    message.header.size = MemoryLayout<gp_text_args>.size
    message.object = UnsafeRawPointer(error)
    _ = gp_entry(api, GP_ERROR_MESSAGE)?(&message)
    var code = gp_number_args()
    code.header.size = MemoryLayout<gp_number_args>.size
    code.object = UnsafeRawPointer(error)
    _ = gp_entry(api, GP_ERROR_CODE)?(&code)
    let text = string(message)
    destroy(OpaquePointer(error), by: GP_ERROR_DESTROY)
    // 8 is the code of exhausted resources.
    return DeviceError(code.number == 8 ? .outOfMemory : kind, text)
  }

  private func string(_ arguments: gp_text_args) -> String {
    let text = UnsafeRawBufferPointer(start: arguments.text, count: arguments.length)
    return String(decoding: text, as: UTF8.self)
  }
}

extension PJRTPlugin {
  /// The folder of CUDA's compiler and its library of functions, which Python packages put beside the
  /// plug-in; nil where there is none, and the system's is used.
  package var cudaFolder: String? {
    let packages = path.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
      .joined(separator: "/")
    return ["nvidia/cu13", "nvidia/cuda_nvcc"].map { "\(packages)/\($0)" }.first(where: isDirectory)
  }
}
