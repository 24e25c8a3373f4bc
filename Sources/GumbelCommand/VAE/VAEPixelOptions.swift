import ArgumentParser
import SwiftGumbel

/// What is done with the pixels of images before a trained network sees them.
struct VAEPixelOptions: ParsableArguments {
  @Option(
    "Make pixels black or white: none (grey ones are probabilities of white), threshold (at 0.5, "
      + "or as threshold:0.3) or fixed (drawn once, by the seed).",
    valueName: "how", completion: .list(["none", "threshold", "fixed"]))
  var binarise: String?

  func validate() throws {
    guard let binarise else { return }
    let found = Binarisation(text: binarise)
    if found == nil || found == .dynamic {
      throw ValidationError(
        "--binarise \(binarise): expected none, threshold, threshold:x with x from 0 to 1, or fixed"
      )
    }
  }

  /// What the option says, or else `usual`.
  func binarisation(usually usual: Binarisation) -> Binarisation {
    binarise.flatMap(Binarisation.init(text:)) ?? usual
  }
}

extension VAERun {
  /// What the network was trained on.
  var trainedBinarisation: Binarisation { Binarisation(text: content.binarisation) ?? .none }

  /// What was done with pixels in training as far as it was no draw; where pixels were drawn, grey
  /// ones are shown as they are, as the probabilities of those draws.
  var binarisationWithoutDraws: Binarisation {
    switch trainedBinarisation {
    case .none, .threshold: trainedBinarisation
    case .fixed, .dynamic: .none
    }
  }
}
