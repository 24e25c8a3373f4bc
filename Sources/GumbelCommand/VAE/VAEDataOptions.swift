import ArgumentParser
import SwiftGumbel

/// The images of a command, and how they are read.
struct VAEDataOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A named set, such as fashion-mnist (gumbel data lists them), an IDX, .npy, .npz or text "
        + "file, or a folder of PNG files, or of IDX or .npy files of one size."),
    completion: .imageData)
  var data: String
  @OptionGroup var reading: ImageDataOptions

  /// Training and test images.
  ///
  /// - Parameter testFraction: set apart for testing where no other part is asked for.
  func load(testFraction: Double? = nil) throws -> ImageSplit {
    try reading.load(
      data, testFraction: testFraction, shouldStop: { Interruption.isRequested })
  }
}

extension ImageSet {
  /// The shape as networks know it.
  var shape: VAE.ImageShape { VAE.ImageShape(height: height, width: width, channels: channels) }
}
