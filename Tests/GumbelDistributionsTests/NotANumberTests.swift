import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// NaN is no value, inside the support or outside: what is computed from it is NaN, in both forms of a
/// distribution.
@Suite struct NotANumberTests {
  @Test(arguments: univariateLaws)
  func ofANumber(_ law: DistributionLaw) {
    for parameters in law.parameters {
      let single = law.single(parameters)
      let batch = law.batch(parameters.map { Tensor(Float($0)) })
      #expect(batch.logProbability(of: Tensor(.nan)).scalar.isNaN, "\(single)")
      let functions = [
        single.logProbability(of: .nan), single.cdf(at: .nan), single.survival(at: .nan),
        single.logCDF(at: .nan), single.logSurvival(at: .nan),
      ]
      #expect(functions.allSatisfy { $0.isNaN }, "\(single): \(functions)")
    }
  }

  /// A NaN stands alone: its neighbours have their values and gradients.
  @Test(arguments: univariateLaws)
  func besideOthers(_ law: DistributionLaw) {
    let parameters = law.parameters[0]
    let (single, tensors) = (law.single(parameters), parameters.map { Tensor(Float($0)) })
    let inside = Float(single.median)
    let found = law.batch(tensors).logProbability(of: Tensor([inside, .nan, inside])).scalars
    #expect(found[0] == found[2] && found[1].isNaN)
    let slope = gradient(at: Tensor([inside, .nan, inside])) {
      law.batch(tensors).logProbability(of: $0).sum()
    }
    #expect(!slope.scalars[0].isNaN && slope.scalars[0] == slope.scalars[2])
  }

  @Test func ofRelaxedChoices() {
    let logits = Tensor([0.5, -.infinity, .infinity])
    let relaxed = RelaxedBernoulli(logits: logits, temperature: Tensor(0.5))
    let straight = StraightThroughBernoulli(logits: logits, temperature: Tensor(0.5))
    #expect(relaxed.logProbability(of: Tensor(.nan)).scalars.allSatisfy { $0.isNaN })
    #expect(straight.logProbability(of: Tensor(.nan)).scalars.allSatisfy { $0.isNaN })
    #expect(
      UnitRelaxedBernoulli(relaxed).logProbability(of: Tensor(.nan)).scalars.allSatisfy { $0.isNaN }
    )
    for logit in [0.5, -.infinity, .infinity] {
      let relaxed = RelaxedBernoulli(logits: logit, temperature: 0.5)
      #expect(relaxed.logProbability(of: .nan).isNaN)
      #expect(UnitRelaxedBernoulli(relaxed).logProbability(of: .nan).isNaN)
    }
  }

  @Test func ofVectors() {
    let (row, numbers) = ([0.1, .nan, 0.4] as [Float], [0.1, .nan, 0.4])
    for logits in [[0.1, 0.2, 0.3], [0.1, -.infinity, 0.3]] as [[Double]] {
      let tensor = Tensor(logits.map(Float.init))
      let value = Tensor(row)
      let relaxed = RelaxedCategorical(logits: tensor, temperature: Tensor(0.5))
      #expect(relaxed.logProbability(of: value).scalar.isNaN)
      let simplex = RelaxedOneHotCategorical(logits: tensor, temperature: Tensor(0.5))
      #expect(simplex.logProbability(of: value).scalar.isNaN)
      #expect(OneHotCategorical(logits: tensor).logProbability(of: value).scalar.isNaN)
      let single = RelaxedCategorical(logits: logits, temperature: 0.5)
      #expect(single.logProbability(of: numbers).isNaN)
      #expect(
        RelaxedOneHotCategorical(logits: logits, temperature: 0.5).logProbability(of: numbers)
          .isNaN)
      #expect(OneHotCategorical(logits: logits).logProbability(of: numbers).isNaN)
      #expect(Multinomial(trials: 2, logits: tensor).logProbability(of: value).scalar.isNaN)
    }
  }
}

/// Values far outside a support, and at its ends.
@Suite struct OutsideTests {
  /// One value outside has no part in the gradients of the others, wherever it is.
  @Test(arguments: univariateLaws)
  func hasNoPartInGradients(_ law: DistributionLaw) {
    for parameters in law.parameters {
      let (single, tensors) = (law.single(parameters), parameters.map { Tensor(Float($0)) })
      let inside = Float(single.median)
      func slopes(_ values: [Float]) -> [[Float]] {
        gradient(at: [Tensor(values)] + tensors) { point in
          law.batch(Array(point.dropFirst())).logProbability(of: point[0]).sum()
        }.map(\.scalars)
      }
      let alone = slopes([inside])
      for outside in [-.infinity, -3e38, -1e4, 100, 1e4, 3e38, .infinity] as [Float]
      where isOutside(outside, single) {
        let found = slopes([inside, outside])
        #expect(found[0] == [alone[0][0], 0], "\(single) at \(outside): \(found)")
        for i in law.differentiable {
          #expect(found[i + 1] == alone[i + 1], "\(single) at \(outside)")
        }
      }
    }
  }

  private func isOutside(_ x: Float, _ d: any RealDistribution) -> Bool {
    Double(x) < d.quantile(at: 0) || Double(x) > d.quantile(at: 1)
  }

  @Test func valuesFarInsideATruncatedTail() {
    let d = TruncatedGumbel(
      location: Tensor(0), scale: Tensor(1), lower: Tensor(2), upper: Tensor(.infinity))
    let reference = TruncatedGumbel(location: 0, scale: 1, lower: 2, upper: .infinity)
    for x in [50, 81, 200, 1e4] as [Float] {
      let expected = reference.logProbability(of: Double(x))
      let found = Double(d.logProbability(of: Tensor(x)).scalar)
      #expect(Swift.abs(found - expected) <= 1e-6 * Swift.abs(expected))
      #expect(gradient(at: Tensor(x)) { d.logProbability(of: $0) }.scalar == -1)
    }
  }

  /// The ends of a truncated distribution are its quantiles at 0 and 1, exactly.
  @Test func truncatedEnds() {
    for (lower, upper) in [(0.0, 1e-9), (-3, 5), (2, .infinity), (-.infinity, 1)] {
      let d = TruncatedGumbel(location: 0, scale: 1, lower: lower, upper: upper)
      #expect(d.quantile(at: 0) == lower && d.inverseSurvival(at: 1) == lower)
      #expect(d.quantile(at: 1) == upper && d.inverseSurvival(at: 0) == upper)
    }
  }

  @Test func noGradientPassesToTrials() {
    let slope = gradient(at: Tensor([3, 5])) { trials in
      let d = Binomial(trials: trials, logits: Tensor([0.5, -1]))
      let other = Binomial(trials: trials, logits: Tensor([0.1, 1]))
      return
        (d.mean + d.variance + d.klDivergence(to: other)
        + d.logProbability(of: Tensor([1, 2]))).sum()
    }
    #expect(slope.scalars == [0, 0])
  }

  /// Second derivatives where the value is the location, or the logit 0: |z| has none there.
  @Test func secondDerivativesInTheMiddle() {
    let logistic = Logistic(location: Tensor(1), scale: Tensor(2))
    let curvature = gradient(at: Tensor([1])) { x in
      gradient(at: x) { logistic.logProbability(of: $0).sum() }.sum()
    }
    #expect(Swift.abs(curvature.scalars[0] + 0.125) < 1e-6)
    let entropy = gradient(at: Tensor([0])) { x in
      gradient(at: x) { Bernoulli(logits: $0).entropy.sum() }.sum()
    }
    #expect(Swift.abs(entropy.scalars[0] + 0.25) < 1e-6)
    #expect(Bernoulli(logits: Tensor([.infinity, -.infinity])).entropy.scalars == [0, 0])
  }
}
