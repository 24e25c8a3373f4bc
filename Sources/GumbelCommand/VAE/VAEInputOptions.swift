import ArgumentParser
import SwiftGumbel

/// The images that a command shows to a network.
struct VAEInputOptions: ParsableArguments {
  enum Split: String, ExpressibleByArgument, CaseIterable { case train, validation, test, all }

  @OptionGroup var source: VAEDataOptions
  @Option(
    "Which of the images. What the training held out by --validation is validation, and not train.",
    valueName: "name")
  var split = Split.test

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
      case .train: heldOut(images.train, for: run)?.rest ?? images.train
      case .validation: try validation(images.train, for: run, checkpoint: checkpoint)
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

  /// Both parts of the images on which a network was trained; nil where it held out nothing, or the images are
  /// others, of which it has seen none.
  private func heldOut(
    _ images: ImageSet, for run: VAERun
  ) -> (rest: ImageSet, heldOut: ImageSet)? {
    guard let validation = run.validation, images.shape == run.image,
      let parts = images.heldOut(validation.fraction, key: RunValidation.key),
      String(parts.rest.fingerprint, radix: 16) == run.images.fingerprint
    else { return nil }
    return parts
  }

  private func validation(
    _ images: ImageSet, for run: VAERun, checkpoint: String
  ) throws -> ImageSet {
    if let parts = heldOut(images, for: run) { return parts.heldOut }
    throw CommandFailure(
      "--split validation: the run in \(checkpoint) held out "
        + (run.validation == nil
          ? "nothing; expected one with --validation"
          : "images of \(run.images.name), and \(source.data) has others; expected these"))
  }
}
