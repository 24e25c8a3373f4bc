import SwiftGumbel

/// What the variables of a group of codes are used for.
struct VAECodeUsage {
  private let latent: VAE.Latent
  /// The divergence of each variable from the prior, in nats.
  private let divergences: [Double]
  /// Of discrete variables.
  private let usage: VAE.CodeUsage?

  /// A value for each group.
  static func all(of vae: VAE, on images: ImageSet) -> [VAECodeUsage] {
    var discrete = vae.codeUsage(count: images.count, pixels: { images.tensor(of: $0) })[...]
    let divergences = vae.variableDivergences(
      count: images.count, pixels: { images.tensor(of: $0) })
    return zip(vae.settings.latents, divergences).map { latent, divergences in
      VAECodeUsage(
        latent: latent, divergences: divergences,
        usage: latent.isDiscrete ? discrete.popFirst() : nil)
    }
  }

  private var classCount: Int { usage?.frequencies.first?.count ?? 0 }

  var description: String {
    let active = divergences.count { $0 > 0.01 }
    var text =
      "\(latent.rawValue): \(active) of \(divergences.count) variables say something about the "
      + "image (a KL of more than 0.01 nats)"
    if let perplexities = usage?.perplexities {
      let mean = perplexities.reduce(0, +) / Double(perplexities.count)
      text +=
        "; of \(classCount) classes, \(hundredths(mean)) are in use in the mean over variables "
        + "(perplexity, from \(hundredths(perplexities.min() ?? 0)) to "
        + "\(hundredths(perplexities.max() ?? 0)))"
    }
    return text + "."
  }

  var figure: Figure {
    Figure(columns: (frequencies.map { [$0] } ?? []) + [divergenceChart])
  }

  private var frequencies: (any Panel)? {
    guard let usage else { return nil }
    let title = "Use of classes over the test images"
    if classCount == 2 {
      return ChartPanel(
        [
          .points(
            x: usage.frequencies.indices.map(Double.init), y: usage.frequencies.map { $0[1] })
        ], title: title, x: "variable", y: ChartPanel.Axis("probability of 1", range: 0...1),
        size: Drawing.Size(width: 520, height: 280))
    }
    return HeatMap(
      usage.frequencies, title: title, xLabel: "class", yLabel: "variable",
      range: 0...(usage.frequencies.joined().filter { $0 > 0 }.max() ?? 1), scale: .sequential,
      colorBarLabel: "frequency",
      size: Drawing.Size(
        width: 520, height: min(900, max(280, 110 + 14 * Double(divergences.count)))))
  }

  private var divergenceChart: ChartPanel {
    ChartPanel(
      [
        .histogram(
          edges: (0...divergences.count).map { Double($0) - 0.5 },
          heights: divergences.sorted(by: >))
      ], title: "KL of each variable, the largest first", x: "rank", y: "nats",
      size: Drawing.Size(width: 440, height: 280))
  }
}
