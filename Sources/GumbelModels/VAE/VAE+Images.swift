import GumbelTensors

extension VAE {
  /// Which values of the latent variables stand for an image.
  public enum Choice: Sendable {
    /// The most probable ones, or the means of normal variables.
    case mode
    /// Exact draws.
    case sample(key: RandomKey)
  }

  /// New images: the means of pixels, between 0 and 1, for values drawn from the prior.
  ///
  /// - Returns: `[count, pixels]`; an image depends on the key and its position alone.
  public func generate(_ count: Int, key: RandomKey) -> Tensor {
    decode(
      groups.indices.map { i in groups[i].priorSample(count, key: key.folding(in: i)) })
  }

  /// Images through encoder and decoder: the means of pixels, `[n, pixels]`.
  public func reconstruct(_ pixels: Tensor, by choice: Choice = .mode) -> Tensor {
    requireImages(pixels)
    return decode(values(for: posterior(of: pixels), by: choice))
  }

  /// Images on the way from one to another: `[steps, pixels]`, both ends included.
  ///
  /// The parameters of the posterior go from those of the first to those of the last in equal
  /// steps, and each step's most probable values are decoded. Normal variables so move along a
  /// straight line, while discrete ones flip one after another, each where the geometric mean of
  /// the two posteriors with the step's weights changes its most probable value.
  ///
  /// - Parameters:
  ///   - first: `[1, pixels]`.
  ///   - last: `[1, pixels]`.
  ///   - steps: at least 2.
  public func interpolate(from first: Tensor, to last: Tensor, steps: Int) -> Tensor {
    requireImages(first)
    requireImages(last)
    require(
      first.shape[0] == 1 && last.shape[0] == 1 && steps >= 2,
      "VAE.interpolate: from \(first.shape) to \(last.shape) in \(steps) steps, expected one image "
        + "each and at least 2 steps")
    let weights = Tensor(
      (0..<steps).map { Float($0) / Float(steps - 1) }, shape: [steps, 1])
    // Normalised logits would give the same modes: the difference is a constant of each variable.
    let parameters = zip(posterior(of: first), posterior(of: last)).map { a, b in
      a * (1 - weights) + b * weights
    }
    return decode(values(for: parameters, by: .mode))
  }

  private func values(for parameters: [Tensor], by choice: Choice) -> [Tensor] {
    groups.indices.map { i in
      switch choice {
      case .mode: groups[i].mode(under: parameters[i])
      case .sample(let key): groups[i].sample(under: parameters[i], key: key.folding(in: i))
      }
    }
  }

  /// The means of pixels, `[n, pixels]`, for values of each group: `[n, variables]` of normal and
  /// binary ones, `[n, variables · classes]` of one-hot vectors.
  public func decode(_ values: [Tensor]) -> Tensor {
    require(
      values.count == groups.count
        && zip(groups, values).allSatisfy {
          $1.rank == 2 && $1.shape[1] == $0.valueCount && $1.shape[0] == values[0].shape[0]
        },
      "VAE.decode: values \(values.map(\.shape)), expected "
        + groups.map { "[n, \($0.valueCount)]" }.joined(separator: ", "))
    return settings.likelihood.mean(ofOutputs: outputs(for: values))
  }
}
