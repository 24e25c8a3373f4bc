import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestDevice

@testable import GumbelTraining

/// Several steps as one call.
struct LaunchTests {
  typealias LineTraining = TrainingTests.LineTraining

  static func trained(
    _ stepsPerLaunch: Int, from first: Int = 0, batches: Int = .max,
    stop: ((Int) -> Bool)? = nil, _ training: LineTraining = TrainingTests.training()
  ) throws -> (training: LineTraining, asked: [Int]) {
    var training = training
    var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 25)
    loop.stepsPerLaunch = stepsPerLaunch
    var asked: [Int] = []
    let counter = StepCounter()
    loop.observers = [counter]
    if let stop { loop.shouldStop = { stop(counter.step) } }
    _ = try training.run(
      on: { step in
        asked.append(step)
        return step < batches ? Line.batch(step) : nil
      }, loop: loop)
    return (training, asked)
  }

  private final class StepCounter: TrainingObserver {
    var step = 0
    func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) {
      self.step = step
    }
  }

  static func bits(_ training: LineTraining) -> [[UInt32]] {
    training.tensors.map {
      $0.elementType == .float32
        ? $0.scalars.map(\.bitPattern) : $0.int32Scalars.map { UInt32(bitPattern: $0) }
    }
  }

  /// Of the last call of an epoch 3 steps are left where there are 11 in others.
  @Test(arguments: [5, 11, 24, 25])
  func onTheHostCallsOfSeveralStepsGiveTheBitsOfSingleOnes(_ length: Int) throws {
    let (one, several) = (try Self.trained(1), try Self.trained(length))
    #expect(several.asked == Array(0..<100))
    #expect(several.training.stepsDone == 100)
    #expect(Self.bits(one.training) == Self.bits(several.training))
    #expect(one.training.history == several.training.history)
  }

  @Test func aRunStopsBetweenCallsAndGoesOnWhereACallBegins() throws {
    let whole = try Self.trained(5)
    var part = try Self.trained(5, stop: { $0 >= 37 })
    #expect(part.training.stepsDone == 40)
    // One that stopped elsewhere does single steps up to the next call.
    part = try Self.trained(1, stop: { $0 >= 37 })
    #expect(part.training.stepsDone == 37)
    let resumed = try Self.trained(5, part.training)
    #expect(resumed.asked == Array(37..<100))
    #expect(Self.bits(whole.training) == Self.bits(resumed.training))
  }

  @Test func theLastBatchesAreTrainedWhereTheyDoNotFillACall() throws {
    let (one, several) = (try Self.trained(1, batches: 33), try Self.trained(5, batches: 33))
    #expect(several.training.stepsDone == 33)
    #expect(Self.bits(one.training) == Self.bits(several.training))
    #expect(several.asked.filter { $0 < 33 } == Array(0..<33))
  }

  @Test func howLongCallsAre() {
    func length(_ steps: Int, _ bytes: Int?) -> Int {
      let most = bytes.map(TrainingLoop.mostSteps(ofBatchesOf:)) ?? 1000
      return TrainingLoop.evenLength(steps, atMost: most)
    }
    // By the number of steps, and by the bytes of the host's batches.
    #expect(length(600, 1) == 100 && length(937, 1) == 94 && length(7, 1) == 7)
    #expect(length(600, 1 << 20) == 60 && length(600, 1 << 30) == 1 && length(65, 1 << 20) == 33)
    #expect(length(937, nil) == 937 && length(1001, nil) == 501 && length(7499, nil) == 938)
    var loop = TrainingLoop(epochs: 1, stepsPerEpoch: 600)
    #expect(loop.stepsPerLaunch(ofBatchesOf: 1) == 1 && loop.stepsPerLaunchOfTensors == 1)
    loop.stepsPerLaunch = 7
    #expect(loop.stepsPerLaunch(ofBatchesOf: 1 << 30) == 7 && loop.stepsPerLaunchOfTensors == 7)
  }

  // MARK: - Batches made of tensors

  /// The example of the documentation.
  struct Points: TensorBatches {
    var x = Tensor.uniform([1000], key: RandomKey(3)).reshaped(to: [1000, 1])
    var key = RandomKey(8)

    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("x", &x)
      visitor.visit("key", &key)
    }

    func epoch(_ number: Tensor) -> Tensor {
      Tensor.permutation(1000, key: key.folding(in: number)).reshaped(to: [25, 40])
    }

    func batch(_ place: Tensor, in order: Tensor) -> Tensor {
      x.gatheringRows(at: order.gatheringRows(at: place))
    }
  }

  static func trained(
    onTensors stepsPerLaunch: Int?, compiled: Bool = true, stop: Int? = nil,
    _ training: LineTraining = TrainingTests.training()
  ) throws -> LineTraining {
    var training = training
    var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 25)
    loop.stepsPerLaunch = stepsPerLaunch
    let counter = StepCounter()
    loop.observers = [counter]
    if let stop { loop.shouldStop = { counter.step >= stop } }
    _ = try training.run(on: Points(), loop: loop, compiled: compiled)
    return training
  }

  @Test func batchesOfTensorsAreThoseThatAClosureGives() throws {
    let points = Points()
    let x = points.x.scalars
    var expected = TrainingTests.training()
    _ = try expected.run(on: { step in
      let order = Tensor.permutation(1000, key: points.key.folding(in: step / 25)).int32Scalars
      let place = step % 25 * 40
      return Tensor(order[place..<(place + 40)].map { x[Int($0)] }, shape: [40, 1])
    })
    #expect(Self.bits(expected) == Self.bits(try Self.trained(onTensors: nil, compiled: false)))
    for length in [nil, 5, 11, 25] {
      let found = try Self.trained(onTensors: length)
      #expect(Self.bits(expected) == Self.bits(found))
      #expect(expected.history == found.history)
    }
    let part = try Self.trained(onTensors: 11, stop: 30)
    #expect(part.stepsDone == 36)
    #expect(Self.bits(expected) == Self.bits(try Self.trained(onTensors: 5, part)))
  }

  @Test(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment))
  func onADeviceTheStepsAreThoseOfTheHost() throws {
    let device = try Device(plugin: XLAPlugin.path!)
    var batches: [Tensor] = []
    for step in 0..<25 { batches.append(Line.batch(step)) }
    let step = compile(on: device) { (training: inout LineTraining, batch: Tensor) in
      training.trainStep(on: batch)
      return EmptyGroup()
    }
    var (host, remote) = (TrainingTests.training(), TrainingTests.training())
    for (i, batch) in batches.enumerated() {
      host.setRates(at: i)
      remote.setRates(at: i)
      host.trainStep(on: batch)
      _ = step(&remote, batch)
    }
    for (a, b) in zip(host.namedTensors, remote.namedTensors)
    where a.tensor.elementType == .float32 {
      for (x, y) in zip(a.tensor.scalars, b.tensor.scalars) {
        #expect(abs(x - y) <= 1e-4 * max(1, abs(x)), "\(a.name)")
      }
    }
    #expect(host.model.slope.scalar != 0)
  }
}
