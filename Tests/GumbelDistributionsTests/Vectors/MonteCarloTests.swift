import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct MonteCarloTests {
  private let p = Tensor([0.5, -0.3, 0.1, 1])
  private let q = Tensor([0, 1, -0.5, 0.2])

  @Test func discreteDivergence() {
    let (a, b) = (Categorical(logits: p), Categorical(logits: q))
    let estimate = a.monteCarloKLDivergence(to: b, samples: 100_000, key: RandomKey(1)).scalar
    let exact = a.klDivergence(to: b).scalar
    // The terms lie within ±3 of each other: the standard error is below 1.5 / √n.
    #expect(abs(estimate - exact) < 5 * 1.5 / 316)
    let slope = gradient(at: q) {
      a.monteCarloKLDivergence(to: Categorical(logits: $0), samples: 100_000, key: RandomKey(1))
    }
    let expected = gradient(at: q) { a.klDivergence(to: Categorical(logits: $0)) }
    #expect(largestDifference(slope, DoubleTensor(expected).values) < 5 * 0.5 / 316)
    let none = gradient(at: p) {
      Categorical(logits: $0).monteCarloKLDivergence(to: b, samples: 100, key: RandomKey(1))
    }
    #expect(none.scalars == [0, 0, 0, 0])
  }

  /// Of two relaxed bits, by quadrature; of both views alike, and with its gradient.
  @Test func relaxedDivergence() {
    func exact(_ logit: Double) -> Double {
      let (a, b) = (
        RelaxedBernoulli(logits: logit, temperature: 0.5),
        RelaxedBernoulli(logits: -0.4, temperature: 0.8)
      )
      return (-4000...4000).reduce(0) { sum, i in
        let z = a.mean + 0.02 * Double(i)
        let log = a.logProbability(of: z)
        return sum + 0.02 * exponential(log) * (log - b.logProbability(of: z))
      }
    }
    let b = RelaxedBernoulli(logits: Tensor(-0.4), temperature: Tensor(0.8))
    func estimate(_ logit: Tensor) -> Tensor {
      RelaxedBernoulli(logits: logit, temperature: Tensor(0.5))
        .monteCarloKLDivergence(to: b, samples: 200_000, key: RandomKey(2))
    }
    let (value, slope) = valueAndGradient(at: Tensor(0.7), of: estimate)
    #expect(abs(Double(value.scalar) - exact(0.7)) < 5 * 1.5 / 447)
    let expected = (exact(0.7 + 1e-4) - exact(0.7 - 1e-4)) / 2e-4
    #expect(abs(Double(slope.scalar) - expected) < 5 * 1.5 / 447)

    let pair = RelaxedCategorical(logits: Tensor([0.7, 0]), temperature: Tensor(0.5))
    let other = RelaxedCategorical(logits: Tensor([-0.4, 0]), temperature: Tensor(0.8))
    let ofPair = pair.monteCarloKLDivergence(to: other, samples: 200_000, key: RandomKey(3))
    #expect(abs(Double(ofPair.scalar) - exact(0.7)) < 5 * 1.5 / 447)
    let onSimplex = pair.onSimplex.monteCarloKLDivergence(
      to: other.onSimplex, samples: 200_000, key: RandomKey(3))
    #expect(haveSameBits(onSimplex, ofPair))
    let onInterval = RelaxedBernoulli(logits: Tensor(0.7), temperature: Tensor(0.5))
      .onUnitInterval.monteCarloKLDivergence(
        to: b.onUnitInterval, samples: 200_000, key: RandomKey(2))
    #expect(haveSameBits(onInterval, value))
  }

  @Test func finiteWhereSamplesAreNearlyOneHot() {
    let logits = Tensor.normal([1000], key: RandomKey(4))
    let a = RelaxedOneHotCategorical(logits: logits, temperature: Tensor(0.01))
    let b = RelaxedOneHotCategorical(logits: -logits, temperature: Tensor(0.02))
    let (value, slope) = valueAndGradient(at: logits) {
      RelaxedOneHotCategorical(logits: $0, temperature: Tensor(0.01))
        .monteCarloKLDivergence(to: b, samples: 10, key: RandomKey(5))
    }
    #expect(value.scalar.isFinite)
    #expect(areFinite(slope))
    let own = a.monteCarloKLDivergence(to: a, samples: 10, key: RandomKey(5))
    #expect(own.scalar == 0)
  }

  @Test func batchesBroadcast() {
    let a = RelaxedCategorical(logits: p, temperature: Tensor(0.5))
    let b = RelaxedCategorical(
      logits: Tensor.normal([3, 2, 4], key: RandomKey(6)), temperature: Tensor(1))
    #expect(a.monteCarloKLDivergence(to: b, samples: 5, key: RandomKey(7)).shape == [3, 2])
    #expect(b.monteCarloKLDivergence(to: a, samples: 5, key: RandomKey(7)).shape == [3, 2])
    let categorical = Categorical(logits: p)
    let batch = Categorical(logits: Tensor.normal([3, 2, 4], key: RandomKey(6)))
    let ofBatch = categorical.monteCarloKLDivergence(to: batch, samples: 5, key: RandomKey(7))
    #expect(ofBatch.shape == [3, 2])
  }
}
