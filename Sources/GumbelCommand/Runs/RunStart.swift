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
    var (run, position) = (wanted, RunDirectory.Position?.none)
    if let directory, let text = try directory.settings() {
      let earlier = try Run(json: text, path: directory.settingsPath)
      run = try wanted.continuing(earlier, path: directory.path)
      position = try directory.restore(&training)
      if run.epochs > earlier.epochs { try directory.writeSettings(JSON.indentedText(of: run)) }
    } else {
      try directory?.writeSettings(JSON.indentedText(of: run))
    }
    (self.run, self.training, self.position) = (run, training, position)
    if let directory { LastWords.keep(run: directory.path) }
    log = try directory?.openLog(at: position) ?? MetricsLog([])
    // There is no step after which it would be saved.
    if run.steps == 0, position == nil { try directory?.save(training, step: 0) }
  }
}
