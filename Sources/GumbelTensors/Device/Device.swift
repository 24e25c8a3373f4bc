import GumbelFiles
import GumbelPJRT

@_exported import struct GumbelPJRT.DeviceError

// Snippet not run, since it needs a GPU
/// Where a compiled function runs.
///
/// ```swift
/// let step = try compile(on: .cuda(0)) { (weight: inout Tensor, x: Tensor) in
///   weight = weight - 0.1 * gradient(at: weight) { square(matmul(x, $0)).mean() }
///   return square(weight).sum()
/// }
/// ```
///
/// Devices other than the host are driven by XLA, whose plug-ins speak the PJRT C API; a plug-in is
/// loaded when a device is asked for, and needed by nothing else. Random draws are the same on all
/// devices: their words to the bit, and what is computed of them up to the rounding of logarithms.
///
/// Several devices of one plug-in may stand for one, `Device.cuda(0..<4)`: each holds all tensors, and
/// they share the work on what ``TensorGroup/sharded(along:)`` splits.
public struct Device: Hashable, Sendable {
  /// The processors of this machine: this package's own kernels.
  public static let host = Device(client: nil, indices: 0..<1)

  /// The device of functions that are compiled without saying for which; the host unless it is set.
  ///
  /// What the models, estimators and trainings of this package compile is compiled for it.
  public static var `default`: Device {
    get { defaults.withLock { $0.device } }
    set { defaults.withLock { $0.device = newValue } }
  }

  static let defaults = Locked((device: Device.host, precision: Precision.float32))

  let client: PJRTClient?
  /// Where they are among the devices of the plug-in; `0..<1` for the host.
  public let indices: Range<Int>

  private init(client: PJRTClient?, indices: Range<Int>) {
    self.client = client
    self.indices = indices
  }

  /// A device of the plug-in at a path.
  ///
  /// - Parameters:
  ///   - path: of the shared library, which exports `GetPjrtApi`.
  ///   - index: the position of the device among those of the plug-in, from 0.
  /// - Throws: ``DeviceError`` where the plug-in cannot be loaded or has no such device.
  public init(plugin path: String, index: Int = 0) throws(DeviceError) {
    try self.init(plugin: path, indices: index..<(index + 1))
  }

  /// Several devices of the plug-in at a path as one.
  ///
  /// - Parameters:
  ///   - path: of the shared library, which exports `GetPjrtApi`.
  ///   - indices: the positions of the devices among those of the plug-in, from 0. Traps if there is none.
  /// - Throws: ``DeviceError`` where the plug-in cannot be loaded or does not have all of them.
  public init(plugin path: String, indices: Range<Int>) throws(DeviceError) {
    require(!indices.isEmpty, "Device: the indices \(indices); expected at least one")
    let client = try PJRTClient.of(plugin: path)
    for index in [indices.lowerBound, indices.upperBound - 1]
    where !client.devices.indices.contains(index) {
      throw DeviceError(
        .noDevice,
        "\(path): there is no device \(index); expected 0 to \(client.devices.count - 1)")
    }
    self.client = client
    self.indices = indices
  }

  /// An NVIDIA GPU of this machine, by its number from 0.
  ///
  /// - Throws: ``DeviceError`` where no plug-in is found, or it finds no such GPU.
  public static func cuda(_ index: Int = 0) throws(DeviceError) -> Device {
    try Device(plugin: PluginSearch.path(of: .cuda), index: index)
  }

  /// Several NVIDIA GPUs of this machine as one device, by their numbers from 0.
  ///
  /// - Throws: ``DeviceError`` where no plug-in is found, or it does not find all of these GPUs.
  public static func cuda(_ indices: Range<Int>) throws(DeviceError) -> Device {
    try Device(plugin: PluginSearch.path(of: .cuda), indices: indices)
  }

  /// A TPU of this machine, by its number from 0.
  ///
  /// - Throws: ``DeviceError`` where no plug-in is found, or it finds no such TPU.
  public static func tpu(_ index: Int = 0) throws(DeviceError) -> Device {
    try Device(plugin: PluginSearch.path(of: .tpu), index: index)
  }

  /// Several TPUs of this machine as one device, by their numbers from 0.
  ///
  /// - Throws: ``DeviceError`` where no plug-in is found, or it does not find all of these TPUs.
  public static func tpu(_ indices: Range<Int>) throws(DeviceError) -> Device {
    try Device(plugin: PluginSearch.path(of: .tpu), indices: indices)
  }

  /// The device of a name: `host`, `cuda`, `cuda:1`, `cuda:0-3` for the first four as one, `tpu`, `xla`
  /// for XLA's plug-in for processors, or the path of a plug-in.
  ///
  /// - Throws: ``DeviceError`` where there is no such device.
  public init(named name: String) throws(DeviceError) {
    switch Name(name) {
    case .host: self = .host
    case .kind(let kind, let indices):
      try self.init(plugin: PluginSearch.path(of: kind), indices: indices)
    case .path(let path): try self.init(plugin: path)
    case nil:
      throw DeviceError(.noDevice, "\(name): no such device; expected \(Self.expectedNames)")
    }
  }

  /// Whether a text is the name that a device would have; it may not be there.
  package static func isName(_ text: String) -> Bool { Name(text) != nil }

  /// What names there are, for messages.
  package static let expectedNames =
    "host, cuda, cuda:1, cuda:0-3, tpu, xla or the path of a PJRT plug-in"

  private enum Name {
    case host
    case kind(PluginSearch.Kind, Range<Int>)
    case path(String)

    init?(_ text: String) {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if text == "host" {
        self = .host
      } else if let kind = PluginSearch.Kind(rawValue: String(parts[0])),
        let indices = parts.count == 1 ? 0..<1 : Self.indices(parts[1])
      {
        self = .kind(kind, indices)
      } else if text.contains("/") || text.hasSuffix(".so") {
        self = .path(text)
      } else {
        return nil
      }
    }

    /// The range of `2`, or of `0-3`.
    private static func indices(_ text: Substring) -> Range<Int>? {
      let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard ends.count <= 2, let first = ends[0], let last = ends[ends.count - 1], first <= last
      else { return nil }
      return Int(first)..<(Int(last) + 1)
    }
  }

  /// Whether functions run in this package's own kernels.
  public var isHost: Bool { client == nil }

  public static func == (a: Device, b: Device) -> Bool {
    a.client === b.client && a.indices == b.indices
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(client.map(ObjectIdentifier.init))
    hasher.combine(indices)
  }

  // MARK: - What a program is told

  /// What happens where a device fails in the middle of a computation: by default, a trap with the
  /// reason.
  // Safe: a command sets it once, before anything runs on a device.
  nonisolated(unsafe) package static var onFailure: (any Error) -> Never = { fatalError("\($0)") }

  /// Called when a program begins to be compiled for a device, which may take seconds; what it returns
  /// is called at the end.
  // Safe: as above.
  nonisolated(unsafe) package static var onCompilation: (Device) -> () -> Void = { _ in {} }

  /// Called with the text of each program that is made for a device, and what it was compiled to.
  // Safe: as above.
  nonisolated(unsafe) package static var onProgram: (String, PJRTExecutable) -> Void = { _, _ in }

  static func orFail<Result, Failure>(_ body: () throws(Failure) -> Result) -> Result {
    do { return try body() } catch { onFailure(error) }
  }
}

extension Device: CustomStringConvertible {
  /// "host", or the platform and the numbers, such as "cuda:0" or "cuda:0-3".
  public var description: String {
    guard let client else { return "host" }
    let last = indices.count == 1 ? "" : "-\(indices.upperBound - 1)"
    return "\(client.platformName):\(indices.lowerBound)\(last)"
  }

  /// What it is in the words of its plug-in, such as "NVIDIA H100 80GB HBM3"; nil for the host.
  public var kind: String? { client?.devices[indices.lowerBound].kind }

  /// The bytes of the device's memory in use, the most so far, and how many there are, as far as its
  /// plug-in counts them; nil where it does not, and for the host. Of several devices, those of the first:
  /// all of them hold the same tensors.
  public var memory: (inUse: Int, peak: Int?, limit: Int?)? {
    client?.devices[indices.lowerBound].memory
  }

  /// How many devices its plug-in has; 1 for the host.
  public var count: Int { client?.devices.count ?? 1 }
}

/// Why a device cannot be used, or what failed on it: one line that says what to do.
public typealias DeviceError = GumbelPJRT.DeviceError
