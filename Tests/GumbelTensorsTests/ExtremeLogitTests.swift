import GumbelTensors
import Testing
import _GumbelTestSupport

private let infinity = Float.infinity

@Suite struct ExtremeLogitTests {
  /// The same row alone and between two ordinary ones, in a narrow and in a wide form.
  static func forms(_ row: [Float]) -> [[Float]] {
    [row, row + [Float](repeating: -infinity, count: 30)]
  }

  @Test func maskedRows() {
    for row in Self.forms([-infinity, -infinity]) {
      let total = Tensor(row).logSumExp().scalar
      let probabilities = Tensor(row).softmax().scalars
      #expect(total == -infinity)
      #expect(probabilities.allSatisfy { $0.isNaN }, "there is no distribution")
      let slope = gradient(at: Tensor(row)) { $0.logSumExp() }.scalars
      #expect(slope.allSatisfy { $0 == 0 }, "nothing is left that could grow, found \(slope)")
    }
  }

  @Test func oneFiniteLogit() {
    for value: Float in [0, -1e30, 1000, -.greatestFiniteMagnitude, .greatestFiniteMagnitude] {
      for row in Self.forms([-infinity, value, -infinity]) {
        let expected = row.map { $0 == value ? Float(1) : 0 }
        let logits = Tensor(row)
        #expect(logits.softmax().scalars == expected)
        #expect(logits.logSoftmax().scalars == expected.map { $0 == 1 ? 0 : -infinity })
        #expect(logits.logSumExp().scalar == value)
        let slope = gradient(at: logits) { ($0.softmax() * Tensor(expected)).sum() }.scalars
        #expect(slope.allSatisfy { $0 == 0 })
        let ofTotal = gradient(at: logits) { $0.logSumExp() }.scalars
        #expect(ofTotal == expected)
        let entropy = gradient(at: logits) { logits in
          let log = logits.logSoftmax()
          return multiplyNoNaN(log, logits.softmax()).sum()
        }.scalars
        #expect(entropy.allSatisfy { $0 == 0 }, "entropy has a gradient of 0, found \(entropy)")
      }
    }
  }

  @Test func infiniteLogits() {
    let total = Tensor([1, infinity, infinity]).logSumExp().scalar
    #expect(total == infinity)
  }

  /// A row with a NaN is NaN; its neighbours are the same bits as without it.
  @Test(arguments: [3, 8, 40])
  func invalidRowsStayAlone(width: Int) {
    let logits = Tensor.normal([9, width], key: RandomKey(5)).scalars
    var spoilt = logits
    spoilt[4 * width + width / 2] = .nan
    let shape: Shape = [9, width]
    for operation: (Tensor) -> Tensor in [
      { $0.softmax() }, { $0.logSoftmax() },
      { Tensor.gumbelSoftmax(logits: $0, temperature: Tensor(0.5), key: RandomKey(1)) },
      { Tensor.logGumbelSoftmax(logits: $0, temperature: Tensor(0.5), key: RandomKey(1)) },
      {
        Tensor.straightThroughGumbelSoftmax(logits: $0, temperature: Tensor(1), key: RandomKey(1))
      },
    ] {
      let clean = operation(Tensor(logits, shape: shape)).scalars
      let result = operation(Tensor(spoilt, shape: shape)).scalars
      for i in clean.indices {
        let isRight = i / width == 4 ? result[i].isNaN : result[i] == clean[i]
        #expect(isRight, "element \(i): \(result[i]), \(clean[i]) without the NaN")
      }
    }
    let draws = Tensor.categorical(logits: Tensor(spoilt, shape: shape), key: RandomKey(1))
    let cleanDraws = Tensor.categorical(logits: Tensor(logits, shape: shape), key: RandomKey(1))
    var expected = cleanDraws.int32Scalars
    expected[4] = -1
    #expect(draws.int32Scalars == expected)
  }

  @Test(arguments: [Float(1000), -1000, 1e4, -1e4, 3e38, -3e38])
  func shifts(by shift: Float) {
    for width in [4, 19] {
      let equal = Tensor(repeating: shift, shape: [width])
      let expected = [Double](repeating: 1 / Double(width), count: width)
      #expect(largestDifference(equal.softmax(), expected) < 1e-7)
      let log = expected.map { logarithm($0) }
      #expect(largestDifference(equal.logSoftmax(), log) < 1e-6)
    }
    let loss = softmaxCrossEntropy(
      logits: Tensor([shift, shift, shift]).reshaped(to: [1, 3]), labels: Tensor(int32: [1]))
    #expect(largestDifference(loss, [logarithm(3)]) < 1e-6)
  }

  @Test func oppositeExtremes() {
    let row = Tensor([Float.greatestFiniteMagnitude, -.greatestFiniteMagnitude])
    #expect(row.softmax().scalars == [1, 0])
    #expect(row.logSoftmax().scalars[0] == 0)
    #expect(row.logSumExp().scalar == .greatestFiniteMagnitude)
    // A large negative number works as a mask.
    #expect(Tensor([1, -1e9, 1]).softmax().scalars == [0.5, 0, 0.5])
  }

  @Test func crossEntropyOfWrongCertainty() {
    let logits = Tensor([200, -200], shape: [1, 2])
    let (value, slope) = valueAndGradient(at: logits) {
      softmaxCrossEntropy(logits: $0, labels: Tensor(int32: [1])).sum()
    }
    #expect(value.scalar == 400)
    #expect(slope.scalars == [1, -1])
    let binary = sigmoidCrossEntropy(logits: Tensor([200, -200]), labels: Tensor([0, 1]))
    #expect(binary.scalars == [200, 200])
    #expect(logSigmoid(Tensor([-1000, 1000])).scalars == [-1000, 0])
    #expect(softplus(Tensor([-1000, 1000])).scalars == [0, 1000])
  }
}
