import ArgumentParser
import SwiftGumbel

/// The images that a command shows to a network.
struct VAEInputOptions: ParsableArguments {
  enum Split: String, ExpressibleByArgument, CaseIterable { case train, test, all }

  @OptionGroup var source: VAEDataOptions
  @Option("Which of the images.", valueName: "name") var split = Split.test

  /// The images, their pixels made black or white in a given way.
  func load(
    for run: VAERun, checkpoint: String, _ binarisation: Binarisation, seed: UInt64 = 0
  ) throws -> ImageSet {
    try originals(for: run, checkpoint: checkpoint).binarisedForTesting(binarisation, seed: seed)
  }

  /// The images as they are.
  func originals(for run: VAERun, checkpoint: String) throws -> ImageSet {
    let images = try source.load(testFraction: run.images.testFraction)
    let chosen: ImageSet =
      switch split {
      case .train: images.train
      case .test: images.test
      case .all: images.train.appending(images.test)
      }
    guard chosen.shape == run.image else {
      throw CommandFailure(
        "\(source.data): found images of \(chosen.shape.text), expected \(run.image.text), on "
          + "which the network in \(checkpoint) was trained")
    }
    return chosen
  }
}
