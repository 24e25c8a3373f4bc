import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

@testable import GumbelTraining

/// A line through noisy points.
struct Line: LossModel {
  var slope = Tensor(0), offset = Tensor(0)
  /// Not trained; the temperature that was set last.
  var temperature = Tensor(0)
  var observed = Tensor(0)

  static let termNames = ["loss", "error", "penalty"]

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("slope", &slope)
    visitor.visit("offset", &offset)
    visitor.visit("temperature", &temperature)
    visitor.visit("observed", &observed)
  }

  func loss(on x: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    let y = 2 * x - 1 + 0.01 * Tensor.normal(x.shape, key: key)
    let error = square(slope * x + offset - y).mean()
    let penalty = square(slope).sum()
    return [error + weight * penalty, error, penalty]
  }

  mutating func observe(terms: [Tensor]) { observed = observed + terms[1].stoppingGradient() }
  mutating func anneal(to temperature: Double) { self.temperature = Tensor(Float(temperature)) }

  static func batch(_ step: Int) -> Tensor {
    Tensor.uniform([16], key: RandomKey(3).folding(in: step))
  }

  static func plan(epochs: Int = 4, steps: Int = 25) -> DescentPlan {
    var plan = DescentPlan(epochs: epochs, stepsPerEpoch: steps)
    plan.learningRate = .cosine(from: 0.1, to: 0.01, over: epochs * steps, every: 3)
    plan.temperature = .geometric(from: 1, to: 0.5, over: epochs * steps, every: 7)
    plan.weight = .constant(0)
    return plan
  }
}

@Suite struct TrainingTests {
  typealias LineTraining = Training<Descent<Line, Adam>>

  static func training(_ plan: DescentPlan = Line.plan()) -> LineTraining {
    Training(Descent(Line(), plan: plan), key: RandomKey(1))
  }

  /// Stopped after some steps.
  private func stopped(after count: Int) -> TrainingLoop {
    var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 25)
    var steps = 0
    loop.shouldStop = {
      steps += 1
      return steps == count
    }
    return loop
  }

  @Test(arguments: [true, false]) func descends(compiled: Bool) throws {
    var training = Self.training()
    let isDone = try training.run(on: { Line.batch($0) }, compiled: compiled)
    #expect(isDone && training.stepsDone == 100 && training.history.count == 4)
    #expect(abs(training.model.slope.scalar - 2) < 0.2)
    #expect(abs(training.model.offset.scalar + 1) < 0.2)
    #expect(training.history[3][0] < training.history[0][0])
    #expect(training.history[3][0] == training.history[3][1])
    #expect(abs(training.model.temperature.scalar - 0.5) < 0.05)
    #expect(training.model.observed.scalar > 0)
  }

  @Test(arguments: [1, 24, 25, 60]) func goesOnToTheSameBits(after steps: Int) throws {
    var whole = Self.training()
    _ = try whole.run(on: { Line.batch($0) }, compiled: false)
    var first = Self.training()
    let isDone = try first.run(on: { Line.batch($0) }, loop: stopped(after: steps))
    #expect(!isDone && first.stepsDone == steps)
    var second = Training(Descent(Line(), plan: Line.plan()), key: RandomKey(9))
    _ = try Checkpoint.read(&second, bytes: Checkpoint.bytes(of: first), path: "memory")
    second.restore(stepsDone: steps, history: first.history)
    let isDoneNow = try second.run(on: { Line.batch($0) })
    #expect(isDoneNow)
    #expect(haveSameBits(whole, second))
    #expect(whole.history == second.history)
  }

  @Test func anyOptimizerDescends() throws {
    func error(_ make: (Line) -> some Optimizer) throws -> Float {
      var plan = Line.plan()
      plan.learningRate = .constant(0.05)
      func train<Rule: Optimizer>(_ rule: Rule) throws -> Float {
        var training = Training(Descent(Line(), by: rule, plan: plan), key: RandomKey(1))
        _ = try training.run(on: { Line.batch($0) })
        return training.history.last![1]
      }
      return try train(make(Line()))
    }
    let sgd = try error { SGD(for: $0, learningRate: 1, momentum: 0.9) }
    let rmsProp = try error { RMSProp(for: $0) }
    #expect(sgd < 0.01 && rmsProp < 0.05)
  }

  /// A plain gradient step is as long as the norm of what is left of the gradient.
  @Test func gradientsAreClipped() throws {
    func step(_ norm: Float?) -> Float {
      var plan = Line.plan()
      plan.learningRate = .constant(1)
      plan.gradientNorm = norm
      var training = Training(
        Descent(Line(), by: SGD(for: Line(), learningRate: 1), plan: plan), key: RandomKey(1))
      training.setRates(at: 0)
      training.trainStep(on: Line.batch(0))
      let (a, b) = (training.model.slope.scalar, training.model.offset.scalar)
      return (a * a + b * b).squareRoot()
    }
    #expect(abs(step(0.01) - 0.01) < 1e-6)
    #expect(step(nil) > 0.1)
    #expect(step(1e6) == step(nil))
  }

  /// The first step that went wrong is named, and the term that did.
  @Test func whatIsNotFiniteIsAnError() throws {
    var training = Self.training()
    let error = #expect(throws: TrainingError.self) {
      try training.run(on: { Line.batch($0) * ($0 == 31 ? .nan : 1) })
    }
    #expect(error?.step == 31 && error?.epoch == 2)
    #expect(error?.description.hasPrefix("step 31, in epoch 2: the error became nan") == true)
    // Before it is saved.
    var other = Self.training()
    var saves: [Int] = []
    var loop = TrainingLoop(epochs: 4, stepsPerEpoch: 25)
    loop.saveInterval = .zero
    let unsaved = #expect(throws: TrainingError.self) {
      try other.run(
        on: { Line.batch($0) * ($0 == 31 ? .nan : 1) }, loop: loop,
        save: { saves.append($0.stepsDone) }, endOfEpoch: { _ in [:] })
    }
    #expect(saves == Array(1...31))
    #expect(unsaved?.finding.hasPrefix("the tensor model.") == true)
  }

  @Test func batchesMayEnd() throws {
    var training = Self.training()
    let isDone = try training.run(on: { $0 < 30 ? Line.batch($0) : nil })
    #expect(!isDone && training.stepsDone == 30 && training.history.count == 1)
  }

  @Test func everyTensorIsVisited() {
    #expect(forgottenTensors(in: Self.training()) == [])
  }

  /// Rates change when their schedules do, wherever a training goes on.
  @Test func ratesAreThoseOfTheStep() {
    let schedules = [
      Schedule.linear(from: 1, to: 0, over: 10, every: 3), .constant(5),
      .exponential(from: 1, rate: 0.1),
    ]
    for start in [0, 1, 4] {
      var rates = Rates(schedules)
      for step in Array(start..<12) + [3, 3, 8, 9] {
        _ = rates.advance(to: step)
        #expect(rates.values == schedules.map { $0(step) })
      }
    }
    var constant = Rates([.constant(1)])
    let changes = [0, 1, 7].map { constant.advance(to: $0) }
    #expect(changes == [true, false, false])
    constant.forget()
    let isSetAgain = constant.advance(to: 8)
    #expect(isSetAgain)
  }
}
