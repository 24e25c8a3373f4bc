import GumbelPJRT

/// A graph for a device: one program that XLA compiled.
///
/// State stays on the device between calls. A state that nothing else refers to is given away to the
/// program, which writes the new one into the same memory.
final class DevicePlan: Executable {
  private let device: Device
  private let types: (states: [TensorType], inputs: [TensorType], outputs: [TensorType])
  private let executable: PJRTExecutable
  private let constants: [PJRTBuffer]
  private let writtenStates: [Int]
  let description: String

  init(_ graph: Graph, on device: Device, _ precision: Precision) throws {
    let module = try StableHLOModule(
      graph, precision: precision, deviceCount: device.indices.count)
    self.device = device
    types = (
      graph.states.map(\.type), graph.inputs.map(\.type), graph.outputs.map(\.type)
    )
    let isCompiled = Device.onCompilation(device)
    defer { isCompiled() }
    executable = try ExecutableCache.shared.executable(
      module.text, device.compileOptions, for: device.client!)
    constants = try module.constants.map { constant throws(DeviceError) in
      try device.buffer(of: constant.storage, constant.type)
    }
    writtenStates = module.writtenStates
    description = module.text
    Device.onProgram(module.text, executable)
  }

  func run<State: TensorGroup, Input: TensorGroup, Output: TensorGroup>(
    _ state: inout State, _ input: Input, settings: SettingsDigest, into output: inout Output
  ) -> Bool {
    var arguments = ArgumentBinder(device, types.states + types.inputs)
    state.visit(&arguments)
    guard arguments.matches, arguments.buffers.count == types.states.count else { return false }
    let kept = writtenStates.filter { !arguments.areOwned[$0] }.map(Int64.init)
    var input = input
    input.visit(&arguments)
    guard arguments.matches,
      arguments.buffers.count == types.states.count + types.inputs.count,
      arguments.settings == settings
    else { return false }
    let results = Device.orFail { () throws(DeviceError) in
      try executable.run(
        arguments.buffers + constants, keeping: kept,
        resultCount: writtenStates.count + types.outputs.count, on: device.indices)
    }
    var stateResults = [PJRTBuffer?](repeating: nil, count: types.states.count)
    for (result, i) in writtenStates.enumerated() { stateResults[i] = results[result] }
    var newStates = ResultBinder(stateResults)
    state.visit(&newStates)
    var outputs = ResultBinder(results.dropFirst(writtenStates.count).map { $0 })
    output.visit(&outputs)
    return true
  }
}

extension TensorGroup {
  /// Waits until devices have computed all tensors.
  ///
  /// A call of a function on a device returns before the device is done, and reading waits by itself:
  /// this is for measuring times.
  public func waitUntilReady() {
    for tensor in tensors {
      Device.orFail { () throws(DeviceError) in try tensor.storage.remote?.wait() }
    }
  }
}

extension Device {
  /// The elements of a tensor's memory on this device, on each of several: uploaded where they are not
  /// there yet.
  fileprivate func buffer(
    of storage: Storage, _ type: TensorType
  ) throws(DeviceError) -> PJRTBuffer {
    if let known = storage.remote, known.client === client, known.devices == indices {
      return known
    }
    let buffer = try client!.upload(
      storage.pointer, type.elementType.onDevice, extents: type.shape.dimensions, to: indices)
    storage.keep(buffer)
    return buffer
  }

  /// What programs for this device are compiled with.
  fileprivate var compileOptions: PJRTCompileOptions {
    var options =
      client!.platformName == "cuda" ? .cuda(client!.plugin.cudaFolder) : PJRTCompileOptions()
    options.assign(indices, of: client!)
    return options
  }
}

extension ElementType {
  fileprivate var onDevice: PJRTElementType {
    switch self {
    case .float32: .float32
    case .int32: .int32
    }
  }
}

/// Collects the buffers of the arguments.
private struct ArgumentBinder: TensorVisitor {
  private let device: Device
  private let types: [TensorType]
  private(set) var buffers: [PJRTBuffer] = []
  /// Of the arguments so far, whether nothing else refers to their memory.
  private(set) var areOwned: [Bool] = []
  private(set) var matches = true
  private(set) var settings = SettingsDigest()

  init(_ device: Device, _ types: [TensorType]) {
    self.device = device
    self.types = types
    buffers.reserveCapacity(types.count)
    areOwned.reserveCapacity(types.count)
  }

  mutating func note<Setting: Hashable>(_ name: String, _ setting: Setting) {
    settings.note(setting)
  }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    Trace.requireHere(tensor)
    guard matches, buffers.count < types.count, types[buffers.count] == tensor.type else {
      matches = false
      return
    }
    areOwned.append(isKnownUniquelyReferenced(&tensor.storage))
    let (storage, type) = (tensor.storage, tensor.type)
    let device = device
    buffers.append(
      Device.orFail { () throws(DeviceError) in try device.buffer(of: storage, type) })
  }
}

/// Gives tensors what was computed for them; nil leaves one as it is.
private struct ResultBinder: TensorVisitor {
  private let buffers: [PJRTBuffer?]
  private var index = 0

  init(_ buffers: [PJRTBuffer?]) { self.buffers = buffers }

  mutating func visit(_ name: String, _ tensor: inout Tensor) {
    defer { index += 1 }
    guard let buffer = buffers[index] else { return }
    if !isKnownUniquelyReferenced(&tensor.storage) {
      tensor.storage = Storage.uninitialized(tensor.type)
    }
    tensor.storage.take(buffer)
    tensor.traceID = 0
  }
}
