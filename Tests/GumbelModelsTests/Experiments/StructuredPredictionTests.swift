import Foundation
import GumbelModels
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct StructuredPredictionTests {
  /// Two layers with 4 · 3 joint states, for images of 2 x 3.
  private func tiny(estimator: String, binary: Bool = false) throws -> StructuredPrediction {
    var settings = StructuredPrediction.Settings(image: VAE.ImageShape(height: 2, width: 3))
    settings.layers = [
      .bernoulli(2), binary ? .bernoulli(2) : .categorical(variables: 1, classes: 3),
    ]
    settings.estimator = estimator
    return try StructuredPrediction(settings, key: RandomKey(1))
  }

  private let image = Tensor([1, 0, 1, 0, 1, 1], shape: [1, 6])

  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  /// A map's output in double precision.
  private func apply(_ network: StructuredPrediction, map: Int, _ x: [Double]) -> [Double] {
    let (weight, bias) = (network.maps[map].weight.scalars, network.maps[map].bias.scalars)
    return bias.indices.map { j in
      x.indices.reduce(Double(bias[j])) { $0 + x[$1] * Double(weight[$1 * bias.count + j]) }
    }
  }

  /// E[log p(lower | z)] and log p(lower | upper), by the sum over all joint states.
  private func exact(_ network: StructuredPrediction) -> (bound: Double, log: Double) {
    let pixels = image.scalars.map(Double.init)
    let first = apply(network, map: 0, Array(pixels[..<3])).map(sigmoid)
    var (bound, likelihood) = (0.0, 0.0)
    for state in 0..<4 {
      let bits = [state & 1, state >> 1].map(Double.init)
      let pBits = zip(bits, first).reduce(1) { $0 * ($1.0 == 1 ? $1.1 : 1 - $1.1) }
      let logits = apply(network, map: 1, bits)
      let total = logits.reduce(0) { $0 + exp($1) }
      for choice in 0..<3 {
        let p = pBits * exp(logits[choice]) / total
        let outputs = apply(network, map: 2, (0..<3).map { $0 == choice ? 1 : 0 })
        let log = zip(outputs, pixels[3...]).reduce(0.0) {
          $0 + Foundation.log(sigmoid($1.1 == 1 ? $1.0 : -$1.0))
        }
        bound += p * log
        likelihood += p * exp(log)
      }
    }
    return (bound, Foundation.log(likelihood))
  }

  @Test func theNestedExpectationIsTheSumOverJointStates() throws {
    let network = try tiny(estimator: "exact")
    let cost = network.cost(of: image, key: RandomKey(2)).scalars[0]
    #expect(abs(Double(cost) + exact(network).bound) < 1e-5)
  }

  @Test func theSampledBoundRisesFromTheBoundToTheLikelihood() throws {
    let network = try tiny(estimator: "gumbel-softmax")
    let expected = exact(network)
    func evaluate(_ samples: Int) -> StructuredPrediction.Evaluation {
      network.evaluate(
        count: 400, samples: samples, key: RandomKey(3), image: { _ in image }, progress: { _ in })
    }
    let one = evaluate(1)
    #expect(one.bound == one.sampledBound)
    let many = evaluate(500)
    // Draws of 400 · 500 states whose costs deviate by less than 1.
    #expect(abs(many.bound - expected.bound) < 5 / 200_000.0.squareRoot())
    #expect(abs(many.sampledBound - expected.log) < 0.01)
    #expect(one.bound < many.sampledBound)
  }

  @Test func whatIsDrawnForAnImageDependsOnItsPositionAlone() throws {
    let network = try tiny(estimator: "gumbel-softmax")
    var last = [Double](repeating: 0, count: 2)
    for (i, count) in [1, 2].enumerated() {
      let found = network.evaluate(
        count: count, samples: 1500, key: RandomKey(4), image: { _ in image }, progress: { _ in })
      last[i] = found.bound * Double(count)
    }
    let first = network.evaluate(
      count: 1, samples: 1500, key: RandomKey(4), image: { _ in image }, progress: { _ in })
    #expect(first.bound == last[0])
    #expect(last[1] < last[0])
  }

  @Test(arguments: ["score-function", "score-function-baseline", "rloo", "disarm", "arm"])
  func unbiasedEstimatorsStaySoWhenNested(_ name: String) throws {
    let isBinary = name.hasSuffix("arm")
    let rows = 2000
    let pixels = image.broadcast(to: [rows, 6])
    func gradientOfMean(_ network: StructuredPrediction, _ key: RandomKey) -> [Float] {
      gradient(at: network) { $0.cost(of: pixels, key: key).mean() }.maps
        .flatMap { $0.weight.scalars + $0.bias.scalars }
    }
    let expected = gradientOfMean(try tiny(estimator: "exact", binary: isBinary), RandomKey(0))
    let network = try tiny(estimator: name, binary: isBinary)
    let found = (0..<40).map { gradientOfMean(network, RandomKey(5).folding(in: $0)) }
    for element in expected.indices {
      let (mean, error) = meanAndError(found.map { Double($0[element]) })
      // Student's t with 39 degrees of freedom: beyond 6 with a probability of 5e-7.
      #expect(abs(mean - Double(expected[element])) < 6 * error + 1e-6)
    }
  }

  @Test(arguments: [
    "gumbel-softmax", "straight-through-gumbel-softmax", "straight-through", "reinmax",
    "gumbel-rao", "decoupled-straight-through", "rloo", "score-function-baseline",
  ])
  func trainingLowersTheLoss(_ name: String) throws {
    let images = SyntheticImages()
    for layers in [
      [VAE.Latent.bernoulli(10), .bernoulli(10)],
      [.categorical(variables: 4, classes: 4), .categorical(variables: 4, classes: 4)],
    ] {
      var settings = StructuredPrediction.Settings(image: images.shape)
      settings.layers = layers
      settings.estimator = name
      let network = try StructuredPrediction(settings, key: RandomKey(6))
      let history = try trained(network, steps: 150, learningRate: 0.02) {
        images.batch($0).pixels
      }.history
      // 18 pixels, of which nothing is known at first.
      #expect(history[0][0] > 10)
      #expect(history.last![0] < 0.75 * history[0][0], "\(name) \(layers)")
    }
  }

  @Test func compiledAndEagerTrainingAgreeToTheBitAndSoDoesAResumedOne() throws {
    let images = SyntheticImages()
    var settings = StructuredPrediction.Settings(image: images.shape)
    settings.layers = [.bernoulli(6), .categorical(variables: 2, classes: 3)]
    settings.estimator = "score-function-baseline"
    let network = try StructuredPrediction(settings, key: RandomKey(8))
    let temperature = Schedule.geometric(from: 1, to: 0.5, over: 20)
    let whole = try trained(network, steps: 20, temperature: temperature) {
      images.batch($0).pixels
    }
    let eager = try trained(network, steps: 20, temperature: temperature, compiled: false) {
      images.batch($0).pixels
    }
    #expect(whole.bits == eager.bits)
    #expect(whole.history == eager.history)

    var part = Training(Descent(network, plan: whole.plan), key: RandomKey(7))
    var loop = TrainingLoop(epochs: 2, stepsPerEpoch: 10)
    var steps = 0
    loop.shouldStop = {
      steps += 1
      return steps == 13
    }
    let isDone = try part.run(on: { images.batch($0).pixels }, loop: loop)
    #expect(!isDone)
    var resumed = Training(Descent(network, plan: whole.plan), key: RandomKey(0))
    var saved = part.tensors.makeIterator()
    resumed.updateEach { $0 = saved.next()! }
    resumed.restore(stepsDone: part.stepsDone, history: part.history)
    loop.shouldStop = { false }
    _ = try resumed.run(on: { images.batch($0).pixels }, loop: loop)
    #expect(resumed.bits == whole.bits)
    #expect(resumed.history == whole.history)

    // What is measured after an epoch is abandoned, and made by who goes on.
    for stop in [10, 20] {
      var first = Training(Descent(network, plan: whole.plan), key: RandomKey(7))
      let isComplete = try first.run(
        on: { images.batch($0).pixels }, loop: loop,
        endOfEpoch: { training in
          if training.stepsDone == stop { throw Interruption.Abandoned() }
          return Measurements()
        })
      #expect(!isComplete && first.isEpochOpen && first.history.count == stop / 10 - 1)
      var second = Training(Descent(network, plan: whole.plan), key: RandomKey(0))
      var kept = first.tensors.makeIterator()
      second.updateEach { $0 = kept.next()! }
      second.restore(stepsDone: stop, history: first.history, isEpochOpen: true)
      let isDoneNow = try second.run(on: { images.batch($0).pixels }, loop: loop)
      #expect(isDoneNow && !second.isEpochOpen)
      #expect(second.bits == whole.bits)
      #expect(second.history == whole.history)
    }
  }

  @Test func aLossThatIsNotFiniteIsNamed() throws {
    let images = SyntheticImages()
    let settings = StructuredPrediction.Settings(image: images.shape)
    let network = try StructuredPrediction(settings, key: RandomKey(9))
    #expect(throws: TrainingError.self) {
      try trained(network, steps: 20) { step in
        step == 3
          ? Tensor(repeating: .nan, shape: [50, images.shape.count]) : images.batch(step).pixels
      }
    }
  }

  @Test func settingsThatContradictEachOtherAreRefused() {
    func message(_ change: (inout StructuredPrediction.Settings) -> Void) -> String? {
      var settings = StructuredPrediction.Settings(image: VAE.ImageShape(height: 4, width: 4))
      change(&settings)
      do {
        try settings.validate()
        return nil
      } catch { return error.description }
    }
    let whole = message { _ in }
    #expect(whole == nil)
    let vimco = message { $0.estimator = "vimco" }
    #expect(vimco?.contains("vimco") == true)
    let flat = message { $0.image.height = 1 }
    #expect(flat?.contains("height 1") == true)
    let unknown = message { $0.estimator = "none" }
    #expect(unknown?.contains("gumbel-softmax") == true)
    let binary = message {
      $0.layers = [.categorical(variables: 2, classes: 3)]
      $0.estimator = "arm"
    }
    #expect(binary?.contains("categorical:2x3") == true)
    let joint = message { $0.estimator = "exact" }
    #expect(joint?.contains("bernoulli:200") == true)
  }
}
