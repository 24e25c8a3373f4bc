import ArgumentParser
import SwiftGumbel

/// `--checkpoint` of a command that works with a network which another one trains.
struct TrainedRunOption<Run: RunDescription>: ParsableArguments {
  @Option(
    "The directory of a run of \(Run.trainer), which may still be going on.",
    valueName: "directory", completion: .directory)
  var checkpoint: String
}

extension TrainedRunOption<VAERun> {
  func load() throws -> (run: VAERun, vae: VAE) { try VAERun.trained(checkpoint) }
}

extension TrainedRunOption<TextRun> {
  func load() throws -> (run: TextRun, model: TextModel) { try TextRun.trained(checkpoint) }
}
