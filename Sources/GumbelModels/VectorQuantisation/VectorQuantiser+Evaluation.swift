import CGumbelMath
import GumbelTensors

extension VectorQuantiser {
  /// What is measured of images with hard codes, the most probable ones.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// The number of images.
    public var images: Int
    /// -log p(x | codes), in nats an image.
    public var reconstruction: Double
    /// The mean squared error of a pixel.
    public var squaredError: Double
    /// How often each entry of the codebook was used.
    public var usage: [Int]

    package init(images: Int, reconstruction: Double, squaredError: Double, usage: [Int]) {
      self.images = images
      self.reconstruction = reconstruction
      self.squaredError = squaredError
      self.usage = usage
    }

    /// How many entries were used at all.
    public var usedCodes: Int { usage.count { $0 > 0 } }

    /// The exponential of the entropy of the frequencies: the number of codes that, each used
    /// equally often, would say as much.
    public var perplexity: Double {
      let total = Double(usage.reduce(0, +))
      let entropy = usage.filter { $0 > 0 }.reduce(0.0) { sum, count in
        sum - Double(count) / total * log(Double(count) / total)
      }
      return exp(entropy)
    }
  }

  /// Evaluates the network; nothing is drawn.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - images: the pixels at positions, `[n, height · width · channels]`.
  ///   - progress: told how many images are done, and may throw to end it.
  public func evaluate(
    count: Int, images: (Range<Int>) throws -> Tensor, progress: (Int) throws -> Void
  ) rethrows -> Evaluation {
    require(count >= 1, "VectorQuantiser.evaluate: \(count) images")
    let measure = compile { (network: inout VectorQuantiser, pixels: Tensor) in
      let codes = network.codes(of: pixels)
      let outputs = network.decoder(network.codebook.gatheringRows(at: codes))
      let cost = network.cost(of: pixels, outputs: outputs)
      let error = square(network.settings.likelihood.mean(ofOutputs: outputs) - pixels)
      return Pair(Tensor.stacked([cost.sum(), error.sum()]), codes)
    }
    let imagesAtOnce = 100
    var network = self
    var (cost, error) = (0.0, 0.0)
    var usage = [Int](repeating: 0, count: settings.codeCount)
    for start in stride(from: 0, to: count, by: imagesAtOnce) {
      let range = start..<min(start + imagesAtOnce, count)
      let found = measure(&network, try images(range))
      let sums = found.first.scalars
      cost += Double(sums[0])
      error += Double(sums[1])
      for code in found.second.int32Scalars { usage[Int(code)] += 1 }
      try progress(range.upperBound)
    }
    return Evaluation(
      images: count, reconstruction: cost / Double(count),
      squaredError: error / Double(count * settings.image.count), usage: usage)
  }
}
