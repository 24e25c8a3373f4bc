import GumbelDistributions
import GumbelEstimators
import GumbelOptimizers
import GumbelTensors
import Testing

/// An estimator outside the package: f at the mean of the choice. It draws nothing, and is exact
/// for linear f only.
private struct MeanEstimator<Choice: RelaxableChoice>: GradientEstimator {
  var name: String { "mean" }
  var isUnbiased: Bool { false }
  var needsDifferentiableCost: Bool { true }

  func expectation(of f: (Tensor) -> Tensor, under choice: Choice, key: RandomKey) -> Tensor {
    f(Choice.mean(ofLogits: choice.logits))
  }
}

extension GradientEstimator {
  fileprivate static func mean<C>() -> Self where Self == MeanEstimator<C> { Self() }
}

/// A model that takes its estimator as one argument.
private struct Chooser<Estimator: GradientEstimator<OneHot>>: TensorGroup {
  var logits = Tensor.zeros([4])
  var estimator: Estimator

  init(estimator: Estimator) { self.estimator = estimator }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("logits", &logits)
    visitor.visit("estimator", &estimator)
  }

  func loss(key: RandomKey) -> Tensor {
    let choice = OneHot(logits: logits.broadcast(to: [64, 4]))
    return estimator.expectation(
      of: { ($0 * Tensor([0.3, 0.1, -0.4, 0.2])).sum(along: -1) }, under: choice, key: key
    ).mean()
  }
}

@Suite struct CustomEstimatorTests {
  /// The probability of the best class after training.
  private func trained(_ estimator: some GradientEstimator<OneHot>) -> Float {
    var model = Chooser(estimator: estimator)
    var optimizer = Adam(for: model, learningRate: 0.1)
    for step in 0..<100 {
      let key = RandomKey(40).folding(in: step)
      optimizer.update(&model, along: gradient(at: model) { $0.loss(key: key) })
    }
    return model.logits.softmax().scalars[2]
  }

  @Test func anEstimatorIsOneArgumentOfAModel() {
    let probabilities = [
      trained(.exact()), trained(.gumbelSoftmax(temperature: 0.5)),
      trained(.straightThroughGumbelSoftmax(temperature: 0.5)), trained(.straightThrough()),
      trained(.decoupledStraightThrough(backwardTemperature: 2)), trained(.reinMax()),
      trained(.gumbelRao(temperature: 0.5)), trained(.gappedStraightThrough()),
      trained(.scoreFunction()), trained(.scoreFunction(averageDecay: 0.9)), trained(.rloo()),
      trained(.rebar()), trained(.unorderedSet()), trained(.vimco()), trained(.mean()),
    ]
    for (position, probability) in probabilities.enumerated() {
      #expect(probability > 0.8, "estimator \(position): \(probability)")
    }
  }

  @Test func theMeanIsExactForLinearCosts() {
    let cost = { (z: Tensor) in (z * Tensor([1, 5, -2])).sum(along: -1) }
    func gradient(_ estimator: some GradientEstimator<OneHot>) -> [Float] {
      GumbelTensors.gradient(at: ThreeClasses.logits) {
        estimator.expectation(of: cost, under: OneHot(logits: $0), key: RandomKey(41))
      }.scalars
    }
    let off = zip(gradient(.mean()), gradient(.exact())).map { abs($0 - $1) }.max()!
    #expect(off < 1e-6)
  }
}
