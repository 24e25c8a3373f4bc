import CGumbelMath
import GumbelTensors

extension StructuredPrediction {
  /// How well a network predicts: means an image in nats, with exact draws of the latent variables.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// The number of images.
    public var images: Int
    /// m, the draws of each image.
    public var samples: Int
    /// E[log p(lower | z)], which training makes large; over all draws.
    public var bound: Double
    /// `log 1/m Σ p(lower | z_i)`: a lower bound that rises with m towards log p(lower | upper).
    public var sampledBound: Double
  }

  /// Evaluates the network.
  ///
  /// What is drawn for an image depends on the key, the number of draws and the image's position
  /// alone.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - samples: the draws of each, at least 1.
  ///   - key: of all that is drawn.
  ///   - image: the pixels at a position, `[1, height · width · channels]`.
  ///   - progress: told how many images are done, and may throw to end it.
  public func evaluate(
    count: Int, samples: Int, key: RandomKey, image: (Int) throws -> Tensor,
    progress: (Int) throws -> Void
  ) rethrows -> Evaluation {
    require(
      count >= 1 && samples >= 1,
      "StructuredPrediction.evaluate: \(count) images, \(samples) draws of each")
    // So many rows at once that their intermediate values stay in the cache.
    let rows = min(samples, 1000)
    let drawn = compile {
      (network: inout StructuredPrediction, input: Pair<Tensor, RandomKey>) in
      network.drawnCosts(of: input.first, samples: rows, key: input.second)
    }
    var network = self
    var bound = 0.0
    var sampledBound = 0.0
    for position in 0..<count {
      let pixels = try image(position)
      let imageKey = key.folding(in: position)
      var costs: [Float] = []
      while costs.count < samples {
        // Many draws of one image take long, too.
        if !costs.isEmpty { try progress(position) }
        let part = drawn(&network, Pair(pixels, imageKey.folding(in: costs.count))).scalars
        costs += part.prefix(samples - costs.count)
      }
      bound -= costs.reduce(0) { $0 + Double($1) } / Double(samples)
      let least = Double(costs.min()!)
      let sum = costs.reduce(0) { $0 + exp(least - Double($1)) }
      sampledBound += log(sum / Double(samples)) - least
      try progress(position + 1)
    }
    return Evaluation(
      images: count, samples: samples, bound: bound / Double(count),
      sampledBound: sampledBound / Double(count))
  }

  /// -log p(lower | z_i) of exact draws for one image `[1, pixels]`: `[samples]`.
  private func drawnCosts(of pixels: Tensor, samples: Int, key: RandomKey) -> Tensor {
    let (given, wanted) = halves(of: pixels)
    let outputs = outputs(
      for: maps[0](given).broadcast(to: [samples, layers[0].parameterCount]), key: key)
    return sigmoidCrossEntropy(logits: outputs, labels: wanted).sum(along: -1)
  }

  /// Lower halves drawn for the upper halves of images: the pixels' means, `[n, lower pixels]`.
  public func completions(of pixels: Tensor, key: RandomKey) -> Tensor {
    sigmoid(outputs(for: maps[0](halves(of: pixels).given), key: key))
  }

  /// The logits of the pixels wanted for exact draws, from the first layer's parameters on.
  private func outputs(for parameters: Tensor, key: RandomKey) -> Tensor {
    layers.indices.reduce(parameters) { parameters, i in
      next(after: i, layers[i].sample(under: parameters, key: key.folding(in: i)))
    }
  }
}
