import Gumbel

/// A run as it begins, or as its directory has it.
struct RunStart<Run: RunDescription> {
  let run: Run
  let training: Run.Training
  /// Where the directory has it; nil at the beginning.
  let position: RunDirectory.Position?
  let log: MetricsLog

  /// - Throws: Where the directory holds another run than the one that is wanted.
  init(_ wanted: Run, in directory: RunDirectory?) throws {
    var training = try wanted.makeTraining()
    if let directory, let text = try directory.settings() {
      run = try Run(json: text, path: directory.settingsPath)
      try wanted.checkContinues(run, path: directory.path)
      position = try directory.restore(&training)
    } else {
      run = wanted
      position = nil
      try directory?.writeSettings(JSON.indentedText(of: wanted))
    }
    self.training = training
    log = try directory?.openLog(at: position) ?? MetricsLog([])
  }
}
