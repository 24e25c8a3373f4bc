import GumbelEstimators
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct SinkhornTests {
  /// All orders of 0 ..< n.
  private func permutations(_ n: Int) -> [[Int]] {
    if n == 0 { return [[]] }
    return permutations(n - 1).flatMap { rest in
      (0...rest.count).map { position in
        var order = rest
        order.insert(n - 1, at: position)
        return order
      }
    }
  }

  @Test func assignmentsAreTheBestOfAll() {
    for n in 1...6 {
      let orders = permutations(n)
      let scores = Tensor.normal([20, n, n], key: RandomKey(80).folding(in: n))
      let best = (scores * scores.bestAssignment()).sum(along: -1).sum(along: -1).scalars
      let rows = scores.bestAssignment().sum(along: -1).scalars
      let columns = scores.bestAssignment().sum(along: -2).scalars
      let isPermutation = (rows + columns).allSatisfy { $0 == 1 }
      #expect(isPermutation)
      for matrix in 0..<20 {
        let values = scores[matrix].scalars
        let expected = orders.map { order in
          (0..<n).map { values[$0 * n + order[$0]] }.reduce(0, +)
        }.max()!
        #expect(abs(best[matrix] - expected) < 1e-5)
      }
    }
  }

  @Test func assignmentsWithMasksTiesAndNaN() {
    let masked = Tensor([-.infinity, 1, 2, -.infinity], shape: [2, 2]).bestAssignment()
    #expect(masked.scalars == [0, 1, 1, 0])
    let impossible = Tensor(repeating: -.infinity, shape: [3, 3]).bestAssignment()
    #expect(impossible.sum().scalar == 3)
    let ties = Tensor.zeros([4, 4]).bestAssignment().sum(along: 0).scalars
    #expect(ties == [1, 1, 1, 1])
    let nan = Tensor([.nan, 1, 2, 3], shape: [1, 2, 2])
    let both = Tensor.concatenated([nan, Tensor([5, 1, 1, 5], shape: [1, 2, 2])]).bestAssignment()
    let isNaN = both[0].scalars.allSatisfy(\.isNaN)
    #expect(isNaN)
    #expect(both[1].scalars == [1, 0, 0, 1])
    #expect(Tensor.zeros([0, 3, 3]).bestAssignment().shape == [0, 3, 3])
    #expect(Tensor([7], shape: [1, 1]).bestAssignment().scalars == [1])
  }

  @Test func sinkhornSumsToOne() {
    let scores = Tensor.normal([5, 4, 4], key: RandomKey(81))
    let relaxed = Tensor.gumbelSinkhorn(
      scores: scores, temperature: Tensor(1), iterations: 40, key: RandomKey(82))
    let sums = relaxed.sum(along: -1).scalars + relaxed.sum(along: -2).scalars
    let off = sums.map { abs($0 - 1) }.max()!
    #expect(off < 1e-3)
  }

  @Test func lowTemperaturesGiveTheBestAssignment() {
    let scores = Tensor.normal([20, 4, 4], key: RandomKey(83))
    let soft = Tensor.gumbelSinkhorn(
      scores: scores, temperature: Tensor(0.02), iterations: 300, key: RandomKey(84))
    let hard = Tensor.straightThroughGumbelSinkhorn(
      scores: scores, temperature: Tensor(0.02), key: RandomKey(84))
    // Near ties of the two best permutations are still mixed.
    let off = abs(soft - hard).max(along: -1).max(along: -1).scalars
    let close = off.count { $0 < 0.05 }
    #expect(close >= 18)
  }

  @Test func straightThroughHasTheGradientOfTheRelaxed() {
    let scores = Tensor.normal([3, 3], key: RandomKey(85))
    let weights = Tensor.normal([3, 3], key: RandomKey(86))
    func gradients(_ hard: Bool) -> [Float] {
      gradient(at: scores) { scores in
        let draw =
          hard
          ? Tensor.straightThroughGumbelSinkhorn(
            scores: scores, temperature: 0.7, key: RandomKey(87))
          : Tensor.gumbelSinkhorn(scores: scores, temperature: 0.7, key: RandomKey(87))
        return (draw * weights).sum()
      }.scalars
    }
    #expect(gradients(true) == gradients(false))
    // Against differences of the relaxed value.
    func value(_ scores: Tensor) -> Double {
      let relaxed = Tensor.gumbelSinkhorn(
        scores: scores, temperature: Tensor(0.7), key: RandomKey(87))
      return Double((relaxed * weights).sum().scalar)
    }
    let h: Float = 1e-2
    for i in 0..<9 {
      let step = Tensor((0..<9).map { $0 == i ? h : 0 }, shape: [3, 3])
      let expected = (value(scores + step) - value(scores - step)) / Double(2 * h)
      #expect(abs(Double(gradients(false)[i]) - expected) < 1e-3)
    }
  }

  @Test func compiledGivesTheSameBits() {
    let scores = Tensor.normal([4, 5, 5], key: RandomKey(88))
    func step(_ scores: Tensor) -> Tensor {
      gradient(at: scores) {
        square(
          Tensor.straightThroughGumbelSinkhorn(
            scores: $0, temperature: Tensor(0.5), key: RandomKey(89)) - 0.3
        ).sum()
      }
    }
    let compiled = compile { (_: inout EmptyGroup, scores: Tensor) in step(scores) }
    var nothing = EmptyGroup()
    let isSame = compiled(&nothing, scores).scalars == step(scores).scalars
    #expect(isSame)
  }
}
