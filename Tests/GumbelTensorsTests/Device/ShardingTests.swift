import Foundation
import GumbelFiles
import Testing
import _GumbelTestBytes
import _GumbelTestDevice
import _GumbelTestSupport

@testable import GumbelPJRT
@testable import GumbelTensors

/// Several of the devices that XLA's plug-in for processors has, as one.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct ShardingTests {
  private func device(_ count: Int) throws -> Device {
    try Device(plugin: XLAPlugin.path!, indices: 0..<count)
  }

  /// Two layers with noise in between.
  private struct Network: TensorGroup {
    var first = Tensor.normal([6, 8], key: RandomKey(1))
    var second = Tensor.normal([8, 3], key: RandomKey(2))

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("first", &first)
      visitor.visit("second", &second)
    }

    /// A step down the slope of a loss, which is returned.
    mutating func step(_ x: Tensor, key: RandomKey) -> Tensor {
      let x = x.sharded()
      let (loss, slope) = valueAndGradient(at: self) { network in
        let hidden = tanh(matmul(x, network.first))
        let noise = Tensor.normal(hidden.shape, key: key)
        return softmaxCrossEntropy(
          logits: matmul(hidden + 0.1 * noise, network.second),
          labels: Tensor.categorical(
            logits: Tensor.zeros([3]), shape: [x.shape[0]], key: key.folding(in: 1))
        ).mean()
      }
      first = first - 0.1 * slope.first
      second = second - 0.1 * slope.second
      return loss
    }
  }

  private func compiled(
    on device: Device
  ) -> Compiled<Network, Pair<Tensor, RandomKey>, Tensor> {
    compile(on: device) { (network: inout Network, input: Pair<Tensor, RandomKey>) in
      network.step(input.first, key: input.second)
    }
  }

  private func expectClose(_ a: Tensor, _ b: Tensor, _ comment: Comment? = nil) {
    #expect(a.shape == b.shape)
    for (a, b) in zip(a.scalars, b.scalars) {
      #expect(abs(a - b) <= 1e-5 * max(1, abs(a)), comment)
    }
  }

  /// Whole shares, padded ones, and devices that have no row at all.
  @Test(arguments: [2, 4], [1, 2, 3, 5, 7, 8, 32])
  func stepsAreThoseOfOneDevice(_ count: Int, _ rows: Int) throws {
    let (single, several) = (compiled(on: try device(1)), compiled(on: try device(count)))
    var (a, b) = (Network(), Network())
    for i in 0..<3 {
      let x = Tensor.normal([rows, 6], key: RandomKey(3).folding(in: i))
      let input = Pair(x, RandomKey(4).folding(in: i))
      expectClose(single(&a, input), several(&b, input), "step \(i)")
    }
    expectClose(a.first, b.first)
    expectClose(a.second, b.second)
  }

  @Test(arguments: [2, 4])
  func stateStaysOnTheDevicesInTheMemoryThatItHas(_ count: Int) throws {
    let step = compiled(on: try device(count))
    var network = Network()
    let input = Pair(Tensor.ones([8, 6]), RandomKey(1))
    _ = step(&network, input)
    let before = try #require(network.first.storage.remote)
    #expect(before.devices == 0..<count)
    _ = step(&network, input)
    // Given away, on each of the devices.
    for buffer in [before] + before.copies {
      var bytes = [Float](repeating: 0, count: 48)
      #expect(throws: DeviceError.self) { try buffer.download(to: &bytes, byteCount: 192) }
    }
    // One that something else refers to is kept.
    let kept = network
    let scalars = try #require(kept.first.storage.remote)
    _ = step(&network, input)
    try scalars.wait()
    #expect(kept.first.scalars != network.first.scalars)
    // What one group of devices has, others are given.
    let single = compiled(on: try device(1))
    var (a, b) = (network, network)
    expectClose(single(&a, input), step(&b, input))
    #expect(step.recordingCount == 1)
  }

  /// Each device draws its part of the same words.
  @Test(arguments: [2, 4], [[8], [9], [4096, 3], [1001, 2]] as [Shape])
  func drawsAreTheHosts(_ count: Int, _ shape: Shape) throws {
    let draws = compile(on: try device(count)) { (key: RandomKey) in
      [
        apply1(RandomDraw(kind: .bits, shape: shape), [key.words]).sharded(),
        Tensor.uniform(shape, key: key).sharded(),
        Tensor.categorical(logits: Tensor.zeros([5]), shape: shape, key: key).sharded(),
        Tensor.permutation(shape.count, key: key).sharded(),
      ]
    }
    let key = RandomKey(0x1234_5678_9abc_def0)
    let found = draws(key)
    #expect(haveSameBits(found[0], apply1(RandomDraw(kind: .bits, shape: shape), [key.words])))
    #expect(haveSameBits(found[1], Tensor.uniform(shape, key: key)))
    #expect(
      haveSameBits(
        found[2], Tensor.categorical(logits: Tensor.zeros([5]), shape: shape, key: key)))
    #expect(haveSameBits(found[3], Tensor.permutation(shape.count, key: key)))
  }

  /// Loops over steps, and over time inside of a step, on either axis.
  @Test(arguments: [2, 4], [0, 1, -1])
  func loopsAreThoseOfOneDevice(_ count: Int, _ axis: Int) throws {
    func steps(on device: Device) -> Compiled<Network, Tensor, Tensor> {
      compile(on: device) { (network: inout Network, batches: Tensor) in
        let trained = scan(from: network, over: batches) { network, batch in
          var network = network
          let sums = scan(from: Tensor.zeros([6]), over: batch.sharded(along: axis)) { sum, row in
            (tanh(sum + row), sum * row)
          }
          let loss = network.step(batch + sums.outputs, key: RandomKey(5))
          return (network, loss)
        }
        network = trained.carry
        return trained.outputs
      }
    }
    let batches = Tensor.normal([5, 8, 6], key: RandomKey(6))
    var (a, b) = (Network(), Network())
    expectClose(
      steps(on: try device(1))(&a, batches), steps(on: try device(count))(&b, batches))
    expectClose(a.first, b.first)
  }

  @Test func gradientsPass() throws {
    let slope = compile(on: try device(2)) { (x: Tensor) in
      gradient(at: x) { (square($0.sharded()).sharded(along: 1) * $0).sum() }
    }
    let x = Tensor.normal([4, 6], key: RandomKey(7))
    expectClose(slope(x), 3 * square(x))
  }

  // MARK: - What is done where

  /// The program that XLA makes of a function for so many devices.
  private func program(
    _ count: Int, _ types: [TensorType], _ body: ([Tensor]) -> [Tensor]
  ) throws -> String {
    let trace = Trace(isCompiling: true, deviceCount: count)
    var recording = Recording(trace: trace)
    recording.inputs = types.map { trace.makeInput(Tensor(abstract: $0)) }
    recording.outputs = Trace.withCurrent(trace) { body(recording.inputs) }
    let module = try StableHLOModule(
      Graph(recording), precision: .float32, deviceCount: count)
    let client = try PJRTClient.of(plugin: XLAPlugin.path!)
    var options = PJRTCompileOptions()
    options.assign(0..<count, of: client)
    return try withDirectory { folder in
      options.flags["xla_dump_to"] = .string(folder)
      _ = try PJRTExecutable.compile(module.text, options, for: client)
      let name = try #require(
        directoryEntries(folder).first { $0.hasSuffix("after_optimizations.txt") })
      return try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
  }

  /// Of 64 rows each device multiplies its own, draws its own noise, and adds its slopes to the others'.
  /// Of 63, one has less to do.
  @Test(arguments: [(1, 64, 64), (2, 64, 32), (4, 64, 16), (2, 63, 32), (4, 63, 16)])
  func theWorkIsShared(_ count: Int, _ rows: Int, _ share: Int) throws {
    let program = try program(
      count,
      [TensorType([6, 8]), TensorType([8, 3]), TensorType([rows, 6]), TensorType([2], .int32)]
    ) { x in
      var network = Network()
      (network.first, network.second) = (x[0], x[1])
      let loss = network.step(x[2], key: RandomKey(words: x[3]))
      return [loss, network.first, network.second]
    }
    for other in [64, 63, 32, 16] {
      #expect(program.contains("f32[\(other),8]{1,0} dot(") == (other == share))
      let words = program.contains("u32[\(other * 8)]") || program.contains("u32[\(other),8]")
      #expect(words == (other == share))
    }
    #expect(program.contains("all-reduce(") == (count > 1))
    #expect(!program.contains("all-gather("))
  }

  /// Rows that lie along time and a batch are shared by the batch, whatever becomes of them as rows of
  /// one axis.
  @Test func rowsOfSeveralAxesAreShared() throws {
    let types = [
      TensorType([5, 64], .int32), TensorType([10, 6]), TensorType([6, 8]), TensorType([8]),
      TensorType([2], .int32),
    ]
    let program = try program(2, types) { x in
      let tokens = x[0].sharded(along: 1)
      return gradient(at: Array(x[1..<4])) { network in
        let rows = network[0].gatheringRows(at: tokens)
        let noise = Tensor.normal(rows.shape, key: RandomKey(words: x[4]))
        let hidden = dense(
          rows + noise, weight: network[1], bias: network[2], activation: .tanh)
        return softmaxCrossEntropy(logits: hidden, labels: tokens).sum()
      }
    }
    #expect(program.contains("all-reduce("))
    #expect(!program.contains("all-gather("))
    #expect(!program.contains("f32[320,") && !program.contains("f32[5,64,"))
  }

  @Test func oneDeviceAndTheHostKnowNothingOfIt() throws {
    func plan(on device: Device, _ body: @escaping (Tensor) -> Tensor) -> String {
      let function = compile(on: device, body)
      _ = function(Tensor.ones([4, 3]))
      return function.planDescription
    }
    for device in [.host, try device(1)] {
      #expect(plan(on: device) { exp($0.sharded()) } == plan(on: device) { exp($0) })
    }
    #expect(plan(on: try device(2)) { exp($0.sharded()) }.contains("sdy.sharding_constraint"))
    let x = Tensor.ones([4, 3])
    #expect(x.sharded().storage === x.storage)
  }

  @Test func tensorsWithoutTheAxisStayWhole() throws {
    for axis in [2, -3, 9] {
      let plan = compile(on: try device(2)) { (x: Tensor) in x.sharded(along: axis) * 2 }
      #expect(plan(Tensor.ones([4, 3])).sum().scalar == 24)
      #expect(!plan.planDescription.contains("sdy.sharding_constraint"))
    }
    let empty = compile(on: try device(2)) { (x: Tensor) in x.sharded() + 1 }
    #expect(empty(Tensor.zeros([0, 3])).shape == [0, 3])
  }

  // MARK: - Names

  @Test func severalDevicesAreOne() throws {
    let pair = try device(2)
    #expect(pair.description == "cpu:0-1" && pair.indices == 0..<2)
    #expect(try pair == device(2) && pair != device(1) && pair != device(4))
    #expect(try pair.hashValue == device(2).hashValue)
    #expect(try pair.kind == device(1).kind)
    let upper = try Device(plugin: XLAPlugin.path!, indices: 2..<4)
    #expect(upper.description == "cpu:2-3" && upper != pair)
    expectClose(
      compile(on: upper) { (x: Tensor) in x.sharded().sum(along: 0) }(Tensor.ones([6, 2])),
      Tensor([6, 6]))
    let last = try Device(plugin: XLAPlugin.path!, index: 3)
    #expect(compile(on: last) { (x: Tensor) in x * 2 }(Tensor([1, 2])).scalars == [2, 4])
  }

  @Test func devicesThatAreNotThereAreNamed() throws {
    for (indices, missing) in [(0..<99, 98), (-1..<2, -1), (98..<99, 98)] {
      let error = #expect(throws: DeviceError.self) {
        _ = try Device(plugin: XLAPlugin.path!, indices: indices)
      }
      #expect(error?.kind == .noDevice)
      #expect(error?.description.contains("there is no device \(missing); expected 0 to ") == true)
    }
    for name in ["xla:0-1", "cuda:2", "tpu:0-7"] { #expect(Device.isName(name)) }
    for name in ["xla:3-1", "xla:0-", "xla:-1", "xla:0-1-2", "xla:0-x", "host:0-1"] {
      #expect(!Device.isName(name), "\(name)")
    }
  }
}
