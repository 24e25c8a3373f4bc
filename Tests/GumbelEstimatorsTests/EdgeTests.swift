import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct EdgeTests {
  /// Gradients of all built-in estimators at rows of logits, by name.
  private func gradients(
    _ row: [Float], rows: Int, cost: (Tensor) -> Tensor
  ) -> [(name: String, gradient: Tensor)] {
    let logits = Tensor(row).broadcast(to: [rows, row.count])
    return OneHot.builtInEstimators.map { builtIn in
      let estimator = builtIn.make(EstimatorOptions(featureCount: row.count))
      let gradient = gradient(at: logits) { logits in
        estimator.expectation(of: cost, under: OneHot(logits: logits), key: RandomKey(20)).sum()
      }
      return (builtIn.name, gradient)
    }
  }

  @Test func maskedClassesGetNoGradient() {
    for (name, gradient) in gradients(
      [0.5, -.infinity, 0.1], rows: 200, cost: ThreeClasses.cost)
    {
      let isFinite = gradient.scalars.allSatisfy(\.isFinite)
      #expect(isFinite, "\(name)")
      let masked = gradient.sliced(along: 1, 1..<2).scalars.allSatisfy { $0 == 0 }
      #expect(masked, "\(name)")
      let others = gradient.scalars.contains { $0 != 0 }
      #expect(others, "\(name)")
    }
  }

  @Test func impossibleValuesMayCostAnything() {
    let cost = { (z: Tensor) in
      -log(1 - (z * Tensor([0, 1, 0])).sum(along: -1)) + (z * Tensor([1, 0, 2])).sum(along: -1)
    }
    let logits = Tensor([0.5, -.infinity, 0.1])
    for estimator in [ExactEstimator(), UnorderedSetEstimator(size: 3)]
      as [any GradientEstimator<OneHot>]
    {
      let (value, gradient) = valueAndGradient(at: logits) {
        estimator.expectation(of: cost, under: OneHot(logits: $0), key: RandomKey(21))
      }
      let p = 1 / (1 + exp(Tensor(0.4)).scalar)
      #expect(abs(value.scalar - (1 + p)) < 1e-6)
      let off = abs(gradient - Tensor([-p * (1 - p), 0, p * (1 - p)])).max().scalar
      #expect(off < 1e-6, "\(estimator.name): \(gradient)")
    }
  }

  @Test func oneOnlyClassAndOneCertainClass() {
    for row: [Float] in [
      [0.3], [-.infinity, 2, -.infinity], [1000, -1000, 0], [1, .infinity, -.infinity],
    ] {
      for (name, gradient) in gradients(
        row, rows: 50, cost: { ($0 * $0.shape[-1].asWeights).sum(along: -1) })
      {
        let isZero = gradient.scalars.allSatisfy { abs($0) < 1e-6 }
        #expect(isZero, "\(name) at \(row): \(gradient)")
      }
    }
  }

  /// +inf twice: half the probability each.
  @Test func severalCertainClassesShareTheProbability() {
    let cost = { (z: Tensor) in (z * Tensor([1, 5, -2])).sum(along: -1) }
    let logits = Tensor([.infinity, 3, .infinity]).broadcast(to: [20_000, 3])
    for builtIn in OneHot.builtInEstimators where builtIn.name != "vimco" {
      let estimator = builtIn.make(EstimatorOptions(featureCount: 3))
      let (_, values, gradient) = valueOutputAndGradient(at: logits) {
        let values = estimator.expectation(
          of: cost, under: OneHot(logits: $0), key: RandomKey(19))
        return (values.sum(), values)
      }
      // A standard error is at most 1.5 / √20,000, or three times that with a control variate.
      #expect(abs(values.mean().scalar + 0.5) < 0.15, "\(builtIn.name)")
      let isFinite = gradient.scalars.allSatisfy(\.isFinite)
      #expect(isFinite, "\(builtIn.name)")
    }
  }

  @Test func certainBinaryVariables() {
    for logit: Float in [.infinity, -.infinity, 1e4, -1e4] {
      for builtIn in Binary.builtInEstimators {
        let estimator = builtIn.make(EstimatorOptions(featureCount: 1))
        let (value, gradient) = valueAndGradient(at: Tensor([logit, logit])) {
          estimator.expectation(
            of: { 2 * $0 + 1 }, under: Binary(logits: $0), key: RandomKey(22)
          ).sum()
        }
        #expect(abs(value.scalar - (logit > 0 ? 6 : 2)) < 1e-4, "\(builtIn.name) at \(logit)")
        let isZero = gradient.scalars.allSatisfy { abs($0) < 1e-6 }
        #expect(isZero, "\(builtIn.name) at \(logit): \(gradient)")
      }
    }
  }

  @Test func emptyBatch() {
    for builtIn in OneHot.builtInEstimators {
      let value = builtIn.make(EstimatorOptions(featureCount: 3)).expectation(
        of: ThreeClasses.cost, under: OneHot(logits: Tensor.zeros([0, 3])), key: RandomKey(23))
      #expect(value.shape == [0])
    }
  }

  @Test func oneCostForAllVariables() {
    for builtIn in OneHot.builtInEstimators {
      let estimator = builtIn.make(EstimatorOptions(featureCount: 6))
      let value = estimator.expectation(
        of: { $0.sum() }, under: OneHot(logits: Tensor.zeros([2, 3])), key: RandomKey(24))
      #expect(value.shape == [], "\(builtIn.name)")
    }
  }

  @Test func compiledGivesTheSameBits() {
    let logits = Tensor.normal([7, 2, 3], key: RandomKey(25))
    let cost = { (z: Tensor) in ThreeClasses.cost(z).sum(along: -1) }
    for builtIn in OneHot.builtInEstimators {
      let estimator = builtIn.make(EstimatorOptions(featureCount: 6))
      func step(_ logits: Tensor, _ key: RandomKey) -> Pair<Tensor, Tensor> {
        let (value, gradient) = valueAndGradient(at: logits) {
          estimator.expectation(of: cost, under: OneHot(logits: $0), key: key).sum()
        }
        return Pair(value, gradient)
      }
      let compiled = compile { (_: inout EmptyGroup, logits: Tensor, key: RandomKey) in
        step(logits, key)
      }
      var nothing = EmptyGroup()
      for seed: UInt64 in [1, 2] {
        let eager = step(logits, RandomKey(seed))
        let replayed = compiled(&nothing, Pair(logits, RandomKey(seed)))
        let isSame =
          eager.first.scalars == replayed.first.scalars
          && eager.second.scalars == replayed.second.scalars
        #expect(isSame, "\(builtIn.name)")
      }
    }
  }

  @Test func temperaturesMayDifferByVariable() {
    let temperatures = Tensor([0.3, 1, 3])
    let logits = Tensor.normal([3, 4], key: RandomKey(26))
    let cost = { (z: Tensor) in (z * Tensor([1, 2, 3, 4])).sum(along: -1) }
    func estimators(_ t: Tensor) -> [any GradientEstimator<OneHot>] {
      [
        GumbelSoftmaxEstimator(temperature: t), ReinMaxEstimator(temperature: t),
        StraightThroughGumbelSoftmaxEstimator(temperature: t),
        GumbelRaoEstimator(temperature: t, noises: 2),
        GappedStraightThroughEstimator(temperature: t),
        DecoupledStraightThroughEstimator(forwardTemperature: t, backwardTemperature: t),
      ]
    }
    for (position, estimator) in estimators(temperatures).enumerated() {
      let together = gradient(at: logits) {
        estimator.expectation(of: cost, under: OneHot(logits: $0), key: RandomKey(27)).sum()
      }
      for row in 0..<3 {
        // The same noise: element i depends on the key and on i alone.
        let alone = estimators(Tensor(temperatures.scalars[row]))[position]
        let gradient = gradient(at: logits) {
          alone.expectation(of: cost, under: OneHot(logits: $0), key: RandomKey(27)).sum()
        }
        let isSame = gradient[row].scalars == together[row].scalars
        #expect(isSame, "\(estimator.name)")
      }
    }
  }
}

extension Int {
  /// 0, 1, 2, … as a tensor of so many.
  fileprivate var asWeights: Tensor { Tensor.int32Range(self).converted(to: .float32) }
}
