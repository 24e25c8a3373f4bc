import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let infinity = Float.infinity

@Suite struct RelaxedTests {
  // MARK: - Densities

  /// Over all z of a relaxed bit, and of its value between 0 and 1 with the points crowded at both
  /// ends, where the density may be infinite.
  @Test(arguments: [0.3, 1, 2.5], [-1.5, 0.4])
  func binaryDensitiesIntegrateToOne(temperature: Double, logit: Double) {
    let relaxed = RelaxedBernoulli(logits: logit, temperature: temperature)
    let pair = RelaxedCategorical(logits: [logit, 0], temperature: temperature)
    let step = 0.02 / temperature
    var (ofLogits, onInterval, ofPair) = (0.0, 0.0, 0.0)
    for i in -2500...2500 {
      let z = logit / temperature + step * Double(i)
      ofLogits += step * exponential(relaxed.logProbability(of: z))
      // y₁ - y₂ = z: the same variable.
      ofPair += step * exponential(pair.logProbability(of: [-softplusOf(-z), -softplusOf(z)]))
      let x = sigmoidOf(z)
      let slope = x * sigmoidOf(-z)
      if x < 1 {
        onInterval +=
          step * slope * exponential(relaxed.onUnitInterval.logProbability(of: x))
      }
    }
    #expect(abs(ofLogits - 1) < 1e-9)
    #expect(abs(ofPair - 1) < 1e-9)
    // What lies within half a digit of 1 has the probability 2⁻⁵³ to the power t, times the odds.
    #expect(abs(onInterval - 1) < 1e-9 + 2 * power(0x1p-53, temperature))
  }

  /// Two logits a and b of x₁ and x₂ relative to x₃ cover the simplex; the trapezoidal rule is
  /// exact but for what lies outside.
  @Test(arguments: [0.5, 1, 2])
  func ternaryDensityIntegratesToOne(temperature: Double) {
    let relaxed = RelaxedCategorical(logits: [0.5, -0.3, 0.1], temperature: temperature)
    let step = 0.2 / temperature
    var (logSpace, simplex) = (0.0, 0.0)
    for i in -150...150 {
      for j in -150...150 {
        let (a, b) = (step * Double(i), step * Double(j))
        let total = logSumExp([a, b, 0])
        let y = [a - total, b - total, -total]
        logSpace += step * step * exponential(relaxed.logProbability(of: y))
        // The volume of x₁, x₂ is x₁ x₂ x₃ times that of a, b.
        let volume = step * step * exponential(y.reduce(0, +))
        let x = y.map { exponential($0) }
        simplex += volume * exponential(relaxed.onSimplex.logProbability(of: x))
      }
    }
    #expect(abs(logSpace - 1) < 1e-8)
    #expect(abs(simplex - 1) < 1e-8)
  }

  /// `-E[log p]` over samples.
  @Test func entropies() {
    let logits = Tensor([-infinity, 0.5, -2, 1.5, -0.3])
    let relaxed = RelaxedCategorical(logits: logits, temperature: Tensor(0.4))
    let logs = relaxed.logProbability(of: relaxed.sample([50_000], key: RandomKey(1)))
    let (mean, error) = meanAndError(logs.scalars.map { Double($0) })
    let exact = RelaxedCategorical(logits: [0.5, -2, 1.5, -0.3], temperature: 0.4).entropy
    #expect(abs(mean + exact) < allowedDeviations * error)
    #expect(largestDifference(relaxed.entropy, [exact]) < 1e-6)
    let bit = RelaxedBernoulli(logits: 0.7, temperature: 0.4)
    let pair = RelaxedCategorical(logits: [0.7, 0], temperature: 0.4)
    #expect(abs(bit.entropy - pair.entropy) < 1e-14)
  }

  @Test func addingAConstantChangesNothing() {
    let logits = Tensor([0.5, -1.25, 2, 0])
    let value = Tensor([0.1, 0.7, -3, -40]).logSoftmax()
    func density(_ shift: Float) -> Tensor {
      RelaxedCategorical(logits: logits + shift, temperature: Tensor(0.5))
        .logProbability(of: value)
    }
    for shift: Float in [-1024, 8, 16384] { #expect(haveSameBits(density(shift), density(0))) }
  }

  // MARK: - Samples

  /// E[X] at temperature 1 and odds a: a (a - 1 - log a) / (a - 1)².
  @Test(arguments: [(2.0, 0.613706), (0.3, 0.308555)])
  func binaryMean(odds: Double, expected: Double) {
    let relaxed = UnitRelaxedBernoulli(
      logits: Tensor(Float(logarithm(odds))), temperature: Tensor(1))
    let pair = RelaxedOneHotCategorical(
      logits: Tensor([Float(logarithm(odds)), 0]), temperature: Tensor(1))
    let values = relaxed.sample([100_000], key: RandomKey(2)).scalars.map { Double($0) }
    let firsts = pair.sample([100_000], key: RandomKey(3)).sliced(along: 1, 0..<1).scalars
    for (mean, error) in [meanAndError(values), meanAndError(firsts.map { Double($0) })] {
      #expect(abs(mean - expected) < allowedDeviations * error)
    }
    let moments = RelaxedBernoulli(logits: logarithm(odds), temperature: 0.5)
    let tensor = RelaxedBernoulli(
      logits: Tensor(Float(logarithm(odds))), temperature: Tensor(0.5))
    let z = tensor.sample([100_000], key: RandomKey(4)).scalars.map { Double($0) }
    let (mean, error) = meanAndError(z)
    #expect(abs(mean - moments.mean) < allowedDeviations * error)
    let ratio = error * error * 100_000 / moments.variance
    #expect(abs(ratio - 1) < 0.03)
    #expect(largestDifference(tensor.variance, [moments.variance]) < 1e-5)
  }

  /// Both tails are reached, with full precision.
  @Test func logisticNoise() {
    let z = RelaxedBernoulli(logits: Tensor(0), temperature: Tensor(1))
      .sample([200_000], key: RandomKey(5)).scalars
    let ratio = kolmogorovSmirnovRatio(z) { sigmoidOf($0) }
    #expect(ratio <= 1)
    #expect(z.max()! > 10 && z.min()! < -10)
  }

  @Test func temperaturesOfRows() {
    let logits = Tensor([1, 2, 3])
    let temperature = Tensor([0.1, 1, 10])
    let relaxed = RelaxedCategorical(logits: logits, temperature: temperature)
    let sample = relaxed.sample([2], key: RandomKey(6))
    #expect(sample.shape == [2, 3, 3])
    let spread = sample.max(along: -1) - sample.min(along: -1)
    #expect(spread.scalars[0] > spread.scalars[2])
    for row in 0..<3 {
      let one = RelaxedCategorical(logits: logits, temperature: temperature[row])
      #expect(
        haveSameBits(
          relaxed.logProbability(of: sample)[0][row],
          one.logProbability(of: sample[0][row])))
    }
  }

  @Test func extremeTemperatures() {
    let logits = Tensor.normal([1000], key: RandomKey(7))
    let cold = RelaxedCategorical(logits: logits, temperature: Tensor(0.01))
    let value = cold.sample([20], key: RandomKey(8))
    let (density, slope) = valueAndGradient(at: value) { cold.logProbability(of: $0).sum() }
    #expect(density.scalar.isFinite)
    #expect(areFinite(slope))
    let exact = RelaxedCategorical(logits: logits.scalars.map(Double.init), temperature: 0.01)
    let rows = (0..<20).map { exact.logProbability(of: value[$0].scalars.map(Double.init)) }
    #expect(relativeDifference(cold.logProbability(of: value), rows) < 1e-5)

    let frozen = RelaxedCategorical(logits: logits, temperature: Tensor(0))
    let oneHot = frozen.onSimplex.sample([20], key: RandomKey(8))
    #expect(areAll(oneHot, 0, 1))
    #expect(areAll(oneHot.sum(along: -1), 1))
    let tiny = RelaxedOneHotCategorical(logits: logits, temperature: Tensor(1e-38))
    #expect(haveSameBits(tiny.sample([20], key: RandomKey(8)), oneHot))
    let bits = RelaxedBernoulli(logits: Tensor([0.5, -1]), temperature: Tensor(0))
      .sample([20], key: RandomKey(8))
    #expect(areAll(bits, infinity, -infinity))
  }

  /// A density at a temperature that is not positive is an error, marked by NaN; its neighbours
  /// are not touched.
  @Test func temperaturesWithoutDensity() {
    let temperatures = Tensor([0, 1, -1, .nan])
    let expected = [true, false, true, true]
    let categorical = RelaxedCategorical(logits: Tensor([0, 1]), temperature: temperatures)
    let value = Tensor([-1, 0]).logSoftmax()
    #expect(areNaN(categorical.logProbability(of: value)) == expected)
    #expect(areNaN(categorical.entropy) == expected)
    #expect(areNaN(categorical.onSimplex.logProbability(of: exp(value))) == expected)
    let bit = RelaxedBernoulli(logits: Tensor(0.3), temperature: temperatures)
    #expect(areNaN(bit.logProbability(of: Tensor(0.1))) == expected)
    #expect(areNaN(bit.sample(key: RandomKey(1))) == [false, false, true, true])
    let samples = categorical.sample(key: RandomKey(1)).sum(along: -1)
    #expect(areNaN(samples) == [false, false, true, true])
  }

  // MARK: - The border and masks

  @Test func impossibleClasses() {
    let masked = RelaxedCategorical(
      logits: Tensor([1, -infinity, 2]), temperature: Tensor(0.5))
    let others = RelaxedCategorical(logits: Tensor([1, 2]), temperature: Tensor(0.5))
    let y = others.sample([10], key: RandomKey(9))
    let first = y.sliced(along: 1, 0..<1)
    let last = y.sliced(along: 1, 1..<2)
    let impossible = Tensor(repeating: -infinity, shape: [10, 1])
    let value = Tensor.concatenated([first, impossible, last], along: 1)
    #expect(haveSameBits(masked.logProbability(of: value), others.logProbability(of: y)))
    #expect(
      haveSameBits(
        masked.onSimplex.logProbability(of: exp(value)), others.onSimplex.logProbability(of: exp(y))
      ))
    let sample = masked.sample([10], key: RandomKey(9))
    #expect(areAll(sample.sliced(along: 1, 1..<2), -infinity))
    #expect(areFinite(masked.logProbability(of: sample)))
    let slope = gradient(at: [masked.logits, value]) {
      RelaxedCategorical(logits: $0[0], temperature: Tensor(0.5)).logProbability(of: $0[1]).sum()
    }
    #expect(slope[0].scalars[1] == 0)
    #expect(areAll(slope[1].sliced(along: 1, 1..<2), 0))
    #expect(areFinite(slope[0]) && areFinite(slope[1]))
    let pathwise = gradient(at: masked.logits) {
      let relaxed = RelaxedCategorical(logits: $0, temperature: Tensor(0.5))
      return relaxed.logProbability(of: relaxed.pathwiseSample([10], key: RandomKey(9))).sum()
    }
    #expect(pathwise.scalars[1] == 0 && areFinite(pathwise))
  }

  @Test func theBorderHasNoDensity() {
    let relaxed = RelaxedOneHotCategorical(logits: Tensor([0, 1, 2]), temperature: Tensor(2))
    let values = Tensor([1, 0, 0, 0.5, 0.5, 0, 1.5, -0.5, 0], shape: [3, 3])
    let (total, slope) = valueAndGradient(at: values) { relaxed.logProbability(of: $0).max() }
    #expect(total.scalar == -infinity)
    #expect(!slope.scalars.contains { $0.isNaN })
    let bit = UnitRelaxedBernoulli(logits: Tensor(0.5), temperature: Tensor(2))
    #expect(areAll(bit.logProbability(of: Tensor([0, 1, -1, 2])), -infinity))
    let certain = UnitRelaxedBernoulli(logits: Tensor(infinity), temperature: Tensor(2))
    #expect(certain.sample(key: RandomKey(1)).scalar == 1)
    #expect(certain.logProbability(of: Tensor([1, 0, 0.5])).scalars == [0, -infinity, -infinity])
    let limit = RelaxedBernoulli(logits: Tensor(-infinity), temperature: Tensor(2))
    #expect(limit.logProbability(of: Tensor([-infinity, 3])).scalars == [0, -infinity])
  }

  @Test func validation() throws {
    let logits = Tensor.normal([3, 1000], key: RandomKey(10))
    let relaxed = RelaxedCategorical(logits: logits, temperature: Tensor(0.7))
    try relaxed.validate(relaxed.sample([50], key: RandomKey(11)))
    try relaxed.onSimplex.validate(relaxed.onSimplex.sample([50], key: RandomKey(11)))
    let two = RelaxedOneHotCategorical(logits: Tensor([0, 0]), temperature: Tensor(1))
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    let sum = message { try two.validate(Tensor([0.5, 0.5, 0.25, 0.5], shape: [2, 2])) }
    #expect(sum.hasPrefix("RelaxedOneHotCategorical: row 1 of the value has the sum 0.75, exp"))
    let sign = message { try two.validate(Tensor([1.5, -0.5])) }
    #expect(sign.contains("row 0 of the value has a negative element"))
    let shape = message { try two.validate(Tensor([1])) }
    #expect(shape == "RelaxedOneHotCategorical: a value float32[1], expected float32[…, 2]")
    let logSpace = message { try two.logSpace.validate(Tensor([0, 0])) }
    #expect(logSpace.hasPrefix("RelaxedCategorical: row 0 of the value has the logSumExp 0.69314"))
    let nan = message { try two.validate(Tensor([.nan, 1])) }
    #expect(nan.contains("the sum nan"))
  }

  // MARK: - Straight through

  /// At fixed noise the gradient is (diag y - y yᵀ) g / t, y the relaxed sample.
  @Test func straightThroughGradients() {
    let (logits, g) = (Tensor([0.5, -0.3, 0.1]), Tensor([1, -0.7, 0.4]))
    let key = RandomKey(12)
    let slope = gradient(at: logits) {
      let straight = StraightThroughOneHotCategorical(logits: $0, temperature: Tensor(0.7))
      return (straight.pathwiseSample(key: key) * g).sum()
    }
    let y = DoubleTensor(
      RelaxedOneHotCategorical(logits: logits, temperature: Tensor(0.7)).sample(key: key)
    ).values
    let weights = DoubleTensor(g).values
    let dot = zip(y, weights).reduce(0) { $0 + $1.0 * $1.1 }
    let expected = zip(y, weights).map { $0 * ($1 - dot) / 0.7 }
    #expect(largestDifference(slope, expected) < 1e-6)

    let bit = Tensor([0.4, -2])
    let bitSlope = gradient(at: bit) {
      let straight = StraightThroughBernoulli(logits: $0, temperature: Tensor(0.7))
      return (straight.pathwiseSample(key: key) * Tensor([1, 3])).sum()
    }
    let relaxed = UnitRelaxedBernoulli(logits: bit, temperature: Tensor(0.7)).sample(key: key)
    let values = DoubleTensor(relaxed).values
    let bitExpected = zip(values, [1.0, 3]).map { $0 * (1 - $0) * $1 / 0.7 }
    #expect(largestDifference(bitSlope, bitExpected) < 1e-6)
  }
}
