import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct MultinomialTests {
  /// Known values: 10! / (3! 2! 5!) · 0.2³ 0.3² 0.5⁵, and two classes as a binomial.
  @Test func probabilities() {
    let three = Multinomial(trials: 10, probabilities: [0.2, 0.3, 0.5])
    let p = 2520 * power(0.2, 3) * power(0.3, 2) * power(0.5, 5)
    #expect(abs(exponential(three.logProbability(of: [3, 2, 5])) - p) < 1e-15)
    let tensor = Multinomial(trials: 10, probabilities: Tensor([0.2, 0.3, 0.5]))
    #expect(largestDifference(tensor.logProbability(of: Tensor([3, 2, 5])), [logarithm(p)]) < 1e-6)
    // log of 2000000! / 1000000!² / 4^1000000, from Stirling's formula: -½ log(π n), and -1 / 8n.
    let many = Multinomial(trials: 2_000_000, logits: [7, 7])
    let middle = -0.5 * logarithm(.pi * 1e6) - 1 / 8e6
    #expect(abs(many.logProbability(of: [1_000_000, 1_000_000]) - middle) < 1e-8)
    let manyTensor = Multinomial(trials: 2_000_000, logits: Tensor([7, 7]))
    let found = manyTensor.logProbability(of: Tensor([1_000_000, 1_000_000]))
    #expect(largestDifference(found, [middle]) < 1e-5)
  }

  @Test func outsideTheSupport() {
    let tensor = Multinomial(trials: 3, logits: Tensor([0, -.infinity, 1]))
    let rows: [[Float]] = [[1, 1, 1], [1, 0, 1], [4, 0, -1], [1.5, 0, 1.5], [.nan, 0, 3]]
    let logs = tensor.logProbability(of: Tensor(rows.flatMap { $0 }, shape: [5, 3]))
    #expect(areAll(logs[0..<4], -.infinity))
    #expect(logs[4].scalar.isNaN)
    let exact = Multinomial(trials: 3, logits: [0, -.infinity, 1])
    for row in rows[0..<3] {
      #expect(exact.logProbability(of: row.map { Int($0) }) == -.infinity)
    }
    let slope = gradient(at: tensor.logits) {
      Multinomial(trials: 3, logits: $0).logProbability(of: Tensor([2, 0, 1]))
        + Multinomial(trials: 3, logits: $0).logProbability(of: Tensor([1, 1, 1]))
    }
    #expect(slope.scalars[1] == 0 && areFinite(slope))
  }

  @Test func moments() {
    let tensor = Multinomial(trials: 20, logits: Tensor([0.5, -1, 0, -.infinity]))
    let exact = Multinomial(trials: 20, logits: [0.5, -1, 0, -.infinity])
    #expect(relativeDifference(tensor.mean, exact.mean) < 1e-6)
    #expect(relativeDifference(tensor.variance, exact.variance) < 1e-6)
    let sample = tensor.sample([20_000], key: RandomKey(1))
    #expect(areAll(sample.sum(along: -1), 20))
    for i in 0..<4 {
      let counts = sample.sliced(along: 1, i..<(i + 1)).scalars.map { Double($0) }
      let (mean, error) = meanAndError(counts)
      #expect(abs(mean - exact.mean[i]) <= allowedDeviations * error)
      // The error of a variance over n draws is about √(2 / n) of it.
      let variance = error * error * 20_000
      #expect(abs(variance - exact.variance[i]) <= 5 * 0.0125 * exact.variance[i])
    }
  }

  @Test func divergence() {
    let (p, q) = (
      Multinomial(trials: 6, logits: [0.5, -1, 0]), Multinomial(trials: 6, logits: [0, 1, 1])
    )
    var exact = 0.0
    for a in 0...6 {
      for b in 0...(6 - a) {
        let log = p.logProbability(of: [a, b, 6 - a - b])
        exact += exponential(log) * (log - q.logProbability(of: [a, b, 6 - a - b]))
      }
    }
    #expect(abs(p.klDivergence(to: q) - exact) < 1e-13)
    let tensor = Multinomial(trials: 6, logits: Tensor([0.5, -1, 0]))
    let other = Multinomial(trials: 6, logits: Tensor([0, 1, 1]))
    #expect(largestDifference(tensor.klDivergence(to: other), [exact]) < 1e-5)
  }

  @Test func noTrials() {
    let none = Multinomial(trials: 0, logits: Tensor([0, -.infinity]))
    #expect(none.sample(key: RandomKey(1)).scalars == [0, 0])
    #expect(none.logProbability(of: Tensor([0, 0])).scalar == 0)
  }
}
