import Gumbel

/// Pictures of what a network has learned.
struct VAEGallery {
  let samples: ImageSheet
  /// A row of originals, and below it one of reconstructions.
  let reconstructions: ImageSheet
  let usage: [VAECodeUsage]
}
