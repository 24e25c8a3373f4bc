import GumbelKernels
import GumbelTensors

/// How pixels become black (0) or white (1), as a Bernoulli likelihood wants them.
///
/// Salakhutdinov & Murray 2008 for the fixed draw, Burda, Grosse & Salakhutdinov 2016 for the
/// dynamic one.
public enum Binarisation: Equatable, Sendable {
  /// Pixels stay as they are.
  case none
  /// White from this value on.
  case threshold(at: Float)
  /// White with the pixel as probability, drawn once: a function of key, image and pixel.
  case fixed
  /// White with the pixel as probability, drawn anew in each epoch: a function of key, epoch, image
  /// and pixel.
  case dynamic
}

extension ImageSet {
  /// The set with its pixels made black or white; `dynamic` is as `fixed` here, since a set is
  /// one draw. The draw is a function of key, image index and pixel alone.
  public func binarised(_ binarisation: Binarisation, key: RandomKey) -> ImageSet {
    if case .mapped(let map) = pixels, map.isOriginal {
      let made: MappedPixels.Reading
      switch binarisation {
      case .none: return self
      case .threshold(let least): made = .threshold(least)
      case .fixed, .dynamic: made = .drawn(PixelDraws(key: key, imageSize: imageSize))
      }
      return ImageSet(
        name: name, pixels: .mapped(map.making(made)), height: height, width: width,
        channels: channels, labels: labels, classNames: classNames)
    }
    var bytes = [UInt8](repeating: 0, count: count * imageSize)
    switch binarisation {
    case .none: return self
    case .threshold(let least):
      switch pixels {
      case .bytes(let source):
        for i in source.indices { bytes[i] = Float(source[i]) / 255 >= least ? 255 : 0 }
      case .floats(let source):
        for i in source.indices { bytes[i] = source[i] >= least ? 255 : 0 }
      case .mapped(let map):
        bytes = map.bytes
        for i in bytes.indices { bytes[i] = Float(bytes[i]) / 255 >= least ? 255 : 0 }
      }
    case .fixed, .dynamic:
      let draws = PixelDraws(key: key, imageSize: imageSize)
      withUnsafeTemporaryAllocation(of: Float.self, capacity: imageSize) { row in
        for image in 0..<count {
          prepareToRead(CollectionOfOne(image))
          draw(image, draws, to: row.baseAddress!)
          for i in 0..<imageSize { bytes[image * imageSize + i] = UInt8(row[i]) &* 255 }
        }
      }
    }
    return ImageSet(
      name: name, bytes: bytes, height: height, width: width, channels: channels, labels: labels,
      classNames: classNames)
  }

  /// Writes 0 or 1 for each pixel of an image, 1 with the pixel as probability.
  func draw(_ index: Int, _ draws: PixelDraws, to place: UnsafeMutablePointer<Float>) {
    requireImage(index)
    switch pixels {
    case .bytes(let bytes):
      bytes.withUnsafeBufferPointer {
        draws.draw($0.baseAddress! + index * imageSize, of: index, to: place)
      }
    case .floats(let floats):
      floats.withUnsafeBufferPointer {
        draws.draw($0.baseAddress! + index * imageSize, of: index, to: place)
      }
    case .mapped(let map):
      map.withBytes(of: index) { draws.draw($0, of: index, to: place) }
    }
  }
}

/// The random words of the pixels of every image, each a function of the key and its place.
struct PixelDraws {
  private let key: (UInt32, UInt32)
  private let imageSize: Int

  init(key: RandomKey, imageSize: Int) {
    let words = key.words.int32Scalars
    self.init(
      words: (UInt32(bitPattern: words[0]), UInt32(bitPattern: words[1])), imageSize: imageSize)
  }

  init(words: (UInt32, UInt32), imageSize: Int) {
    key = words
    self.imageSize = imageSize
  }

  /// Draws the pixels of an image of bytes.
  func draw(
    _ source: UnsafePointer<UInt8>, of image: Int, to place: UnsafeMutablePointer<Float>
  ) {
    withWords(of: image) { words in
      // 255 times a uniform in steps of 2⁻²⁴, compared in integers: never for a black pixel,
      // always for a white one.
      for i in 0..<imageSize {
        place[i] = (words[i] &>> 8) &* 255 < UInt32(source[i]) &<< 24 ? 1 : 0
      }
    }
  }

  /// Draws the pixels of an image of floats.
  func draw(
    _ source: UnsafePointer<Float>, of image: Int, to place: UnsafeMutablePointer<Float>
  ) {
    withWords(of: image) { words in
      for i in 0..<imageSize {
        place[i] = Float(Int32(bitPattern: words[i] &>> 8)) < source[i] * 0x1p24 ? 1 : 0
      }
    }
  }

  private func withWords(of image: Int, _ body: (UnsafePointer<UInt32>) -> Void) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: imageSize) { words in
      withUnsafeBytes(of: key) { key in
        gk_random_bits(
          key.assumingMemoryBound(to: UInt32.self).baseAddress,
          UInt64(image) * UInt64(imageSize), words.baseAddress, imageSize)
      }
      body(words.baseAddress!)
    }
  }
}
