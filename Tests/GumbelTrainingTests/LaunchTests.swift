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

  @Test(arguments: [5, 25])
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
