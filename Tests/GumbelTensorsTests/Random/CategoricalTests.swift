import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct CategoricalTests {
  /// Logits with their probabilities: classes without any stand first, in the middle and last.
  static let cases: [[Float]] = [
    [0.5, -0.3, 0.1], [-.infinity, 0, 1], [0, -.infinity, 1], [0, 1, -.infinity],
    [-.infinity, 2, -.infinity, 0, -.infinity], [0], [-.infinity, -3], [1000, 1000, 1000],
    [-1e4, -1e4], [1, -1e9, 1], (0..<50).map { Float($0 % 7) * 0.3 },
    [Float](repeating: -.infinity, count: 20) + [0, 1]
      + [Float](
        repeating: -.infinity, count: 20),
  ]

  static func probabilities(_ logits: [Float]) -> [Double] {
    softmax(logits.map(Double.init)).map { $0 < 1e-300 ? 0 : $0 }
  }

  @Test(arguments: cases)
  func frequencies(_ logits: [Float]) {
    let draws = Tensor.categorical(
      logits: Tensor(logits), shape: [60_000], key: RandomKey(4)
    ).int32Scalars
    let ratio = chiSquareRatio(
      counts(draws, classes: logits.count), Self.probabilities(logits) + [0])
    #expect(ratio < 1)
    // As rows of a matrix they are the same draws.
    let rows = Tensor(logits).broadcast(to: [60_000, logits.count])
    let fromRows = Tensor.categorical(logits: rows, key: RandomKey(4)).int32Scalars
    #expect(fromRows == draws)
  }

  /// Exponential noise in the place of Gumbel noise is a known mistake: it gives other
  /// frequencies, and the test of fit rejects them.
  @Test func theTestOfFitHasPower() {
    let logits: [Double] = [0.5, 0.2, 0.3].map(logarithm)
    let noise = Tensor.exponential([60_000, 3], key: RandomKey(1))
    let wrong = (Tensor(logits.map { Float($0) }) + noise).argmax().int32Scalars
    let right = Tensor.categorical(
      logits: Tensor(logits.map { Float($0) }), shape: [60_000], key: RandomKey(1)
    ).int32Scalars
    let wrongRatio = chiSquareRatio(counts(wrong, classes: 3), [0.5, 0.2, 0.3, 0])
    let rightRatio = chiSquareRatio(counts(right, classes: 3), [0.5, 0.2, 0.3, 0])
    let known = chiSquareRatio(counts(wrong, classes: 3), [0.58, 0.16, 0.26, 0])
    #expect(wrongRatio > 10)
    #expect(rightRatio < 1)
    #expect(known < 1.5, "the mistake's own frequencies, known to three digits")
  }

  /// The upper tail decides among many classes: the largest of 262,144 variables is one Gumbel
  /// variable, shifted. (Uniform noise of 24 bits would cut it off at 16.6, within the bulk.)
  @Test func manyClasses() {
    let classes = 1 << 18
    let key = RandomKey(2)
    let maxima = (0..<120).map {
      Tensor.gumbel([classes], key: key.folding(in: $0)).max().scalar
    }
    let shift = logarithm(Double(classes))
    let fit = kolmogorovSmirnovRatio(maxima) { exponential(-exponential(shift - $0)) }
    #expect(fit < 1)
    let (mean, error) = meanAndError(maxima.map(Double.init))
    #expect(Swift.abs(mean - shift - eulerGamma) < allowedDeviations * error)
    // The draws are spread over all the classes.
    let draws = Tensor.categorical(
      logits: Tensor.zeros([classes]), shape: [100], key: key
    ).int32Scalars
    let eighths = counts(draws.map { $0 / Int32(classes / 8) }, classes: 8)
    let ratio = chiSquareRatio(eighths, [Double](repeating: 0.125, count: 8) + [0])
    #expect(ratio < 1)
  }

  /// Index -1 for a row with nothing to draw, and only for that.
  @Test func invalidRows() {
    let logits = Tensor(
      [0, 1, -.infinity, -.infinity, 1, .nan, -.infinity, 3], shape: [4, 2])
    let draws = Tensor.categorical(logits: logits, key: RandomKey(1)).int32Scalars
    #expect(draws[1...] == [-1, -1, 1])
    #expect(draws[0] == 0 || draws[0] == 1)
  }

  @Test func infiniteLogits() {
    let one = Tensor.categorical(
      logits: Tensor([0, .infinity, 1]), shape: [1000], key: RandomKey(1)
    ).int32Scalars
    #expect(Set(one) == [1])
    let several = Tensor.categorical(
      logits: Tensor([.infinity, 0, .infinity, 5]), shape: [10_000], key: RandomKey(1)
    ).int32Scalars
    let ratio = chiSquareRatio(counts(several, classes: 4), [0.5, 0, 0.5, 0, 0])
    #expect(ratio < 1)
  }

  @Test func shapes() {
    let none = Tensor.categorical(logits: Tensor.zeros([0, 3]), key: RandomKey(1))
    #expect(none.shape == [0])
    let single = Tensor.categorical(logits: Tensor([0, 0, 0]), key: RandomKey(1))
    #expect(single.shape == [])
    let block = Tensor.categorical(logits: Tensor.zeros([2, 3, 4]), key: RandomKey(1))
    #expect(block.type == TensorType([2, 3], .int32))
  }
}
