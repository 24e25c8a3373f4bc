import GumbelTensors

// Snippet: let device = Device.host
/// A set of images as tensors, and the batches that ``ImageBatches`` makes of it as operations on them: a
/// compiled function that is given this value makes the batches itself, with the same draws.
///
/// On a device the set is copied there once and stays, a byte a pixel where the set has bytes. What is done
/// for each batch, its order, its rows and what is drawn black or white, is done there.
///
/// ```swift
/// let batches = ImageBatches(train, batchSize: 100, binarisation: .dynamic, key: RandomKey(1))
/// let images = ImageTensors(batches)
/// let means = compile(on: device) { (images: ImageTensors, epoch: Tensor) in
///   let epoch = images.epoch(epoch)
///   return scan(from: EmptyGroup(), count: batches.batchesPerEpoch) { none, place in
///     (none, images.pixels(place, in: epoch).mean())
///   }.outputs
/// }
/// ```
public struct ImageTensors: TensorGroup, Sendable {
  /// What batches of an epoch have in common.
  public struct Epoch: TensorGroup, Sendable {
    /// Which images: int32, `[batches, images of a batch]`.
    public fileprivate(set) var indices: Tensor
    fileprivate var noiseKey: RandomKey

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("indices", &indices)
      visitor.visit("noiseKey", &noiseKey)
    }
  }

  private var table: Tensor
  private var labelTable: Tensor?
  private var orderKey, noiseKey: RandomKey
  private let batchSize, imageSize: Int
  private let isDrawn: Bool

  /// Creates what makes these batches; it copies their set.
  public init(_ batches: ImageBatches) {
    let images = batches.images
    (batchSize, imageSize) = (batches.batchSize, images.imageSize)
    isDrawn = batches.binarisation == .dynamic
    (orderKey, noiseKey) = (batches.order.key, batches.noiseKey)
    table =
      switch images.pixels {
      case .bytes(let bytes): PackedBytes.table(bytes, width: images.imageSize)
      case .mapped(let map): PackedBytes.table(map.bytes, width: images.imageSize)
      case .floats(let floats): Tensor(floats, shape: [images.count, images.imageSize])
      }
    labelTable = images.labels.map { Tensor(int32: $0, shape: [images.count, 1]) }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("table", &table)
    if labelTable != nil { visitor.visit("labels", &labelTable!) }
    visitor.visit("orderKey", &orderKey)
    visitor.visit("noiseKey", &noiseKey)
    visitor.note("batchSize", batchSize)
    visitor.note("imageSize", imageSize)
    visitor.note("isDrawn", isDrawn)
  }

  /// What the batches of an epoch have in common: its order, and the key of what is drawn.
  ///
  /// - Parameter number: of the epoch, from 0: an int32 scalar.
  public func epoch(_ number: Tensor) -> Epoch {
    let batches = table.shape[0] / batchSize
    let order = Tensor.permutation(table.shape[0], key: orderKey.folding(in: number))
    return Epoch(
      indices: order.sliced(along: 0, 0..<(batches * batchSize)).reshaped(
        to: [batches, batchSize]),
      noiseKey: noiseKey.folding(in: number))
  }

  /// The pixels of a batch, from 0 to 1: `[images, height · width · channels]`.
  ///
  /// - Parameters:
  ///   - place: the number of the batch in its epoch, from 0: an int32 scalar.
  ///   - epoch: what ``epoch(_:)`` gives.
  public func pixels(_ place: Tensor, in epoch: Epoch) -> Tensor {
    let indices = epoch.indices.gatheringRows(at: place)
    return apply1(
      PixelRows(imageSize: imageSize),
      [table, indices] + (isDrawn ? [epoch.noiseKey.words] : []))
  }

  /// The labels of a batch: int32, `[images]`; nil where the set has none.
  public func labels(_ place: Tensor, in epoch: Epoch) -> Tensor? {
    labelTable?.gatheringRows(at: epoch.indices.gatheringRows(at: place)).reshaped(
      to: [batchSize])
  }
}
