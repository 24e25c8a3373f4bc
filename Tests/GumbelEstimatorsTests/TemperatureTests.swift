import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct TemperatureTests {
  /// A temperature that is a number gives the bits of one that is a tensor.
  @Test func numbersAndTensors() {
    let key = RandomKey(7)
    let logits = Tensor.normal([3, 4], key: key)
    let square = Tensor.normal([2, 3, 3], key: key)
    let odds = Tensor.normal([3], key: key)
    func draw(_ distribution: some Reparameterised) -> Tensor {
      distribution.pathwiseSample([2], key: key)
    }
    let t = Tensor(0.4)
    let pairs: [(Tensor, Tensor)] = [
      (
        Tensor.gumbelSoftmax(logits: logits, temperature: 0.4, key: key),
        Tensor.gumbelSoftmax(logits: logits, temperature: t, key: key)
      ),
      (
        Tensor.logGumbelSoftmax(logits: logits, temperature: 0.4, key: key),
        Tensor.logGumbelSoftmax(logits: logits, temperature: t, key: key)
      ),
      (
        Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: 0.4, key: key),
        Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: t, key: key)
      ),
      (
        Tensor.relaxedSubset(logits: logits, size: 2, temperature: 0.4, key: key),
        Tensor.relaxedSubset(logits: logits, size: 2, temperature: t, key: key)
      ),
      (
        Tensor.straightThroughSubset(logits: logits, size: 2, temperature: 0.4, key: key),
        Tensor.straightThroughSubset(logits: logits, size: 2, temperature: t, key: key)
      ),
      (
        Tensor.gumbelSinkhorn(scores: square, temperature: 0.4, key: key),
        Tensor.gumbelSinkhorn(scores: square, temperature: t, key: key)
      ),
      (
        draw(RelaxedCategorical(logits: logits, temperature: 0.4)),
        draw(RelaxedCategorical(logits: logits, temperature: t))
      ),
      (
        draw(RelaxedOneHotCategorical(logits: logits, temperature: 0.4)),
        draw(RelaxedOneHotCategorical(logits: logits, temperature: t))
      ),
      (
        draw(StraightThroughOneHotCategorical(logits: logits, temperature: 0.4)),
        draw(StraightThroughOneHotCategorical(logits: logits, temperature: t))
      ),
      (
        draw(RelaxedBernoulli(logits: odds, temperature: 0.4)),
        draw(RelaxedBernoulli(logits: odds, temperature: t))
      ),
      (
        draw(UnitRelaxedBernoulli(logits: odds, temperature: 0.4)),
        draw(UnitRelaxedBernoulli(logits: odds, temperature: t))
      ),
      (
        draw(StraightThroughBernoulli(logits: odds, temperature: 0.4)),
        draw(StraightThroughBernoulli(logits: odds, temperature: t))
      ),
      (
        OneHotCategorical(logits: logits).relaxedSample(temperature: 0.4, key: key),
        OneHotCategorical(logits: logits).relaxedSample(temperature: t, key: key)
      ),
      (
        Bernoulli(logits: odds).straightThroughSample(temperature: 0.4, key: key),
        Bernoulli(logits: odds).straightThroughSample(temperature: t, key: key)
      ),
    ]
    for (index, (number, tensor)) in pairs.enumerated() {
      #expect(haveSameBits(number, tensor), "pair \(index)")
    }
    var estimator = GumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(temperature: 1)
    estimator.anneal(to: 0.25)
    #expect(estimator.temperature.scalar == 0.25)
  }
}
