import ArgumentParser
import SwiftGumbel

// What of the program reads without doing anything: for programs that try it with any input, such as
// fuzzers.
extension Program {
  /// Reads arguments as ``main()`` does, without doing what they say.
  package static func check(_ arguments: [String]) throws {
    try CommandPath.check(arguments)
    _ = try GumbelCommand.parseAsRoot(arguments)
  }

  /// Reads settings as they stand in the directory of a run, with all that is made of them where the
  /// network has no more than so many numbers.
  package static func checkSettings(_ json: String, sizeLimit limit: Double) throws {
    func check(_ run: some RunDescription, _ make: () throws -> Void) throws {
      _ = (run.settingsByName, run.commandLine, run.prolongation, run.memoryProblem, run.steps)
      if run.size.parameters + run.size.activations <= limit { try make() }
    }
    let path = "settings.json"
    if let run = try? VAERun(json: json, path: path) {
      try check(run) { _ = try run.makeTraining() }
    } else if let run = try? LearnRun(json: json, path: path) {
      try check(run) { _ = run.makeTraining() }
    } else {
      let run = try TextRun(json: json, path: path)
      try check(run) {
        switch run.plan {
        case .likelihood(let plan): _ = try run.makeTraining(plan)
        case .adversarial(let settings, let plan): _ = try run.makeTraining(settings, plan)
        }
      }
    }
  }

  /// Reads what commands write down of their runs and read when they go on.
  package static func checkResults(_ json: String) {
    _ = try? JSON.value(LearnMeasurement.self, from: json)
    _ = try? JSON.value(TextMeasurement.self, from: json)
    _ = try? JSON.value(VAEMeasurement.self, from: json)
    _ = try? JSON.value(CompareResult.self, from: json)
    _ = try? JSON.value(GroupDescription.self, from: json)
    if let run = try? JSON.value(GroupResult.Run.self, from: json) {
      let result = GroupResult(
        trainer: "", data: "", validationMeasure: "", moreIsBetter: true, runs: [run, run],
        failures: [])
      _ = result.table
    }
  }
}
