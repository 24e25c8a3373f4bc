import GumbelTensors

/// What one training step is given.
public struct ImageBatch: TensorGroup, Sendable {
  /// `[images, height · width · channels]`, from 0 to 1.
  public private(set) var pixels: Tensor
  /// int32, `[images]`; nil where the set has none.
  public private(set) var labels: Tensor?

  /// Creates a batch of pixels and, where there are any, their labels.
  public init(pixels: Tensor, labels: Tensor? = nil) {
    self.pixels = pixels
    self.labels = labels
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("pixels", &pixels)
    if labels != nil { visitor.visit("labels", &labels!) }
  }
}

/// Batches of a set for training: each epoch goes through the images in an order of its own, and
/// leaves out those that do not fill a last batch.
///
/// The batch of a step is a function of set, size, binarisation, key and step, never of what was
/// asked for before, so that a resumed run sees what an unbroken one sees.
///
/// ```swift
/// var batches = ImageBatches(train, batchSize: 100, binarisation: .dynamic, key: RandomKey(1))
/// for step in 0..<batches.batchesPerEpoch { let batch = batches.batch(step) }
/// ```
public struct ImageBatches: Sendable {
  /// The images, binarised where that is done once.
  public let images: ImageSet
  /// The images of a batch.
  public var batchSize: Int { order.batchSize }
  /// What is done with the pixels.
  public let binarisation: Binarisation

  let noiseKey: RandomKey
  private(set) var order: EpochOrder

  /// Batches of a set; traps unless the set fills one.
  public init(
    _ images: ImageSet, batchSize: Int, binarisation: Binarisation = .none, key: RandomKey
  ) {
    require(
      1...images.count ~= batchSize,
      "ImageBatches: batches of \(batchSize) of \(images.count) images")
    order = EpochOrder(images.count, batchSize: batchSize, key: key.folding(in: "order"))
    noiseKey = key.folding(in: "binarisation")
    self.images =
      binarisation == .dynamic ? images : images.binarised(binarisation, key: noiseKey)
    self.binarisation = binarisation
  }

  /// The whole batches that the set fills.
  public var batchesPerEpoch: Int { order.batchesPerEpoch }

  /// The epoch of a step, counted from 0.
  public func epoch(of step: Int) -> Int { step / batchesPerEpoch }

  /// The indices of a step's images. Traps if the step is negative.
  public mutating func indices(_ step: Int) -> [Int] { order.indices(step) }

  /// The batch of a step. Traps if the step is negative.
  public mutating func batch(_ step: Int) -> ImageBatch {
    let indices = indices(step)
    let labels = images.labelTensor(of: indices)
    guard binarisation == .dynamic else {
      return ImageBatch(pixels: images.tensor(of: indices), labels: labels)
    }
    images.prepareToRead(indices)
    let draws = PixelDraws(key: noiseKey.folding(in: order.epoch), imageSize: images.imageSize)
    let pixels = Tensor(uninitialized: TensorType([batchSize, images.imageSize]))
    // The threads share the rows, a few at a time.
    let (place, rows) = (pixels.buffer.floats, 16)
    parallelFor((batchSize + rows - 1) / rows) { part in
      for row in (part * rows)..<min((part + 1) * rows, batchSize) {
        images.draw(indices[row], draws, to: place + row * images.imageSize)
      }
    }
    return ImageBatch(pixels: pixels, labels: labels)
  }
}
