import GumbelPJRT
import Testing
import _GumbelTestDevice

@testable import GumbelTensors

/// Functions on XLA's plug-in for processors.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
struct DeviceTests {
  let device: Device

  init() throws { device = try Device(plugin: XLAPlugin.path!) }

  @Test func aStateStaysOnTheDeviceInTheMemoryThatItHas() {
    let step = compile(on: device) { (state: inout Tensor, x: Tensor) in
      state = state + x * 2
      return (state * state).sum()
    }
    var state = Tensor([1, 2, 3])
    let storage = state.storage
    // Not the only reference: the first call makes memory of its own for the state.
    #expect(step(&state, Tensor([1, 1, 1])).scalar == 9 + 16 + 25)
    #expect(state.storage !== storage)
    let own = ObjectIdentifier(state.storage)
    for _ in 0..<3 { _ = step(&state, Tensor([1, 1, 1])) }
    #expect(ObjectIdentifier(state.storage) == own)
    #expect(state.scalars == [9, 10, 11])
    #expect(step.recordingCount == 1)
  }

  @Test func aStateThatSomethingElseRefersToIsKeptAsItWas() {
    let step = compile(on: device) { (state: inout Pair<Tensor, Tensor>) in
      state.first = state.first + state.second
      state.second = state.second * 2
      return EmptyGroup()
    }
    var state = Pair(Tensor([1, 2]), Tensor([3, 4]))
    _ = step(&state)
    let before = state
    _ = step(&state)
    #expect(before.first.scalars == [4, 6])
    #expect(before.second.scalars == [6, 8])
    #expect(state.first.scalars == [10, 14])
    #expect(state.second.scalars == [12, 16])
    // Two states in the same memory.
    var same = Pair(state.first, state.first)
    state = Pair(Tensor(0), Tensor(0))
    _ = step(&same)
    #expect(same.first.scalars == [20, 28])
    #expect(same.second.scalars == [20, 28])
  }

  @Test func whatADeviceComputedIsReadByEagerOperationsAndByTheHost() {
    let double = compile(on: device) { (x: Tensor) in x * 2 }
    let onHost = compile { (state: inout Tensor) in
      state = state + 1
      return state.sum()
    }
    var x = double(Tensor([1, 2, 3]))
    #expect((x + 1).scalars == [3, 5, 7])
    #expect(onHost(&x).scalar == 3 + 5 + 7)
    // The memory was written here, so the device has to be told.
    #expect(double(x).scalars == [6, 10, 14])
    #expect(double(double(x)).scalars == [12, 20, 28])
  }

  @Test func severalThreadsMayReadWhatADeviceComputed() async {
    let double = compile(on: device) { (x: Tensor) in x * 2 }
    for i in 0..<20 {
      let y = double(Tensor(repeating: Float(i), shape: [1000]))
      await withTaskGroup(of: Float.self) { group in
        for _ in 0..<4 { group.addTask { y.sum().scalar } }
        for await sum in group { #expect(sum == Float(2000 * i)) }
      }
    }
  }

  @Test func aCompiledFunctionSaysWhatADeviceCannotDo() throws {
    let function = compile(on: device) { (x: Tensor) in apply1(HostOnly(), [x]) }
    let error = #expect(throws: UnsupportedPrimitives.self) {
      try function.prepare(for: EmptyGroup(), Tensor([1]))
    }
    #expect(error?.description.contains("hostOnly") == true)
  }

  @Test func functionsWithoutADeviceRunOnTheDefault() {
    #expect(Device.default == .host)
    #expect(compile { (x: Tensor) in x }.device == .host)
    #expect(compile(on: device) { (x: Tensor) in x }.device == device)
    #expect(device.description == "cpu:0")
  }

  @Test func devicesAreFoundByName() throws {
    #expect(try Device(named: "host") == .host)
    #expect(try Device(named: XLAPlugin.path!) == device)
    #expect(try Device(plugin: XLAPlugin.path!, index: 1) != device)
    for name in ["gpu", "cuda:x", "", "host:1"] {
      let error = #expect(throws: DeviceError.self) { _ = try Device(named: name) }
      #expect(error?.description.hasPrefix("\(name): no such device") == true)
    }
    let error = #expect(throws: DeviceError.self) {
      _ = try Device(plugin: XLAPlugin.path!, index: 99)
    }
    #expect(error?.kind == .noDevice)
  }
}

/// An operation that no device has a form of.
private struct HostOnly: Primitive {
  var name: String { "hostOnly" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    outputs[0].floats[0] = inputs[0].floats[0]
  }
  func pullback(_ p: Pullback) {}
}
