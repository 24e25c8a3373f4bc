import GumbelEstimators
import GumbelTensors

extension SemiSupervisedVAE {
  /// How well a network describes and classifies images.
  public struct Evaluation: Hashable, Codable, Sendable {
    /// The number of images.
    public var images: Int
    /// The lower bound of log p(x), -U with the exact sum over all classes whatever the estimator:
    /// the mean in nats an image.
    public var bound: Double
    /// The share of images whose most probable class is their label.
    public var accuracy: Double
  }

  /// Evaluates the network. What is drawn depends on the key and on the images' positions alone.
  ///
  /// - Parameters:
  ///   - count: the number of images, at least 1.
  ///   - key: of the draws of z, one an image and class.
  ///   - images: pixels `[n, height · width · channels]` and int32 labels `[n]` at positions.
  ///   - progress: told how many images are done, and may throw to end it.
  public func evaluate(
    count: Int, key: RandomKey,
    images: (Range<Int>) throws -> (pixels: Tensor, labels: Tensor),
    progress: (Int) throws -> Void
  ) rethrows -> Evaluation {
    require(count >= 1, "SemiSupervisedVAE.evaluate: \(count) images")
    let measure = compile {
      (network: inout SemiSupervisedVAE, input: Pair<Pair<Tensor, Tensor>, RandomKey>) in
      let pixels = input.first.first
      let logits = network.classifier(pixels)
      let bounds = network.unlabelledBound(
        pixels, logits: logits, by: ExactEstimator(), key: input.second)
      let isRight = (logits.argmax() .== input.first.second).converted(to: .float32)
      return Tensor.stacked([bounds.sum(), isRight.sum()])
    }
    let imagesAtOnce = 100
    var network = self
    var (bound, right) = (0.0, 0.0)
    for start in stride(from: 0, to: count, by: imagesAtOnce) {
      let range = start..<min(start + imagesAtOnce, count)
      let (pixels, labels) = try images(range)
      let sums = measure(&network, Pair(Pair(pixels, labels), key.folding(in: start))).scalars
      bound -= Double(sums[0])
      right += Double(sums[1])
      try progress(range.upperBound)
    }
    return Evaluation(
      images: count, bound: bound / Double(count), accuracy: right / Double(count))
  }

  /// Images of each class in one style a row: the pixels' means, `[styles · classes, pixels]`.
  public func classGrid(styles: Int, key: RandomKey) -> Tensor {
    let classes = settings.classCount
    let values = style.priorSample(styles, key: key).repeatingRows(classes)
    let labels = Tensor(
      int32: (0..<(styles * classes)).map { Int32($0 % classes) }
    ).oneHot(depth: classes)
    let outputs = decoder(projected: decoder.projected(values), condition: labels)
    return settings.likelihood.mean(ofOutputs: outputs)
  }
}
