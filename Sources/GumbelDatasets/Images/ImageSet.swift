import GumbelTensors

/// Images of one size, with labels or without, held in memory or, of large files, where they are.
///
/// Pixels are read as numbers from 0 (black) to 1 (white). Where the source has bytes, one byte a
/// pixel is held: Fashion-MNIST's 60,000 training images take 47 MB. Those of large files that can be
/// mapped (``ImageFileOptions/leastMapped``) are read when they are asked for, and a set may then be larger
/// than memory.
public struct ImageSet: Sendable {
  /// What messages and reports call the set.
  public var name: String
  /// The number of images, at least 1.
  public let count: Int
  /// The extents of an image; `channels` is 1 for grey, 3 for colours, and runs fastest.
  public let height, width, channels: Int
  /// The class of each image, from 0; nil where none is known.
  public let labels: [Int32]?
  /// The classes' names by label, where they are known.
  public let classNames: [String]?

  /// How pixels are held: bytes stand for 255 times the value.
  enum Pixels: Sendable {
    case bytes([UInt8])
    case floats([Float])
    case mapped(MappedPixels)

    var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .floats(let floats): floats.count
      case .mapped(let map): map.count
      }
    }

    /// Where they are bytes, in memory.
    var bytes: [UInt8]? {
      switch self {
      case .bytes(let bytes): bytes
      case .floats: nil
      case .mapped(let map): map.bytes
      }
    }
  }

  let pixels: Pixels

  /// A set of bytes, which stand for 255 times a pixel's value, image after image, row after row.
  ///
  /// Traps unless the extents are positive, the pixels fill one or more images, and there is a
  /// label, not negative and below the number of class names, for each.
  public init(
    name: String, bytes: [UInt8], height: Int, width: Int, channels: Int = 1,
    labels: [Int32]? = nil, classNames: [String]? = nil
  ) {
    self.init(
      name: name, pixels: .bytes(bytes), height: height, width: width, channels: channels,
      labels: labels, classNames: classNames)
  }

  /// A set of numbers from 0 to 1; traps as the other, and where one is outside.
  public init(
    name: String, values: [Float], height: Int, width: Int, channels: Int = 1,
    labels: [Int32]? = nil, classNames: [String]? = nil
  ) {
    let outside = values.firstIndex { !(0...1 ~= $0) }
    require(
      outside == nil,
      "ImageSet: value \(outside.map { "\(values[$0]) at \($0)" } ?? ""), expected from 0 to 1")
    self.init(
      name: name, pixels: .floats(values), height: height, width: width, channels: channels,
      labels: labels, classNames: classNames)
  }

  init(
    name: String, pixels: Pixels, height: Int, width: Int, channels: Int, labels: [Int32]?,
    classNames: [String]?
  ) {
    require(
      height > 0 && width > 0 && channels > 0,
      "ImageSet: images of \(height)x\(width)x\(channels), expected positive extents")
    let size = height * width * channels
    require(
      pixels.count > 0 && pixels.count % size == 0,
      "ImageSet: \(pixels.count) pixels do not fill images of \(height)x\(width)x\(channels)")
    let count = pixels.count / size
    if let labels {
      require(labels.count == count, "ImageSet: \(labels.count) labels for \(count) images")
      let limit = classNames.map { Int32($0.count) } ?? .max
      let outside = labels.first { !(0..<limit ~= $0) }
      require(outside == nil, "ImageSet: label \(outside ?? 0), expected from 0 to \(limit - 1)")
    }
    self.name = name
    self.pixels = pixels
    self.count = count
    self.height = height
    self.width = width
    self.channels = channels
    self.labels = labels
    self.classNames = classNames
  }

  /// The number of values of an image: height · width · channels.
  public var imageSize: Int { height * width * channels }

  /// The number of classes: that of the names, or one more than the largest label; 0 without
  /// labels.
  public var classCount: Int {
    classNames?.count ?? labels.map { Int($0.max() ?? -1) + 1 } ?? 0
  }

  /// The bytes that the pixels take in memory: none where they are read when they are asked for.
  public var byteCount: Int {
    switch pixels {
    case .bytes(let bytes): bytes.count
    case .floats(let floats): 4 * floats.count
    case .mapped: 0
    }
  }

  // MARK: - Pixels

  /// The pixels of one image, from 0 to 1, row after row. Traps unless there is such an image.
  public subscript(index: Int) -> [Float] { pixels(of: CollectionOfOne(index)) }

  /// The pixels of some images, one after the other. Traps unless there are such images.
  public func pixels(of indices: some Collection<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: indices.count * imageSize) { buffer, count in
      fill(buffer, with: indices)
      count = indices.count * imageSize
    }
  }

  /// Writes the pixels of some images into a buffer. Traps unless there are such images and they
  /// fill it.
  public func fill(
    _ buffer: UnsafeMutableBufferPointer<Float>, with indices: some Collection<Int>
  ) {
    requireRoom(buffer, for: indices.count)
    prepareToRead(indices)
    var place = buffer.baseAddress!
    for index in indices {
      copyPixels(of: index, to: place)
      place += imageSize
    }
  }

  /// The pixels of some images as a tensor of `[images, height · width · channels]`.
  public func tensor(of indices: some Collection<Int>) -> Tensor {
    let tensor = Tensor(uninitialized: TensorType([indices.count, imageSize]))
    if !indices.isEmpty {
      fill(
        UnsafeMutableBufferPointer(start: tensor.buffer.floats, count: tensor.count), with: indices)
    }
    return tensor
  }

  /// The labels of some images as an int32 tensor of `[images]`; nil without labels.
  public func labelTensor(of indices: some Collection<Int>) -> Tensor? {
    labels.map { labels in Tensor(int32: indices.map { labels[$0] }) }
  }

  func copyPixels(of index: Int, to place: UnsafeMutablePointer<Float>) {
    let size = imageSize
    requireImage(index)
    switch pixels {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer { bytes in
        (bytes.baseAddress! + index * size).pixels(size, to: place)
      }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { floats in
        place.update(from: floats.baseAddress! + index * size, count: size)
      }
    case .mapped(let map): map.withBytes(of: index) { $0.pixels(size, to: place) }
    }
  }

  /// To be called right before images are read, some at a time.
  func prepareToRead(_ indices: some Collection<Int>) {
    guard case .mapped(let map) = pixels else { return }
    for index in indices { requireImage(index) }
    map.check(indices)
  }

  func requireImage(_ index: Int) {
    require(0..<count ~= index, "ImageSet: image \(index), expected from 0 to \(count - 1)")
  }

  func requireRoom(_ buffer: UnsafeMutableBufferPointer<Float>, for images: Int) {
    require(
      buffer.count == images * imageSize && buffer.baseAddress != nil,
      "ImageSet: a buffer of \(buffer.count) values for \(images) images of \(imageSize)")
  }
}

extension UnsafePointer<UInt8> {
  /// Writes what bytes stand for.
  @inline(__always)
  func pixels(_ count: Int, to place: UnsafeMutablePointer<Float>) {
    for i in 0..<count { place[i] = Float(self[i]) / 255 }
  }
}
