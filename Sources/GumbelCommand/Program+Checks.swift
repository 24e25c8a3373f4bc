import ArgumentParser
import Gumbel

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
    func check(_ run: some RunDescription) throws {
      _ = (run.settingsByName, run.commandLine, run.prolongation, run.memoryProblem)
      _ = (run.steps, run.loop(savingEvery: .seconds(1), showing: nil))
      if run.size.parameters + run.size.activations <= limit { _ = try run.makeTraining() }
    }
    let path = "settings.json"
    do {
      try check(VAERun(json: json, path: path))
    } catch is CommandFailure {
      try check(TextRun(json: json, path: path))
    }
  }

  /// Reads what commands write down of their runs and read when they go on.
  package static func checkResults(_ json: String) {
    _ = try? JSON.value(LearnLog.self, from: json)
    _ = try? JSON.value([TextEpoch].self, from: json)
    _ = try? JSON.value(CompareResult.self, from: json)
  }
}
