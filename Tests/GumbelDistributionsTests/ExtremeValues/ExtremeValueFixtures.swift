import Foundation

/// What `script/extreme_value_fixtures.R` wrote: tables of R's package evd and fits to them.
struct ExtremeValueFixtures: Decodable {
  struct Blocks: Decodable, Sendable {
    let name: String
    let values, parameters, errors: [Double]
    let logLikelihood, level, levelError: Double
    let intervals: [[Double]]
    let levelInterval: [Double]
    let gumbelLogLikelihood, gumbelP: Double
  }
  struct Excesses: Decodable, Sendable {
    let name: String
    let values: [Double]
    let threshold, rate: Double
    let parameters, errors: [Double]
    let logLikelihood, level, levelError: Double
    let intervals: [[Double]]
    let levelInterval: [Double]
  }
  struct Trend: Decodable, Sendable {
    let name: String
    let values, covariate, parameters, errors: [Double]
    let logLikelihood, p: Double
  }
  struct Largest: Decodable, Sendable {
    let name: String
    let blocks: [[Double]]
    let parameters, errors: [Double]
    let logLikelihood: Double
  }

  let blocks: [Blocks]
  let exceedances: [Excesses]
  let trends: [Trend]
  let largest: [Largest]

  static let all: ExtremeValueFixtures = {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/extreme-values.json")
    return try! JSONDecoder().decode(ExtremeValueFixtures.self, from: Data(contentsOf: url))
  }()
}
