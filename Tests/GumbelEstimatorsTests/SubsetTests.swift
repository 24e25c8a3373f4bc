import GumbelEstimators
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct SubsetTests {
  static let logits = Tensor([1, 0, -0.5, 0.5])

  @Test func sumsAndOneHots() {
    let rows = Self.logits.broadcast(to: [1000, 4])
    for size in 0...4 {
      for temperature: Float in [0.05, 0.5, 5] {
        let soft = Tensor.relaxedSubset(
          logits: rows, size: size, temperature: Tensor(temperature), key: RandomKey(90))
        let off = abs(soft.sum(along: -1) - Float(size)).max().scalar
        #expect(off < 1e-4)
      }
      let hard = Tensor.straightThroughSubset(
        logits: rows, size: size, temperature: Tensor(0.5), key: RandomKey(90))
      let isHot = hard.scalars.allSatisfy { $0 == 0 || $0 == 1 }
      #expect(isHot)
      #expect(hard.sum().scalar == Float(1000 * size))
    }
  }

  @Test func oneOfThemIsAGumbelSoftmax() {
    let soft = Tensor.relaxedSubset(
      logits: Self.logits, size: 1, temperature: Tensor(0.7), key: RandomKey(91))
    let expected = Tensor.gumbelSoftmax(
      logits: Self.logits, temperature: Tensor(0.7), key: RandomKey(91))
    let off = abs(soft - expected).max().scalar
    #expect(off < 1e-6)
  }

  /// Pairs drawn without replacement have the probabilities of Plackett and Luce.
  @Test func drawsFollowPlackettAndLuce() {
    let n = 100_000
    let hard = Tensor.straightThroughSubset(
      logits: Self.logits.broadcast(to: [n, 4]), size: 2, temperature: Tensor(1),
      key: RandomKey(92))
    let codes = (hard * Tensor([1, 2, 4, 8])).sum(along: -1).scalars.map { Int($0) }
    let p = Self.logits.softmax().scalars.map(Double.init)
    var (found, expected): ([Int], [Double]) = ([], [])
    for i in 0..<4 {
      for j in 0..<i {
        found.append(codes.count { $0 == 1 << i | 1 << j })
        expected.append(p[i] * p[j] * (1 / (1 - p[i]) + 1 / (1 - p[j])))
      }
    }
    #expect(found.reduce(0, +) == n)
    let ratio = chiSquareRatio(found, expected)
    #expect(ratio < 1)
  }

  @Test func impossibleClassesAreInNoSubset() {
    let logits = Tensor([1, -.infinity, 0.2, 0.3, -.infinity, 0.1, 0, 2], shape: [2, 4])
    let (value, gradient) = valueAndGradient(at: logits) { logits in
      square(
        Tensor.straightThroughSubset(
          logits: logits, size: 3, temperature: Tensor(0.1), key: RandomKey(93))
          * Tensor([1, 2, 3, 4])
      ).sum()
    }
    let isFinite = gradient.scalars.allSatisfy(\.isFinite)
    #expect(isFinite)
    #expect(gradient.scalars[1] == 0 && gradient.scalars[4] == 0)
    // All that is possible is chosen.
    #expect(value.scalar == (1 + 9 + 16) + (4 + 9 + 16))
    let tooMany = Tensor.straightThroughSubset(
      logits: Tensor([0, -.infinity]), size: 2, temperature: Tensor(1), key: RandomKey(94))
    #expect(tooMany.scalars == [1, 0])
  }

  @Test func gradientsAreThoseOfTheRelaxedSubset() {
    let weights = Tensor([0.3, -1, 2, 0.7])
    func value(_ logits: Tensor, _ hard: Bool = false) -> Tensor {
      let draw =
        hard
        ? Tensor.straightThroughSubset(
          logits: logits, size: 2, temperature: 0.8, key: RandomKey(95))
        : Tensor.relaxedSubset(logits: logits, size: 2, temperature: 0.8, key: RandomKey(95))
      return (draw * weights).sum()
    }
    let soft = gradient(at: Self.logits) { value($0) }.scalars
    let hard = gradient(at: Self.logits) { value($0, true) }.scalars
    #expect(soft == hard)
    let h: Float = 1e-2
    for i in 0..<4 {
      let step = Tensor((0..<4).map { $0 == i ? h : 0 })
      let expected = (value(Self.logits + step) - value(Self.logits - step)).scalar / (2 * h)
      #expect(abs(soft[i] - expected) < 2e-3)
    }
  }

  @Test func sizesOutOfRangeTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.relaxedSubset(
        logits: SubsetTests.logits, size: 5, temperature: Tensor(1), key: RandomKey(96))
    }
  }
}
