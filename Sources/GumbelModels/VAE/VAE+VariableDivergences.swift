import GumbelTensors

extension VAE {
  /// KL(q(z|x) ‖ p(z)) in nats of each latent variable, the mean over images: a list for each
  /// group. A variable at 0 says nothing about images.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - pixels: the images at positions, `[n, pixels]`.
  public func variableDivergences(
    count: Int, pixels: (Range<Int>) throws -> Tensor
  ) rethrows -> [[Double]] {
    require(count >= 1, "VAE.variableDivergences: \(count) images, expected at least 1")
    var sums = groups.map { [Double](repeating: 0, count: $0.valueCount) }
    let atOnce = 1000
    for start in stride(from: 0, to: count, by: atOnce) {
      let block = try pixels(start..<min(start + atOnce, count))
      requireImages(block)
      for (i, parameters) in posterior(of: block).enumerated() {
        let part = groups[i].divergenceTerms(under: parameters).sum(along: 0).scalars
        for (place, value) in part.enumerated() { sums[i][place] += Double(value) }
      }
    }
    return zip(settings.latents, sums).map { latent, sums in
      let variables = latent.sizes[0]
      let terms = sums.count / variables
      return (0..<variables).map { variable in
        sums[(variable * terms)..<((variable + 1) * terms)].reduce(0, +) / Double(count)
      }
    }
  }
}
