import ArgumentParser
import Gumbel

/// The images of a command.
struct ImageDataOptions: ParsableArguments {
  @Argument(
    help: "A named set (gumbel data lists them), or a file or folder of images.")
  var data: String

  func load() throws -> ImageSplit {
    guard let set = ImageCatalog.set(named: data) else {
      let images = try ImageSet.loadIDX(images: .file(data))
      let split = images.split(testFraction: 0.1, key: RandomKey(0))
      return ImageSplit(train: split.train, test: split.test, files: [data], rule: "a tenth")
    }
    return try set.load(shouldStop: { Interruption.isRequested })
  }
}

extension ImageSet {
  /// The shape as networks know it.
  var shape: VAE.ImageShape { VAE.ImageShape(height: height, width: width, channels: channels) }
}
