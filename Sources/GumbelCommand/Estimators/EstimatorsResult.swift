import SwiftGumbel

/// What `gumbel estimators` found; printed as JSON with these names.
struct EstimatorsResult: Encodable {
  struct Problem: Encodable {
    let problem: String
    let exactGradient: [Double]
    let estimators: [Estimator]
  }

  struct Estimator: Encodable {
    let name: String
    let unbiased: Bool
    let mean: [Double]
    let relativeBias, biasStandardError, variance: Double
    let evaluations: Int
    let nanosecondsPerDraw: Double
  }

  let problems: [Problem]

  init(_ measured: [MeasuredProblem]) {
    problems = measured.map { measured in
      Problem(
        problem: measured.problem.name, exactGradient: measured.problem.exactGradient,
        estimators: measured.rows.map { row in
          let found = row.measurement
          return Estimator(
            name: found.name, unbiased: found.isUnbiased, mean: found.mean,
            relativeBias: found.relativeBias, biasStandardError: found.biasStandardError,
            variance: found.variance, evaluations: found.evaluations,
            nanosecondsPerDraw: found.nanosecondsPerDraw)
        })
    }
  }
}
