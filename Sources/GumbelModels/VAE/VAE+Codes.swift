import CGumbelMath
import GumbelTensors

extension VAE {
  /// What a group of latent variables says about images.
  public struct Encoding: Sendable {
    /// The group.
    public let latent: Latent
    /// The means of the values, `[n, …]`: of normal variables their own, of binary ones
    /// probabilities, of categorical ones the probabilities of every class, side by side.
    public let means: Tensor
    /// The most probable classes of discrete variables: int32 `[n, variables]`.
    public let codes: Tensor?
  }

  /// What each group of latent variables says about images, `[n, pixels]`.
  public func encode(_ pixels: Tensor) -> [Encoding] {
    requireImages(pixels)
    return zip(groups.indices, posterior(of: pixels)).map { i, parameters in
      Encoding(
        latent: settings.latents[i], means: groups[i].mean(under: parameters),
        codes: groups[i].classProbabilities(under: parameters)?.argmax())
    }
  }

  /// How often the classes of each discrete variable are drawn over a set of images.
  public struct CodeUsage: Hashable, Codable, Sendable {
    /// The group of variables.
    public let latent: Latent
    /// The mean over images of the posterior's probabilities: of each variable, of each class.
    public let frequencies: [[Double]]

    /// The entropy of each variable's frequencies in nats: log k where all classes are used
    /// equally.
    public var entropies: [Double] {
      frequencies.map { $0.reduce(0) { $1 > 0 ? $0 - $1 * log($1) : $0 } }
    }
    /// `exp` of the entropy of each variable: how many classes are in use.
    public var perplexities: [Double] { entropies.map { exp($0) } }
  }

  /// How often the classes of discrete variables are drawn over images: a value for each discrete
  /// group.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - pixels: the images at positions, `[n, pixels]`.
  public func codeUsage(
    count: Int, pixels: (Range<Int>) throws -> Tensor
  ) rethrows -> [CodeUsage] {
    require(count >= 1, "VAE.codeUsage: \(count) images, expected at least 1")
    var sums = [[Double]?](repeating: nil, count: groups.count)
    let atOnce = 1000
    for start in stride(from: 0, to: count, by: atOnce) {
      let block = try pixels(start..<min(start + atOnce, count))
      requireImages(block)
      for (i, parameters) in posterior(of: block).enumerated() {
        guard let probabilities = groups[i].classProbabilities(under: parameters) else { continue }
        let part = probabilities.sum(along: 0).scalars.map(Double.init)
        sums[i] = sums[i].map { zip($0, part).map(+) } ?? part
      }
    }
    return zip(settings.latents, sums).compactMap { latent, sums in
      guard let sums else { return nil }
      let variables = latent.sizes[0]
      let classes = sums.count / variables
      return CodeUsage(
        latent: latent,
        frequencies: (0..<variables).map { variable in
          sums[(variable * classes)..<((variable + 1) * classes)].map { $0 / Double(count) }
        })
    }
  }

  /// See ``codeUsage(count:pixels:)``.
  public func codeUsage(of pixels: Tensor) -> [CodeUsage] {
    requireImages(pixels)
    return codeUsage(count: pixels.shape[0]) { pixels.sliced(along: 0, $0) }
  }
}
