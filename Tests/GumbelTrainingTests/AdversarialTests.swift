import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

/// Two numbers that play: the generator's wants to be the batch's, the discriminator's tells how far off
/// it is.
private struct Duel: AdversarialModel {
  var generator = Tensor(0)
  var discriminator = Tensor(0)
  var temperature = Tensor(0)
  var observed = Tensor(0)
  var begun = Tensor(0)
  var isLong = false

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
    visitor.visit("temperature", &temperature)
    visitor.visit("observed", &observed)
    visitor.visit("begun", &begun)
  }

  func discriminatorLoss(on batch: Tensor, step: Int, key: RandomKey) -> (Tensor) -> Tensor {
    let gap = batch[step] - generator
    return { square($0 - gap) }
  }

  func generatorLoss(on batch: Tensor, key: RandomKey) -> (Tensor) -> Tensor {
    let target = generator + discriminator
    return { square($0 - target) }
  }

  func pretrainingLoss(on batch: Tensor, key: RandomKey) -> (Tensor) -> Tensor {
    { square($0 + 10) }
  }

  mutating func beginDiscriminatorStep() { begun = begun + 1 }
  mutating func observe(generatorLoss: Tensor) { observed = observed + generatorLoss }
  mutating func anneal(to temperature: Double) { self.temperature = Tensor(Float(temperature)) }
  func hasLongRounds(_ plan: AdversarialPlan) -> Bool { isLong }
}

@Suite struct AdversarialTests {
  private func plan(pretraining: Int = 0) -> AdversarialPlan {
    var plan = AdversarialPlan(epochs: 20, stepsPerEpoch: 10)
    plan.discriminatorSteps = 2
    plan.generatorSteps = 3
    plan.pretrainingSteps = pretraining
    plan.averageDecay = 0.5
    plan.change(temperature: (2, 1), discriminatorRate: (0.1, 0.05), generatorRate: (0.1, 0.01))
    return plan
  }

  private let batch = Tensor([3, 3])

  private func training(
    _ plan: AdversarialPlan, isLong: Bool = false
  ) -> Training<Adversarial<Duel, Adam>> {
    var duel = Duel()
    duel.isLong = isLong
    return Training(Adversarial(duel, plan: plan), key: RandomKey(0))
  }

  @Test(arguments: [true, false]) func bothPlayersTakeTheirSteps(compiled: Bool) throws {
    var training = training(plan())
    let isDone = try training.run(on: { _ in batch }, compiled: compiled)
    #expect(isDone)
    #expect(abs(training.model.generator.scalar - 3) < 1)
    #expect(abs(training.learned.scalar - training.model.generator.scalar) < 0.1)
    #expect(training.model.begun.scalar == 2 * 200)
    #expect(training.model.temperature.scalar < 1.1)
    #expect(training.model.observed.scalar > 0)
    let steps = Dictionary(
      uniqueKeysWithValues: training.namedTensors.map { ($0.name, $0.tensor) })
    #expect(steps["generatorOptimizer.step"]?.int32Scalar == 600)
    #expect(steps["discriminatorOptimizer.step"]?.int32Scalar == 400)
  }

  /// First the generator alone, which is drawn elsewhere; compiled as two functions.
  @Test func pretrainingComesFirst() throws {
    let plan = plan(pretraining: 30)
    var (compiled, eager) = (training(plan), training(plan))
    var ends: [Float] = []
    _ = try compiled.run(on: { _ in batch }) { training in
      ends.append(training.model.generator.scalar)
      return [:]
    }
    _ = try eager.run(on: { _ in batch }, compiled: false)
    #expect(haveSameBits(compiled, eager))
    #expect(ends[2] < 0 && ends[19] > 2)
    #expect(compiled.history[0][1] == 0 && compiled.history[3][1] != 0)
    #expect(compiled.model.begun.scalar == 2 * 170)
  }

  /// A round that is asked on the way and may not go on has not been.
  @Test func aLongRoundIsLeftWhole() throws {
    let plan = plan()
    var whole = training(plan)
    _ = try whole.run(on: { _ in batch })
    var training = training(plan, isLong: true)
    var loop = TrainingLoop(epochs: 20, stepsPerEpoch: 10)
    var questions = 0
    loop.shouldStop = {
      questions += 1
      return questions >= 50
    }
    let isDone = try training.run(on: { _ in batch }, loop: loop)
    // Six questions a round: five on the way and one at its end.
    #expect(!isDone && training.stepsDone == 8)
    #expect(training.model.begun.scalar == 16)
    loop.shouldStop = { false }
    let isDoneNow = try training.run(on: { _ in batch }, loop: loop)
    #expect(isDoneNow && haveSameBits(whole, training))
  }

  @Test func gradientsOfBothAreClipped() {
    var plan = plan()
    (plan.discriminatorSteps, plan.generatorSteps) = (1, 1)
    plan.gradientNorm = 0.01
    plan.change(temperature: (1, 1), discriminatorRate: (1, 1), generatorRate: (1, 1))
    var training = Training(
      Adversarial(
        Duel(), generatorOptimizer: SGD(for: Tensor(0), learningRate: 1),
        discriminatorOptimizer: SGD(for: Tensor(0), learningRate: 1), plan: plan),
      key: RandomKey(0))
    training.setRates(at: 0)
    training.trainStep(on: batch)
    #expect(abs(training.model.discriminator.scalar - 0.01) < 1e-6)
    #expect(abs(training.model.generator.scalar - 0.01) < 1e-6)
  }

  @Test func everyTensorIsVisited() {
    #expect(forgottenTensors(in: training(plan())) == [])
  }
}
