import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Estimators with parameters and state of their own.
@Suite struct TrainingTests {
  private func variance(_ estimator: some GradientEstimator<OneHot>) -> Double {
    GradientSample(
      estimator, ThreeClasses.logits, rows: 50_000, key: RandomKey(30), cost: ThreeClasses.cost
    ).variance
  }

  /// Trains the estimator's parameters alone, in a compiled step.
  private func trained<E: GradientEstimator<OneHot>>(_ estimator: E, steps: Int) -> E {
    let logits = ThreeClasses.logits.broadcast(to: [256, 3])
    var state = Pair(estimator, Adam(for: estimator, learningRate: 0.02))
    let step = compile { (state: inout Pair<E, Adam>, _: EmptyGroup, key: RandomKey) in
      let (loss, gradient) = valueAndGradient(at: state.first) {
        $0.expectation(of: ThreeClasses.cost, under: OneHot(logits: logits), key: key).mean()
      }
      state.second.update(&state.first, along: gradient)
      return loss
    }
    for i in 0..<steps { _ = step(&state, Pair(EmptyGroup(), RandomKey(31).folding(in: i))) }
    return state.first
  }

  @Test func aLearnedBaselineLowersTheVariance() {
    let network = Sequential.mlp([3, 1], key: RandomKey(32))
    let estimator = ScoreFunctionEstimator(
      baseline: LearnedBaseline<OneHot, Sequential>(network: network))
    // The best constant is that of leave-one-out with infinitely many draws.
    let best = variance(RLOOEstimator(draws: 40)) * 40
    #expect(variance(trained(estimator, steps: 300)) < 0.5 * variance(estimator))
    #expect(abs(variance(trained(estimator, steps: 300)) / best - 1) < 0.1)
  }

  @Test func controlVariatesLearnToLowerTheVariance() {
    let relax = RELAXEstimator<OneHot, Sequential>(
      network: .mlp([3, 16, 1], activation: .tanh, key: RandomKey(33)))
    let relaxed = trained(relax, steps: 600)
    #expect(variance(relaxed) < 0.5 * variance(relax))
    let rebar = REBAREstimator<OneHot>(temperature: 0.2, scale: 0.2)
    let trainedRebar = trained(rebar, steps: 300)
    #expect(variance(trainedRebar) < 0.5 * variance(rebar))
    // Trained or not, the mean stays.
    for estimator in [relaxed, trainedRebar] as [any GradientEstimator<OneHot>] {
      let sample = GradientSample(
        estimator, ThreeClasses.logits, rows: 200_000, key: RandomKey(34), cost: ThreeClasses.cost)
      let deviation = sample.deviation(from: ThreeClasses.exactGradient)
      #expect(deviation < 3.5)
    }
  }

  /// The derivative of the mean squared gradient in the scale, by finite differences at fixed noise.
  @Test func theTrainingGradientIsThatOfTheVariance() {
    let rows = 64
    let logits = ThreeClasses.logits.broadcast(to: [rows, 3])
    func second(_ estimator: REBAREstimator<OneHot>) -> Double {
      let gradients = gradient(at: logits) {
        estimator.expectation(
          of: ThreeClasses.cost, under: OneHot(logits: $0), key: RandomKey(35)
        ).sum()
      }
      return gradients.scalars.reduce(0) { $0 + Double($1) * Double($1) } / Double(rows)
    }
    let estimator = REBAREstimator<OneHot>(temperature: 0.7, scale: 0.4)
    let training = gradient(at: estimator) {
      $0.expectation(of: ThreeClasses.cost, under: OneHot(logits: logits), key: RandomKey(35))
        .mean()
    }
    for (path, found) in [
      (\REBAREstimator<OneHot>.scale, training.scale),
      (\.logTemperature, training.logTemperature),
    ] {
      let h: Float = 0.01
      var (above, below) = (estimator, estimator)
      above[keyPath: path] = estimator[keyPath: path] + h
      below[keyPath: path] = estimator[keyPath: path] - h
      let expected = (second(above) - second(below)) / Double(2 * h)
      #expect(abs(Double(found.scalar) - expected) < 0.01 * (abs(expected) + 0.1))
    }
  }

  @Test func impossibleClassesDoNotDisturbTraining() {
    let choice = OneHot(logits: Tensor([0.5, -.infinity, 0.1]))
    func isFinite(_ estimator: some GradientEstimator<OneHot>) -> Bool {
      gradient(at: estimator) {
        $0.expectation(of: ThreeClasses.cost, under: choice, key: RandomKey(29))
      }.tensors.allSatisfy { $0.scalars.allSatisfy(\.isFinite) }
    }
    #expect(isFinite(REBAREstimator()))
    let network = Sequential.mlp([3, 1], key: RandomKey(28))
    #expect(isFinite(RELAXEstimator(network: network)))
    #expect(isFinite(ScoreFunctionEstimator(baseline: LearnedBaseline(network: network))))
  }

  /// Training a control variate sends nothing into what f captures.
  @Test func theTrainingGradientReachesTheEstimatorAlone() {
    struct Model: TensorGroup {
      var scale: Tensor
      var estimator: REBAREstimator<OneHot>
      mutating func visit(_ visitor: inout some TensorVisitor) {
        visitor.visit("scale", &scale)
        visitor.visit("estimator", &estimator)
      }
    }
    let model = Model(scale: Tensor(0.7), estimator: REBAREstimator(scale: 0.5))
    func loss(_ scale: Tensor, _ estimator: REBAREstimator<OneHot>) -> Tensor {
      estimator.expectation(
        of: { scale * ThreeClasses.cost($0) }, under: OneHot(logits: ThreeClasses.logits),
        key: RandomKey(36))
    }
    let together = gradient(at: model) { loss($0.scale, $0.estimator) }
    let alone = gradient(at: model.scale) { loss($0, model.estimator) }
    #expect(together.scale.scalar == alone.scalar)
    #expect(together.estimator.scale.scalar != 0)
  }

  @Test func aMovingAverageFollowsTheCosts() {
    var estimator = ScoreFunctionEstimator(
      baseline: MovingAverageBaseline<OneHot>(decay: 0.9))
    let before = variance(estimator)
    for i in 0..<50 {
      let costs = estimator.expectation(
        of: ThreeClasses.cost,
        under: OneHot(logits: ThreeClasses.logits.broadcast(to: [1000, 3])),
        key: RandomKey(37).folding(in: i))
      estimator.observe(costs)
    }
    #expect(variance(estimator) < 0.5 * before)
    let average = estimator.baseline.prediction(
      under: OneHot(logits: ThreeClasses.logits), costShape: [])!
    let exact = ExactEstimator().expectation(
      of: ThreeClasses.cost, under: OneHot(logits: ThreeClasses.logits), key: RandomKey(0))
    #expect(abs(average.scalar - exact.scalar) < 0.02)
    // One observation is the average of one.
    var fresh = MovingAverageBaseline<OneHot>(decay: 0.99)
    fresh.observe(Tensor([2, 4]))
    let first = fresh.prediction(under: OneHot(logits: ThreeClasses.logits), costShape: [])!
    #expect(abs(first.scalar - 3) < 1e-5)
  }

  /// A temperature in the state of a compiled step can be changed between calls without a new plan,
  /// and an optimizer leaves it as it is.
  @Test func temperaturesCanBeAnnealed() {
    let logits = ThreeClasses.logits.broadcast(to: [64, 3])
    var state = GumbelSoftmaxEstimator<OneHot>(temperature: Tensor(1))
    let step = compile { (state: inout GumbelSoftmaxEstimator<OneHot>, key: RandomKey) in
      let (loss, gradient) = valueAndGradient(at: state) {
        $0.expectation(of: ThreeClasses.cost, under: OneHot(logits: logits), key: key).mean()
      }
      return Pair(loss, gradient.temperature)
    }
    for temperature: Float in [1, 0.5, 0.1] {
      state.temperature = Tensor(temperature)
      let found = step(&state, RandomKey(38))
      let expected = state.expectation(
        of: ThreeClasses.cost, under: OneHot(logits: logits), key: RandomKey(38)
      ).mean()
      #expect(found.first.scalar == expected.scalar)
      #expect(found.second.scalar == 0)
    }
    #expect(step.planCount == 1)
  }

  @Test func nothingIsForgotten() {
    let network = Sequential.mlp([3, 1], key: RandomKey(39))
    let t = Tensor(1)
    let problems =
      forgottenParts(in: GumbelSoftmaxEstimator<OneHot>(temperature: t))
      + forgottenParts(in: StraightThroughGumbelSoftmaxEstimator<OneHot>(temperature: t))
      + forgottenTensors(
        in: DecoupledStraightThroughEstimator<OneHot>(
          forwardTemperature: t, backwardTemperature: t))
      + forgottenParts(in: ReinMaxEstimator<OneHot>())
      + forgottenParts(in: GumbelRaoEstimator<OneHot>(temperature: t))
      + forgottenParts(in: GappedStraightThroughEstimator<OneHot>(temperature: t))
      + forgottenParts(in: MovingAverageBaseline<OneHot>())
      + forgottenParts(in: LearnedBaseline<OneHot, Sequential>(network: network))
      + forgottenTensors(
        in: ScoreFunctionEstimator(baseline: MovingAverageBaseline<OneHot>()))
      + forgottenParts(in: REBAREstimator<OneHot>())
      + forgottenParts(in: RLOOEstimator<OneHot>(draws: 3))
      + forgottenParts(in: VIMCOEstimator<OneHot>(draws: 3))
      + forgottenParts(in: UnorderedSetEstimator<OneHot>(size: 2))
      + forgottenParts(in: RELAXEstimator<OneHot, Sequential>(network: network))
    #expect(problems == [])
  }
}
