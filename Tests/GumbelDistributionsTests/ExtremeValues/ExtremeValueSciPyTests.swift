import Foundation
import GumbelDistributions
import GumbelTensors
import Testing

/// What `script/extreme_value_scipy.py` wrote: fits of SciPy and lmoments3 to the tables of evd.
private struct SciPyFixtures: Decodable {
  struct Gumbel: Decodable { let location, scale, logLikelihood: Double }
  struct LMoments: Decodable {
    let ratios: [Double]
    let location, scale: Double
    let shape: Double?
  }
  struct Blocks: Decodable {
    let name: String
    let location, scale, shape, logLikelihood: Double
    let gumbel, minimum: Gumbel
    let lMoments, lMomentsGumbel: LMoments
  }
  struct Excesses: Decodable {
    let name: String
    let scale, shape, logLikelihood: Double
  }
  let scipy, lmoments3: String
  let blocks: [Blocks]
  let exceedances: [Excesses]

  static let all: SciPyFixtures = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/extreme-values-scipy.json")
    return try! JSONDecoder().decode(SciPyFixtures.self, from: Data(contentsOf: url))
  }()
}

/// Six digits: of shapes, which may be near 0, of a tenth.
private func isNear(_ a: Double, _ b: Double, least: Double = 0, digits: Double = 1e-6) -> Bool {
  abs(a - b) < digits * max(abs(b), least)
}

@Suite struct ExtremeValueSciPyTests {
  private static let tables = ExtremeValueFixtures.all

  @Test func generalizedExtremeValues() throws {
    #expect(SciPyFixtures.all.blocks.count == 10)
    for (table, scipy) in zip(Self.tables.blocks, SciPyFixtures.all.blocks) {
      #expect(table.name == scipy.name)
      let fit = try GeneralizedExtremeValue.fit(to: table.values)
      #expect(isNear(fit.location, scipy.location), "\(scipy.name)")
      #expect(isNear(fit.scale, scipy.scale), "\(scipy.name)")
      #expect(isNear(fit.shape, scipy.shape, least: 0.1), "\(scipy.name)")
      #expect(abs(fit.logLikelihood - scipy.logLikelihood) < 1e-8, "\(scipy.name)")
      // Our maximum is no lower than theirs.
      #expect(fit.logLikelihood > scipy.logLikelihood - 1e-11, "\(scipy.name)")
    }
  }

  @Test func gumbelsOfMaximaAndMinima() throws {
    for (table, scipy) in zip(Self.tables.blocks, SciPyFixtures.all.blocks) {
      for (extreme, expected) in [
        (GumbelFit.Extreme.maximum, scipy.gumbel), (.minimum, scipy.minimum),
      ] {
        let fit = try Gumbel.fit(to: table.values, extreme: extreme)
        let general = try GeneralizedExtremeValue.fit(to: table.values, shape: 0, extreme: extreme)
        for (location, scale, likelihood) in [
          (fit.location, fit.scale, fit.logLikelihood),
          (general.location, general.scale, general.logLikelihood),
        ] {
          #expect(isNear(location, expected.location), "\(scipy.name)")
          #expect(isNear(scale, expected.scale), "\(scipy.name)")
          #expect(abs(likelihood - expected.logLikelihood) < 1e-8, "\(scipy.name)")
        }
      }
    }
  }

  @Test func exceedances() throws {
    #expect(SciPyFixtures.all.exceedances.count == 3)
    for (table, scipy) in zip(Self.tables.exceedances, SciPyFixtures.all.exceedances) {
      let fit = try GeneralizedPareto.fit(
        toExceedancesIn: table.values, threshold: table.threshold, rate: table.rate)
      #expect(isNear(fit.scale, scipy.scale), "\(scipy.name)")
      #expect(isNear(fit.shape, scipy.shape, least: 0.1), "\(scipy.name)")
      #expect(abs(fit.logLikelihood - scipy.logLikelihood) < 1e-8, "\(scipy.name)")
    }
  }

  /// Those of the data to rounding; what is fitted by them to what Hosking's approximation of the
  /// shape, which lmoments3 takes, is right to.
  @Test func lMoments() throws {
    for (table, scipy) in zip(Self.tables.blocks, SciPyFixtures.all.blocks) {
      let (found, expected) = (LMoments(of: table.values), scipy.lMoments)
      for (a, b) in zip(
        [found.mean, found.scale, found.skewness, found.kurtosis], expected.ratios)
      {
        #expect(isNear(a, b, least: 0.1, digits: 1e-12), "\(scipy.name)")
      }
      let fit = try GeneralizedExtremeValue.fit(to: table.values, method: .lMoments)
      #expect(isNear(fit.location, expected.location, digits: 2e-6), "\(scipy.name)")
      #expect(isNear(fit.scale, expected.scale, digits: 5e-6), "\(scipy.name)")
      #expect(abs(fit.shape - expected.shape!) < 2e-6, "\(scipy.name)")
      let gumbel = try Gumbel.fit(to: table.values, method: .lMoments)
      #expect(isNear(gumbel.location, scipy.lMomentsGumbel.location, digits: 1e-12))
      #expect(isNear(gumbel.scale, scipy.lMomentsGumbel.scale, digits: 1e-12))
    }
  }
}
