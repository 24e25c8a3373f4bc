import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

@Suite struct BuiltInTests {
  static let shared = [
    "exact", "gumbel-softmax", "straight-through-gumbel-softmax", "decoupled-straight-through",
    "straight-through", "reinmax", "gumbel-rao", "gapped-straight-through", "score-function",
    "score-function-baseline", "rloo", "arm", "disarm", "rebar", "relax", "unordered-set", "vimco",
  ]

  @Test func names() {
    #expect(Binary.builtInEstimators.map(\.name) == Self.shared)
    #expect(
      OneHot.builtInEstimators.map(\.name) == Self.shared.filter { $0 != "arm" && $0 != "disarm" })
  }

  @Test func facts() {
    let unbiased = Binary.builtInEstimators.filter(\.isUnbiased).map(\.name)
    #expect(
      unbiased == [
        "exact", "score-function", "score-function-baseline", "rloo", "arm", "disarm", "rebar",
        "relax", "unordered-set",
      ])
    let differentiable = Binary.builtInEstimators.filter(\.needsDifferentiableCost).map(\.name)
    #expect(differentiable == Array(Self.shared[1...7]) + ["rebar"])
  }

  /// Counts the calls of f.
  @Test func evaluations() {
    let logits = Tensor.zeros([5, 2])
    for builtIn in Binary.builtInEstimators {
      var calls = 0
      let estimator = builtIn.make(EstimatorOptions(featureCount: 2))
      _ = gradient(at: logits) {
        estimator.expectation(
          of: {
            calls += 1
            return $0.sum(along: -1)
          }, under: Binary(logits: $0), key: RandomKey(50)
        ).sum()
      }
      #expect(calls == estimator.evaluations(states: 4), "\(builtIn.name)")
    }
  }
}
