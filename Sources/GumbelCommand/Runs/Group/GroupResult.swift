import SwiftGumbel

/// What the trainings of a group found; printed as JSON with these names.
struct GroupResult: Encodable {
  /// A number that runs are compared by.
  struct Measure: Codable {
    let name: String
    @Measured var value: Double
  }

  /// One training.
  struct Run: Codable {
    let name: String
    let seed: UInt64
    let settings: [GroupMember.Setting]
    let epochs, steps: Int
    /// The steps of its plan, of which it may have ended before.
    let plannedSteps: Int
    let trainingSeconds: Double
    let parameters: Int
    let validation: ValidationResult
    /// What was measured at the end, with the weights of the best epoch.
    let measures: [Measure]
    /// What was measured on what is held out, after each epoch.
    let curve: [Measured]
  }

  /// A training that could not come to its end.
  struct Failure: Encodable {
    let name: String
    let seed: UInt64
    let settings: [GroupMember.Setting]
    let problem: String
  }

  /// What the trainings of a setting found, whatever their seeds.
  struct Setting: Encodable {
    struct NamedSummary: Encodable {
      let name: String
      let summary: SeedSummary
    }

    let settings: [GroupMember.Setting]
    let measures: [NamedSummary]
    /// Of what is held out, after each epoch that all of its trainings have.
    let curve: [SeedSummary]
  }

  let trainer: String
  let data: String
  /// What is measured on what is held out, and whether more of it is better.
  let validationMeasure: String
  let moreIsBetter: Bool
  let runs: [Run]
  let failures: [Failure]
  let settings: [Setting]
  /// The run that is kept as the best one; nil where none is done.
  let best: String?

  /// - Parameter runs: in the order of the group.
  init(
    trainer: String, data: String, validationMeasure: String, moreIsBetter: Bool, runs: [Run],
    failures: [Failure]
  ) {
    (self.trainer, self.data) = (trainer, data)
    (self.validationMeasure, self.moreIsBetter) = (validationMeasure, moreIsBetter)
    (self.runs, self.failures) = (runs, failures)
    var groups: [[Run]] = []
    for run in runs {
      if let place = groups.firstIndex(where: { $0[0].settings == run.settings }) {
        groups[place].append(run)
      } else {
        groups.append([run])
      }
    }
    settings = groups.map(Self.summary)
    func score(_ run: Run) -> Double {
      moreIsBetter ? -run.validation.best : run.validation.best
    }
    let best = groups.min { a, b in
      SeedSummary(a.map(score)).mean < SeedSummary(b.map(score)).mean
    }
    self.best = best?.min { score($0) < score($1) }?.name
  }

  private static func summary(_ runs: [Run]) -> Setting {
    let names = runs[0].measures.map(\.name).filter { name in
      runs.allSatisfy { run in run.measures.contains { $0.name == name } }
    }
    let epochs = runs.map(\.curve.count).min() ?? 0
    return Setting(
      settings: runs[0].settings,
      measures: names.map { name in
        Setting.NamedSummary(
          name: name,
          summary: SeedSummary(
            runs.map { run in run.measures.first { $0.name == name }!.value }))
      },
      curve: (0..<epochs).map { epoch in SeedSummary(runs.map { $0.curve[epoch].wrappedValue }) })
  }
}
