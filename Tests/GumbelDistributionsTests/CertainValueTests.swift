import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Bernoulli and Binomial where an outcome is impossible: what is multiplied by a probability of 0
/// is 0, in values and gradients.
@Suite struct CertainValueTests {
  let certain = Tensor([-.infinity, .infinity])

  @Test func singleDistributions() {
    let never = Bernoulli(probabilities: 0.0)
    let always = Bernoulli(probabilities: 1.0)
    #expect(never.logits == -.infinity)
    #expect(always.logits == .infinity)
    for d in [never, always] {
      #expect(d.entropy == 0)
      #expect(d.variance == 0)
      #expect(d.klDivergence(to: d) == 0)
      let x = d.mean
      #expect(d.logProbability(of: x) == 0)
      #expect(d.logProbability(of: 1 - x) == -.infinity)
      #expect(d.quantile(at: 0.3) == x)
      #expect(d.sample(100, key: RandomKey(1)).allSatisfy { $0 == x })
    }
    #expect(never.klDivergence(to: always) == .infinity)
    let half = Bernoulli(probabilities: 0.5)
    #expect(half.klDivergence(to: never) == .infinity)
    #expect(abs(never.klDivergence(to: half) - 0.693_147_180_559_945_3) < 1e-15)
  }

  @Test func batches() {
    let d = Bernoulli(logits: certain)
    let half = Bernoulli(logits: Tensor([0, 0]))
    #expect(Bernoulli(probabilities: Tensor([0, 1])).logits.scalars == [-.infinity, .infinity])
    #expect(d.entropy.scalars == [0, 0])
    #expect(d.variance.scalars == [0, 0])
    #expect(d.klDivergence(to: d).scalars == [0, 0])
    #expect(half.klDivergence(to: d).scalars == [.infinity, .infinity])
    #expect(d.logProbability(of: Tensor([0, 1])).scalars == [0, 0])
    #expect(d.logProbability(of: Tensor([1, 0])).scalars == [-.infinity, -.infinity])
    #expect(half.logProbability(of: Tensor([0.5, 2])).scalars == [-.infinity, -.infinity])
    let draws = d.sample([10_000], key: RandomKey(2))
    #expect(draws.scalars == (0..<20_000).map { Float($0 % 2) })
  }

  @Test func gradientsOfWhatIsCertain() {
    let entropy = gradient(at: certain) { Bernoulli(logits: $0).entropy.sum() }
    #expect(entropy.scalars == [0, 0])
    let probabilities = gradient(at: Tensor([0, 0.5, 1])) {
      let d = Bernoulli(probabilities: $0)
      return (d.entropy + d.klDivergence(to: d) + d.mean).sum()
    }
    #expect(probabilities.scalars == [0, 1, 0])
    let own = gradient(at: certain) {
      let d = Bernoulli(logits: $0)
      return d.klDivergence(to: d).sum()
    }
    #expect(own.scalars == [0, 0])
    let toHalf = gradient(at: certain) {
      Bernoulli(logits: $0).klDivergence(to: Bernoulli(logits: Tensor(0))).sum()
    }
    #expect(toHalf.scalars == [0, 0])
    let density = gradient(at: certain) {
      Bernoulli(logits: $0).logProbability(of: Tensor([0, 1])).sum()
    }
    #expect(density.scalars == [0, 0])
    let counts = gradient(at: certain) {
      Binomial(trials: Tensor(7), logits: $0).logProbability(of: Tensor([0, 7])).sum()
    }
    #expect(counts.scalars == [0, 0])
  }

  /// A logit that is NaN is reported where it stands.
  @Test func notANumber() {
    let key = RandomKey(3)
    let bad = Bernoulli(logits: Tensor([0, .nan, 1])).sample([50], key: key).scalars
    let good = Bernoulli(logits: Tensor([0, 0, 1])).sample([50], key: key).scalars
    let counts = Binomial(trials: Tensor([5, 5, -1, 2.5]), logits: Tensor([0, .nan, 0, 0]))
      .sample(key: key).scalars
    for i in bad.indices { #expect(i % 3 == 1 ? bad[i].isNaN : bad[i] == good[i]) }
    #expect(counts.map(\.isNaN) == [false, true, true, true])
  }

  @Test func binomials() {
    let key = RandomKey(4)
    for (logit, outcome) in [(-Double.infinity, 0.0), (.infinity, 20)] {
      let d = Binomial(trials: 20, logits: logit)
      #expect(d.entropy == 0)
      #expect(d.logProbability(of: outcome) == 0)
      #expect(d.logProbability(of: 10) == -.infinity)
      #expect(d.cdf(at: outcome) == 1)
      #expect(d.quantile(at: 0.5) == outcome)
      #expect(d.sample(50, key: key).allSatisfy { $0 == outcome })
      #expect(d.klDivergence(to: d) == 0)
    }
    let none = Binomial(trials: 0, probabilities: 0.5)
    #expect(none.logProbability(of: 0) == 0)
    #expect(none.entropy == 0)
    #expect(none.sample(5, key: key) == [0, 0, 0, 0, 0])
    let batch = Binomial(trials: Tensor([0, 20, 20]), logits: Tensor([0, -.infinity, .infinity]))
    #expect(batch.sample([2], key: key).scalars == [0, 0, 20, 0, 0, 20])
    #expect(batch.logProbability(of: Tensor([0, 0, 20])).scalars == [0, 0, 0])
    #expect(batch.sample([0], key: key).shape == [0, 3])
  }
}
