import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let infinity = Float.infinity

@Suite struct CategoricalTests {
  @Test func batchesBroadcast() {
    let logits = Tensor.normal([2, 1, 3], key: RandomKey(1))
    let categorical = Categorical(logits: logits)
    #expect(categorical.batchShape == [2, 1])
    #expect(categorical.sample([4], key: RandomKey(2)).shape == [4, 2, 1])
    let value = Tensor(int32: [0, 1, 2, 1, 0])
    #expect(categorical.logProbability(of: value).shape == [2, 5])
    #expect(categorical.logProbability(of: Tensor(int32: 1)).shape == [2, 1])
    let oneHot = OneHotCategorical(logits: logits)
    #expect(oneHot.sample([4], key: RandomKey(2)).shape == [4, 2, 1, 3])
    #expect(oneHot.logProbability(of: value.oneHot(depth: 3)).shape == [2, 5])
  }

  @Test func emptyBatches() {
    let logits = Tensor.zeros([0, 3])
    let key = RandomKey(1)
    let categorical = Categorical(logits: logits)
    let draws = categorical.sample([2], key: key)
    #expect(draws.shape == [2, 0])
    #expect(categorical.logProbability(of: draws).shape == [2, 0])
    #expect(categorical.entropy.shape == [0])
    let relaxed = RelaxedCategorical(logits: logits, temperature: Tensor(1))
    #expect(relaxed.logProbability(of: relaxed.sample(key: key)).shape == [0])
    let order = PlackettLuce(logits: logits)
    #expect(order.logProbability(of: order.sample(key: key)).shape == [0])
    let counts = Multinomial(trials: 4, logits: logits)
    #expect(counts.logProbability(of: counts.sample(key: key)).shape == [0])
    #expect(Categorical(logits: Tensor.zeros([3])).sample([0], key: key).shape == [0])
  }

  @Test func oneClass() {
    let categorical = Categorical(logits: Tensor([-7]))
    #expect(categorical.sample([3], key: RandomKey(1)).int32Scalars == [0, 0, 0])
    #expect(categorical.logProbability(of: Tensor(int32: 0)).scalar == 0)
    #expect(categorical.entropy.scalar == 0)
    let relaxed = RelaxedCategorical(logits: Tensor([-7]), temperature: Tensor(0.3))
    #expect(relaxed.onSimplex.sample([2], key: RandomKey(1)).scalars == [1, 1])
    #expect(relaxed.logProbability(of: Tensor([0])).scalar == 0)
    #expect(relaxed.entropy.scalar == 0)
  }

  @Test func valuesOutsideTheSupport() {
    let logits = Tensor([0, -infinity, 1])
    let ofIndices = Categorical(logits: logits)
      .logProbability(of: Tensor(int32: [-1, 3, 1, .max, .min]))
    #expect(areAll(ofIndices, -infinity))
    let vectors: [[Float]] = [[0, 1, 0], [0.5, 0, 0.5], [1, 0, 1], [0, 0, 0], [2, 0, -1]]
    let ofVectors = OneHotCategorical(logits: logits)
      .logProbability(of: Tensor(vectors.flatMap { $0 }, shape: [5, 3]))
    #expect(areAll(ofVectors, -infinity))
    let exact = OneHotCategorical(logits: [0, -.infinity, 1])
    for vector in vectors {
      #expect(exact.logProbability(of: vector.map(Double.init)) == -.infinity)
    }
  }

  @Test func masks() {
    let logits = Tensor([1, 2, 3, 4], shape: [2, 2])
    let mask = Tensor([0, 1])
    let categorical = Categorical(logits: logits, mask: mask)
    #expect(categorical.probabilities.scalars == [0, 1, 0, 1])
    #expect(categorical.entropy.scalars == [0, 0])
    let slope = gradient(at: logits) { logits in
      let categorical = Categorical(logits: logits, mask: mask)
      let oneHot = OneHotCategorical(categorical)
      return categorical.entropy.sum() + oneHot.variance.sum()
        + categorical.klDivergence(to: Categorical(logits: Tensor([1, 1]))).sum()
        + categorical.logProbability(of: Tensor(int32: [1, 0])).sum()
    }
    #expect(slope.scalars == [0, 0, 0, 0])
  }

  /// Exact enumeration of what has a closed form.
  @Test func enumeration() {
    let p = Categorical(probabilities: [0.2, 0, 0.5, 0.3])
    let q = Categorical(logits: [1, 2, -1, 0])
    let classes = 0..<4
    let divergence = classes.filter { p.probabilities[$0] > 0 }.reduce(0) {
      $0 + p.probabilities[$1] * (p.logProbability(of: $1) - q.logProbability(of: $1))
    }
    #expect(abs(p.klDivergence(to: q) - divergence) < 1e-15)
    #expect(q.klDivergence(to: p) == .infinity)
    #expect(p.klDivergence(to: p) == 0)
    let entropy = -[0.2, 0.5, 0.3].reduce(0) { $0 + $1 * logarithm($1) }
    #expect(abs(p.entropy - entropy) < 1e-15)
    #expect(p.mode == 2)
    let tensor = Categorical(probabilities: Tensor([0.2, 0, 0.5, 0.3]))
    let other = Categorical(logits: Tensor([1, 2, -1, 0]))
    #expect(largestDifference(tensor.entropy, [entropy]) < 1e-6)
    #expect(largestDifference(tensor.klDivergence(to: other), [divergence]) < 1e-6)
    #expect(other.klDivergence(to: tensor).scalar == infinity)
    #expect(tensor.klDivergence(to: tensor).scalar == 0)
    #expect(tensor.mode.int32Scalar == 2)
    let oneHot = OneHotCategorical(tensor)
    #expect(largestDifference(oneHot.mean, [0.2, 0, 0.5, 0.3]) < 1e-7)
    #expect(largestDifference(oneHot.variance, [0.16, 0, 0.25, 0.21]) < 1e-7)
    #expect(oneHot.mode.scalars == [0, 0, 1, 0])
  }

  /// The gradient of probabilities is that of their logarithms, and 0 at 0.
  @Test func gradientInProbabilities() {
    let slope = gradient(at: Tensor([0.25, 0, 0.75])) {
      Categorical(probabilities: $0).logProbability(of: Tensor(int32: 2))
    }
    #expect(largestDifference(slope, [-1, 0, 1 / 0.75 - 1]) < 1e-6)
  }

  @Test func invalidRowsStayAlone() {
    let rows: [[Float]] = [
      [0, 1, 2], [-infinity, -infinity, -infinity], [1, .nan, 2], [3, 4, 5],
    ]
    let logits = Tensor(rows.flatMap { $0 }, shape: [4, 3])
    let good = Categorical(logits: Tensor([0, 1, 2]))
    let categorical = Categorical(logits: logits)
    let draws = categorical.sample(key: RandomKey(3)).int32Scalars
    #expect(draws[0] >= 0 && draws[3] >= 0 && draws[1] == -1 && draws[2] == -1)
    for statistic in [
      categorical.entropy, categorical.logProbability(of: Tensor(int32: 1)),
      categorical.probabilities.sliced(along: 1, 0..<1).reshaped(to: [4]),
      Multinomial(trials: 2, of: categorical).sample(key: RandomKey(1)).sum(along: -1),
    ] {
      let found = areNaN(statistic)
      #expect(found == [false, true, true, false])
    }
    #expect(categorical.entropy.scalars[0] == good.entropy.scalar)
    let orders = PlackettLuce(logits: logits).sample(key: RandomKey(1)).int32Scalars
    let negative = orders.map { $0 == -1 }
    #expect(Array(negative[3..<9]) == Array(repeating: true, count: 6))
    #expect(!negative[0..<3].contains(true) && !negative[9...].contains(true))
  }
}
