import GumbelDatasets
import GumbelOptimizers
import GumbelTraining
import Testing
import _GumbelTestDevice
import _GumbelTestSupport

@testable import GumbelModels
@testable import GumbelTensors

/// Trainings on images of which a device makes the batches, many steps in a call. Each test sets the
/// default device, in a process of its own.
@Suite(.enabled(if: XLAPlugin.isFound, XLAPlugin.comment), .serialized)
struct DeviceImageTests {
  typealias VAETraining = Training<Descent<VAE, Adam>>

  /// 103 images of 3 x 3 grey pixels in 10 batches, of which three images are left out.
  private static func batches() -> ImageBatches {
    var bytes: [UInt8] = []
    for image in 0..<103 {
      for pixel in 0..<9 { bytes.append(UInt8(pixel * (image % 4 + 1) % 3 * 100 + image % 50)) }
    }
    return ImageBatches(
      ImageSet(name: "greys", bytes: bytes, height: 3, width: 3), batchSize: 10,
      binarisation: .dynamic, key: RandomKey(4))
  }

  private static func training() throws -> VAETraining {
    var settings = VAE.Settings(image: VAE.ImageShape(height: 3, width: 3))
    settings.latents = [VAE.Latent](text: "categorical:3x4")!
    settings.encoder = .perceptron([16])
    settings.decoder = .perceptron([16])
    var plan = DescentPlan(epochs: 4, stepsPerEpoch: 10)
    plan.temperature = .exponential(from: 1, rate: 0.01, floor: 0.5, every: 3)
    return try Training(settings, plan: plan, key: RandomKey(5))
  }

  private static func setDevice() throws {
    Device.default = try Device(plugin: XLAPlugin.path!)
  }

  @Test func theyLearnWhatTheHostDoes() async {
    await #expect(processExitsWith: .success) {
      var batches = Self.batches()
      var host = try Self.training()
      _ = try host.run(on: { batches.batch($0).pixels })

      try Self.setDevice()
      for length in [nil, 4] {
        let images = ImageTensors(batches)
        var copies: Set<ObjectIdentifier> = []
        var training = try Self.training()
        var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 10)
        loop.stepsPerLaunch = length
        let counter = CallCounter()
        loop.observers = [counter]
        let isDone = try training.run(on: images, loop: loop) { _ in
          // The set itself was copied to the device once.
          copies.insert(ObjectIdentifier(images.tensors[0].storage.remote!))
          return [:]
        }
        require(isDone && copies.count == 1, "\(copies.count) copies of the set")
        require(counter.calls == (length == nil ? 0 : 8), "\(counter.calls) calls in epochs")
        for (a, b) in zip(host.history.joined(), training.history.joined()) {
          require(abs(a - b) <= 2e-3 * max(1, abs(a)), "\(a) on the host, \(b) on the device")
        }
      }
    }
  }

  @Test func goingOnTheyEndInTheSameBits() async {
    await #expect(processExitsWith: .success) {
      try Self.setDevice()
      func loop(stoppingAt stop: Int? = nil) -> TrainingLoop {
        var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 10)
        loop.stepsPerLaunch = 4
        let counter = CallCounter()
        loop.observers = [counter]
        if let stop { loop.shouldStop = { counter.step >= stop } }
        return loop
      }
      var whole = try Self.training()
      _ = try whole.run(on: ImageTensors(Self.batches()), loop: loop())
      var first = try Self.training()
      let isDone = try first.run(on: ImageTensors(Self.batches()), loop: loop(stoppingAt: 13))
      require(!isDone && first.stepsDone == 14, "stopped at \(first.stepsDone)")
      var second = try Self.training()
      _ = try Checkpoint.read(&second, bytes: Checkpoint.bytes(of: first), path: "memory")
      second.restore(stepsDone: 14, history: first.history)
      _ = try second.run(on: ImageTensors(Self.batches()), loop: loop())
      require(haveSameBits(whole, second), "other bits")
      require(whole.history == second.history, "\(whole.history), \(second.history)")
    }
  }

  /// Counts the calls that do not end an epoch.
  private final class CallCounter: TrainingObserver {
    var calls = 0
    var step = 0
    func progressed(to step: Int, terms: () -> [(name: String, value: Double)]) {
      calls += 1
      self.step = step
    }
  }
}
