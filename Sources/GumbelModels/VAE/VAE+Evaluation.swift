import CGumbelMath
import GumbelDistributions
import GumbelMPI
import GumbelTensors
import GumbelTraining

extension VAE {
  /// How well a network describes images: means an image in nats, with exact draws of the latent
  /// variables.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// The number of images.
    public var images: Int
    /// The draws of each image.
    public var samples: Int
    /// The evidence lower bound: -(reconstruction + divergence) ≤ log p(x).
    public var bound: Double
    /// -log p(x|z), over all draws.
    public var reconstruction: Double
    /// KL(q(z|x) ‖ p(z)), in closed form.
    public var divergence: Double
    /// `log 1/m Σ p(x, z) / q(z|x)` over an image's m draws, a lower bound that rises with m
    /// towards log p(x). Burda, Grosse & Salakhutdinov 2015 (arXiv 1509.00519).
    public var importanceWeightedBound: Double
    /// The standard errors of the two bounds' means over images.
    public var boundError, importanceWeightedBoundError: Double
  }

  /// Evaluates the network. Memory is bounded whatever the number of images and of draws.
  ///
  /// What is drawn for an image depends on the key, the number of draws and the image's position
  /// alone.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - samples: the draws of each, at least 1.
  ///   - key: of the draws.
  ///   - pixels: the images at positions, `[n, pixels]`.
  ///   - progress: told how many images are done, at every part of an image's draws, and may throw
  ///     to end it.
  public func evaluate(
    count: Int, samples: Int = 1, key: RandomKey, pixels: (Range<Int>) throws -> Tensor,
    progress: (Int) throws -> Void = { _ in }
  ) rethrows -> Evaluation {
    let images = try measured(
      count: count, samples: samples, key: key, pixels: pixels, isOwn: { _ in true },
      progress: progress)
    return EvaluationSums.evaluation(of: images.map { $0! }, samples: samples)
  }

  /// The same by several processes, each with a share of the images, to the same bits.
  ///
  /// - Parameters:
  ///   - communicator: the processes, all of which call this with the same images and key.
  ///   - count: as for one process.
  ///   - samples: likewise.
  ///   - key: likewise.
  ///   - pixels: likewise.
  ///   - progress: likewise, of this process's share. Where it throws in one process, all throw:
  ///     `Interruption.Abandoned` in those where it did not.
  public func evaluate(
    among communicator: Communicator, count: Int, samples: Int = 1, key: RandomKey,
    pixels: (Range<Int>) throws -> Tensor, progress: (Int) throws -> Void = { _ in }
  ) throws -> Evaluation {
    if communicator.count == 1 {
      return try evaluate(
        count: count, samples: samples, key: key, pixels: pixels, progress: progress)
    }
    let own = Result {
      try measured(
        count: count, samples: samples, key: key, pixels: pixels,
        isOwn: { $0 % communicator.count == communicator.rank }, progress: progress)
    }
    // The shares of all, or nothing of a process that has not come to its end.
    var images = [MeasuredImage?](repeating: nil, count: count)
    let bytes = (try? own.get()).map(MeasuredImage.bytes) ?? []
    let all = (0..<communicator.count).map { communicator.broadcast(bytes, from: $0) }
    _ = try own.get()
    for share in all {
      if share.isEmpty { throw Interruption.Abandoned() }
      for (i, image) in MeasuredImage.images(share).enumerated() where image != nil {
        images[i] = image
      }
    }
    return EvaluationSums.evaluation(of: images.map { $0! }, samples: samples)
  }

  /// What was found of each image; nil of those in parts that are somebody else's.
  private func measured(
    count: Int, samples: Int, key: RandomKey, pixels: (Range<Int>) throws -> Tensor,
    isOwn: (Int) -> Bool, progress: (Int) throws -> Void
  ) rethrows -> [MeasuredImage?] {
    require(count >= 1 && samples >= 1, "VAE.evaluate: \(count) images, \(samples) draws of each")
    let encode = compile { (vae: inout VAE, pixels: Tensor) in
      let parameters = vae.encoder(pixels)
      return Pair(parameters, vae.divergence(under: vae.split(parameters)))
    }
    var scorers: [Int: Compiled<VAE, EvaluationChunk, Pair<Tensor, Tensor>>] = [:]
    let imagesAtOnce = max(1, rowsAtOnce / samples)
    let imagesEncoded = imagesAtOnce * max(1, rowsAtOnce / imagesAtOnce)
    var vae = self
    var images = [MeasuredImage?](repeating: nil, count: count)
    for start in stride(from: 0, to: count, by: imagesEncoded) {
      let block = try pixels(start..<min(start + imagesEncoded, count))
      requireImages(block)
      let encoded = encode(&vae, block)
      let divergences = encoded.second.scalars
      let rows = block.shape[0]
      for first in stride(from: 0, to: rows, by: imagesAtOnce) {
        let range = first..<min(first + imagesAtOnce, rows)
        let number = (start + first) / imagesAtOnce
        if !isOwn(number) { continue }
        let imageKey = key.folding(in: number)
        var draws = [DrawSums](repeating: DrawSums(), count: range.count)
        for (part, drawn) in stride(from: 0, to: samples, by: rowsAtOnce).enumerated() {
          // Many draws of one image take long, too.
          if drawn > 0 { try progress(start + range.lowerBound) }
          let m = min(rowsAtOnce, samples - drawn)
          let score = scorers[m] ?? compile { vae, chunk in vae.score(chunk, draws: m) }
          scorers[m] = score
          let result = score(
            &vae,
            EvaluationChunk(
              pixels: block.sliced(along: 0, range),
              parameters: encoded.first.sliced(along: 0, range), key: imageKey.folding(in: part)))
          let (costs, logSums) = (result.first.scalars, result.second.scalars)
          for i in draws.indices { draws[i].add(cost: costs[i], logSum: logSums[i]) }
        }
        for (i, image) in range.enumerated() {
          images[start + image] = MeasuredImage(
            reconstruction: draws[i].cost / Double(samples),
            divergence: Double(divergences[image]),
            weightedBound: draws[i].logSum - log(Double(samples)))
        }
        try progress(start + range.upperBound)
      }
    }
    return images
  }

  /// Evaluates the network on images, `[n, pixels]`.
  public func evaluate(on pixels: Tensor, samples: Int = 1, key: RandomKey) -> Evaluation {
    requireImages(pixels)
    return evaluate(count: pixels.shape[0], samples: samples, key: key) {
      pixels.sliced(along: 0, $0)
    } progress: { _ in
    }
  }

  /// The draws that are decoded at once: fewer of large images, for the sake of memory and of those
  /// who ask between them whether to stop.
  private var rowsAtOnce: Int { min(1000, max(1, (1 << 20) / settings.image.count)) }

  /// Of each image the sum of its draws' reconstruction costs, and the logarithm of the sum of
  /// their weights.
  private func score(_ chunk: EvaluationChunk, draws m: Int) -> Pair<Tensor, Tensor> {
    let parameters = split(chunk.parameters).map { $0.repeatingRows(m) }
    let values = groups.indices.map { i in
      groups[i].sample(under: parameters[i], key: chunk.key.folding(in: i))
    }
    let cost = reconstructionCost(of: chunk.pixels, values: values, draws: m)
    let ratio = logRatio(of: values, under: parameters).reshaped(to: cost.shape)
    return Pair(cost.sum(along: 1), (-cost - ratio).logSumExp())
  }
}

/// Images with their posteriors, and the key of their draws.
private struct EvaluationChunk: TensorGroup {
  var pixels: Tensor
  var parameters: Tensor
  var key: RandomKey

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("pixels", &pixels)
    visitor.visit("parameters", &parameters)
    visitor.visit("key", &key)
  }
}

/// The sums over an image's draws.
private struct DrawSums {
  var cost = 0.0
  var logSum = -Double.infinity

  mutating func add(cost: Float, logSum: Float) {
    self.cost += Double(cost)
    self.logSum = logAddExp(self.logSum, Double(logSum))
  }
}

/// What was found of an image.
private struct MeasuredImage {
  var reconstruction, divergence, weightedBound: Double

  /// Of each image a byte, whether there is something, and three numbers.
  static func bytes(_ images: [MeasuredImage?]) -> [UInt8] {
    images.flatMap { image -> [UInt8] in
      let numbers = image.map { [$0.reconstruction, $0.divergence, $0.weightedBound] }
      return [image == nil ? 0 : 1] + (numbers ?? [0, 0, 0]).withUnsafeBytes { Array($0) }
    }
  }

  static func images(_ bytes: [UInt8]) -> [MeasuredImage?] {
    stride(from: 0, to: bytes.count, by: 25).map { first in
      if bytes[first] == 0 { return nil }
      let numbers = (0..<3).map { i in
        bytes.withUnsafeBytes {
          $0.loadUnaligned(fromByteOffset: first + 1 + 8 * i, as: Double.self)
        }
      }
      return MeasuredImage(
        reconstruction: numbers[0], divergence: numbers[1], weightedBound: numbers[2])
    }
  }
}

/// The sums over images.
private struct EvaluationSums {
  private var count = 0
  private var reconstruction = 0.0
  private var divergence = 0.0
  private var bounds = Moments()
  private var weightedBounds = Moments()

  static func evaluation(of images: [MeasuredImage], samples: Int) -> VAE.Evaluation {
    var sums = EvaluationSums()
    for image in images { sums.add(image) }
    return sums.evaluation(samples: samples)
  }

  private mutating func add(_ image: MeasuredImage) {
    count += 1
    reconstruction += image.reconstruction
    divergence += image.divergence
    bounds.add(-image.reconstruction - image.divergence)
    weightedBounds.add(image.weightedBound)
  }

  private func evaluation(samples: Int) -> VAE.Evaluation {
    let n = Double(count)
    return VAE.Evaluation(
      images: count, samples: samples, bound: bounds.mean, reconstruction: reconstruction / n,
      divergence: divergence / n, importanceWeightedBound: weightedBounds.mean,
      boundError: bounds.errorOfMean, importanceWeightedBoundError: weightedBounds.errorOfMean)
  }
}

/// A mean and its standard error, by Welford's updates.
private struct Moments {
  private var count = 0.0
  private(set) var mean = 0.0
  private var squares = 0.0

  mutating func add(_ x: Double) {
    count += 1
    let difference = x - mean
    mean += difference / count
    squares += difference * (x - mean)
  }

  var errorOfMean: Double { count < 2 ? 0 : (squares / (count - 1) / count).squareRoot() }
}
