import SwiftGumbel

/// Pictures of what a network has learned.
struct VAEGallery {
  let samples: ImageSheet
  /// Rows of originals, and below each one of reconstructions.
  let reconstructions: ImageSheet
  let usage: [VAECodeUsage]

  /// - Parameter usage: whether to go through all images for how their codes are used.
  init(
    of vae: VAE, on images: ImageSet, originals: ImageSet, key: RandomKey, usage: Bool
  ) {
    let image = vae.settings.image.sheet
    samples = ImageSheet(
      vae.generate(64, key: key.folding(in: "samples")).scalars, image: image, columns: 16)
    let columns = min(16, images.count)
    let shown = images.tensor(of: 0..<columns)
    let before = originals.pixels(of: 0..<columns)
    let reconstructed = vae.reconstruct(
      shown, by: .sample(key: key.folding(in: "reconstructions")))
    reconstructions = ImageSheet(
      ImageSheet.interleaved(
        ImageSheet.differing([before, shown.scalars, reconstructed.scalars]), image: image,
        columns: columns),
      image: image, columns: columns)
    self.usage =
      usage
      ? VAECodeUsage.all(of: vae, on: images) : []
  }
}
