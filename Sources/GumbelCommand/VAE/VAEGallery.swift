import Gumbel

/// Pictures of what a network has learned.
struct VAEGallery {
  let samples: ImageSheet
  /// Rows of originals, and below each one of reconstructions.
  let reconstructions: ImageSheet
  let usage: [VAECodeUsage]

  /// - Parameter usage: whether to go through all images for how their codes are used.
  init(of vae: VAE, on images: ImageSet, key: RandomKey, usage: Bool) {
    let image = vae.settings.image
    samples = ImageSheet(
      vae.generate(64, key: key.folding(in: "samples")).scalars, image: image, columns: 16)
    let columns = min(16, images.count)
    let shown = images.tensor(of: 0..<columns)
    let reconstructed = vae.reconstruct(
      shown, by: .sample(key: key.folding(in: "reconstructions")))
    reconstructions = ImageSheet(
      ImageSheet.interleaved(
        [shown.scalars, reconstructed.scalars], image: image, columns: columns),
      image: image, columns: columns)
    self.usage =
      usage
      ? vae.codeUsage(count: images.count, pixels: { images.tensor(of: $0) })
        .map(VAECodeUsage.init) : []
  }
}

/// How the values of a group of discrete variables are used.
struct VAECodeUsage {
  private let usage: VAE.CodeUsage

  init(_ usage: VAE.CodeUsage) { self.usage = usage }

  private var classCount: Int { usage.frequencies.first?.count ?? 0 }

  var description: String {
    let perplexities = usage.perplexities.sorted()
    let mean = perplexities.reduce(0, +) / Double(perplexities.count)
    return "\(usage.latent.rawValue): of \(classCount) classes, "
      + "\(hundredths(mean)) are in use in the mean over variables (perplexity; "
      + "\(hundredths(perplexities[0])) to \(hundredths(perplexities[perplexities.count - 1])))."
  }

  var panel: any Panel {
    let title = "Use of \(usage.latent.rawValue) over the test images"
    if classCount == 2 {
      return Chart(
        [
          .points(
            x: usage.frequencies.indices.map(Double.init), y: usage.frequencies.map { $0[1] })
        ], title: title, x: "variable", y: Chart.Axis("probability of 1", range: 0...1),
        size: Drawing.Size(width: 720, height: 280))
    }
    return HeatMap(
      usage.frequencies, title: title, xLabel: "class", yLabel: "variable",
      range: 0...(usage.frequencies.joined().max() ?? 1), scale: .sequential,
      colorBarLabel: "frequency",
      size: Drawing.Size(
        width: 560, height: min(900, 110 + 14 * Double(usage.frequencies.count))))
  }
}
