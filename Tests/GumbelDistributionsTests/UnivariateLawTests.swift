import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

private let places: [[Double]] = [[0, 1], [0.5, 2], [-3, 0.125], [10, 1.5]]

/// One entry a distribution of one real number.
let univariateLaws = [
  DistributionLaw(
    "Gumbel", parameters: places, differentiable: [0, 1],
    single: { Gumbel(location: $0[0], scale: $0[1]) },
    batch: { Gumbel(location: $0[0], scale: $0[1]) }),
  DistributionLaw(
    "MinimumGumbel", parameters: places, differentiable: [0, 1],
    single: { MinimumGumbel(location: $0[0], scale: $0[1]) },
    batch: { MinimumGumbel(location: $0[0], scale: $0[1]) }),
  DistributionLaw(
    "TruncatedGumbel",
    parameters: [
      [0, 1, -.infinity, 1], [0.5, 2, -1, 2], [0, 1, 2, .infinity], [1, 0.5, -4, 8],
    ],
    differentiable: [0, 1, 2, 3],
    single: { TruncatedGumbel(location: $0[0], scale: $0[1], lower: $0[2], upper: $0[3]) },
    batch: { TruncatedGumbel(location: $0[0], scale: $0[1], lower: $0[2], upper: $0[3]) }),
  DistributionLaw(
    "GeneralizedExtremeValue",
    parameters: [
      [0, 1, 0], [0.5, 2, 0.0625], [-3, 0.125, -0x1p-6], [0, 1, -0x1p-7], [0, 2, 0x1p-20],
    ],
    differentiable: [0, 1, 2], tolerance: 2e-5,
    single: { GeneralizedExtremeValue(location: $0[0], scale: $0[1], shape: $0[2]) },
    batch: { GeneralizedExtremeValue(location: $0[0], scale: $0[1], shape: $0[2]) }),
  DistributionLaw(
    "MinimumGeneralizedExtremeValue",
    parameters: [
      [0, 1, 0], [0.5, 2, 0.0625], [-3, 0.125, -0x1p-6], [0, 1, -0x1p-7], [0, 2, 0x1p-20],
    ],
    differentiable: [0, 1, 2], tolerance: 2e-5,
    single: { MinimumGeneralizedExtremeValue(location: $0[0], scale: $0[1], shape: $0[2]) },
    batch: { MinimumGeneralizedExtremeValue(location: $0[0], scale: $0[1], shape: $0[2]) }),
  DistributionLaw(
    "GeneralizedPareto",
    parameters: [
      [0, 1, 0], [0.5, 2, 0.0625], [-3, 0.5, -0x1p-6], [0, 1, -0x1p-7], [0, 2, 0x1p-20],
    ],
    differentiable: [1, 2], tolerance: 2e-5,
    single: { GeneralizedPareto(location: $0[0], scale: $0[1], shape: $0[2]) },
    batch: { GeneralizedPareto(location: $0[0], scale: $0[1], shape: $0[2]) }),
  DistributionLaw(
    "Normal", parameters: places, differentiable: [0, 1],
    single: { Normal(location: $0[0], scale: $0[1]) },
    batch: { Normal(location: $0[0], scale: $0[1]) }),
  DistributionLaw(
    "Logistic", parameters: places, differentiable: [0, 1],
    single: { Logistic(location: $0[0], scale: $0[1]) },
    batch: { Logistic(location: $0[0], scale: $0[1]) }),
  DistributionLaw(
    "Uniform", parameters: [[0, 1], [-3, 5], [-4, 6]], differentiable: [0, 1],
    single: { Uniform(lower: $0[0], upper: $0[1]) },
    batch: { Uniform(lower: $0[0], upper: $0[1]) }),
  DistributionLaw(
    "Exponential", parameters: [[1], [0.25], [8]], differentiable: [0],
    single: { Exponential(rate: $0[0]) }, batch: { Exponential(rate: $0[0]) }),
  DistributionLaw(
    "Bernoulli", parameters: [[0], [-0.75], [2], [-6]], isDiscrete: true, differentiable: [0],
    single: { Bernoulli(logits: $0[0]) }, batch: { Bernoulli(logits: $0[0]) }),
  DistributionLaw(
    "Binomial",
    parameters: [
      [10, 0.5], [10, -0.75], [1, -1], [1000, 0], [1000, 0.25], [100, -3], [400, -3], [100_000, 1],
    ],
    isDiscrete: true, differentiable: [1],
    single: { Binomial(trials: Int($0[0]), logits: $0[1]) },
    batch: { Binomial(trials: $0[0], logits: $0[1]) }),
]

/// The distributions of vectors, classes and relaxed choices, which have laws of their own in
/// `Vectors`.
let otherDistributions: Set<String> = [
  "Categorical", "Multinomial", "OneHotCategorical", "PlackettLuce", "RelaxedBernoulli",
  "RelaxedCategorical", "RelaxedOneHotCategorical", "StraightThroughBernoulli",
  "StraightThroughOneHotCategorical", "UnitRelaxedBernoulli",
]

@Suite struct UnivariateLawTests {
  @Test(arguments: univariateLaws)
  func doublePrecision(_ law: DistributionLaw) {
    let failures = law.singleFailures()
    #expect(failures == [])
  }

  @Test(arguments: univariateLaws)
  func tensors(_ law: DistributionLaw) {
    let failures = law.batchFailures()
    #expect(failures == [])
  }

  /// Reads the sources, so that a distribution cannot be added without a law.
  @Test func everyDistributionHasALaw() throws {
    let components = #filePath.split(separator: "/", omittingEmptySubsequences: false)
    let tests = try #require(components.lastIndex(of: "Tests"))
    let root = components[..<tests].joined(separator: "/") + "/Sources/GumbelDistributions/"
    var found = Set<String>()
    for file in try FileManager.default.subpathsOfDirectory(atPath: root)
    where file.hasSuffix(".swift") {
      let data = try Data(contentsOf: URL(fileURLWithPath: root + file))
      for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
        let words = line.split(whereSeparator: { " :{,<".contains($0) })
        let isDistribution = words.dropFirst(2).contains {
          ["RealDistribution", "Distribution", "Reparameterised"].contains($0)
        }
        if words.first == "extension", isDistribution, line.contains(":") {
          found.insert(String(words[1]))
        }
      }
    }
    let covered = Set(univariateLaws.map(\.name)).union(otherDistributions)
    #expect(found.count >= 21)
    #expect(found.symmetricDifference(covered) == [], "laws and distributions do not match")
  }

  /// The checker itself notices a density, a quantile and an entropy that are wrong.
  @Test func theCheckerFindsMistakes() {
    struct Wrong: RealDistribution, HasRealMoments {
      var inner = Normal(location: 0, scale: 1)
      var densityShift = 0.0
      var quantileShift = 0.0
      var entropyShift = 0.0
      func logProbability(of x: Double) -> Double { inner.logProbability(of: x) + densityShift }
      func cdf(at x: Double) -> Double { inner.cdf(at: x) }
      func survival(at x: Double) -> Double { inner.survival(at: x) }
      func logCDF(at x: Double) -> Double { inner.logCDF(at: x) }
      func logSurvival(at x: Double) -> Double { inner.logSurvival(at: x) }
      func quantile(at p: Double) -> Double { inner.quantile(at: p) + quantileShift }
      func inverseSurvival(at q: Double) -> Double { inner.inverseSurvival(at: q) }
      var mean: Double { 0 }
      var variance: Double { 1 }
      var skewness: Double { 0 }
      var excessKurtosis: Double { 0 }
      var entropy: Double { inner.entropy + entropyShift }
    }
    func failures(_ wrong: Wrong) -> [String] {
      DistributionLaw(
        "Wrong", parameters: [[0]], differentiable: [], single: { _ in wrong },
        batch: { Exponential(rate: $0[0]) }
      ).singleFailures()
    }
    let right = failures(Wrong())
    let density = failures(Wrong(densityShift: 1e-9))
    let quantile = failures(Wrong(quantileShift: 1e-9))
    let entropy = failures(Wrong(entropyShift: 1e-9))
    #expect(right == [])
    #expect(density.contains { $0.contains("total") })
    #expect(quantile.contains { $0.contains("quantile") })
    #expect(entropy.contains { $0.contains("entropy") })
    // And a tensor form of something else.
    let other = DistributionLaw(
      "Other", parameters: [[0, 1], [1, 2]], differentiable: [0, 1],
      single: { Normal(location: $0[0], scale: $0[1]) },
      batch: { Logistic(location: $0[0], scale: $0[1]) }
    ).batchFailures()
    #expect(other.contains { $0.contains("log p") })
    #expect(other.contains { $0.contains("entropy") })
    #expect(other.contains { $0.contains("draws do not fit") })
    // And samples whose gradient misses the scale.
    let detached = DistributionLaw(
      "Detached", parameters: [[0, 1], [1, 2]], differentiable: [0, 1],
      single: { Normal(location: $0[0], scale: $0[1]) },
      batch: { Normal(location: $0[0], scale: $0[1].stoppingGradient()) }
    ).batchFailures()
    #expect(detached.contains { $0.contains("slope of sample") })
    #expect(detached.contains { $0.contains("gradient of parameter 1") })
    #expect(!detached.contains { $0.contains("entropy") })
  }
}
