import GumbelOptimizers
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct ClippingTests {
  @Test func globalNorm() {
    let group = Pair(Tensor([3, 0]), Pair(Tensor([4]), Tensor(int32: [9])))
    #expect(group.globalNorm().scalar == 5)
    let clipped = group.clipped(toGlobalNorm: 1)
    #expect(largestDifference(clipped.first, [0.6, 0]) < 1e-6)
    #expect(largestDifference(clipped.second.first, [0.8]) < 1e-6)
    #expect(clipped.second.second.int32Scalars == [9])
    let untouched = group.clipped(toGlobalNorm: 10)
    #expect(untouched.first.scalars == [3, 0])
    let zero = Tensor.zeros([3]).clipped(toGlobalNorm: 1)
    #expect(zero.scalars == [0, 0, 0])
  }

  /// A gradient of 0 has a norm whose slope is 0, and passes through clipping as it is.
  @Test func theNormOfNothingHasAGradient() {
    let zero = Tensor.zeros([3])
    #expect(gradient(at: zero) { $0.globalNorm() }.scalars == [0, 0, 0])
    let slope = gradient(at: zero) { ($0.clipped(toGlobalNorm: 1) * Tensor([1, 2, 3])).sum() }
    #expect(slope.scalars == [1, 2, 3])
    let second = gradient(at: zero) { x in
      gradient(at: x) { square($0.clipped(toGlobalNorm: 1)).sum() }.sum()
    }
    #expect(second.scalars == [2, 2, 2])
  }

  @Test func values() {
    let group = Pair(Tensor([-5, 0.5, 5]), Tensor(int32: [7]))
    let clipped = group.clipped(toValue: 2)
    #expect(clipped.first.scalars == [-2, 0.5, 2])
    #expect(clipped.second.int32Scalars == [7])
  }
}

@Suite struct WeightAverageTests {
  /// Against the formula in double precision, from the first update on.
  @Test func followsItsFormula() {
    var model = Pair(Tensor([1, 2]), Tensor(int32: [3]))
    var average = WeightAverage(of: model, decay: 0.9)
    var sum = [0.0, 0.0]
    var weight = 0.0
    for step in 1...50 {
      model.first = model.first * 0.9 + Float(step) * 0.1
      model.second = Tensor(int32: [Int32(step)])
      average.update(with: model)
      let current = DoubleTensor(model.first).values
      for i in 0..<2 { sum[i] = 0.9 * sum[i] + 0.1 * current[i] }
      weight = 0.9 * weight + 0.1
      let found = average.average
      #expect(largestDifference(found.first, sum.map { $0 / weight }) < 1e-5)
      #expect(found.second.int32Scalars == [Int32(step)])
    }
  }

  /// Free of the bias of its start: the average of a constant is the constant at once.
  @Test func constants() {
    let model = Tensor([2, -3])
    var average = WeightAverage(of: model, decay: 0.999)
    let before = average.average.scalars
    let isUndefined = before.allSatisfy { $0.isNaN }
    #expect(isUndefined)
    average.update(with: model)
    #expect(largestDifference(average.average, [2, -3]) < 1e-6)
    for _ in 0..<1000 { average.update(with: model) }
    #expect(largestDifference(average.average, [2, -3]) < 1e-4)
  }

  @Test func compiled() {
    let step = compile { (state: inout WeightAverage<Tensor>, x: Tensor) -> Tensor in
      state.update(with: x)
      return state.average
    }
    var (eager, replayed) = (
      WeightAverage(of: Tensor.zeros([2]), decay: 0.5),
      WeightAverage(of: Tensor.zeros([2]), decay: 0.5)
    )
    for i in 0..<10 {
      let x = Tensor([Float(i), Float(i * i)])
      eager.update(with: x)
      let found = step(&replayed, x)
      let isSame = haveSameBits(found, eager.average)
      #expect(isSame)
    }
  }
}
