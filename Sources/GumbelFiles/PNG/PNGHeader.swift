/// The chunk IHDR of a PNG file.
package struct PNGHeader {
  /// How PNG files begin.
  package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// What the samples of a pixel are, by the number that stands for it in the chunk.
  package enum Colour: Int {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgbAlpha = 6

    /// How many there are.
    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgbAlpha: 4
      }
    }

    /// How many bits they may have.
    fileprivate var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAlpha, .rgbAlpha: [8, 16]
      }
    }
  }

  package let width, height: Int
  let bits: Int
  package let colour: Colour
  /// The passes that have pixels, in the order in which they are stored.
  let passes: [PNGPass]

  /// The bytes of a line of so many pixels without its filter.
  func lineCount(_ width: Int) -> Int { (width * colour.samples * bits + 7) / 8 }
  /// The bytes from a byte to the one that it is predicted from.
  var pixelStep: Int { max(colour.samples * bits / 8, 1) }
  /// The bytes of all lines with their filters.
  var dataCount: Int { passes.reduce(0) { $0 + $1.height * (lineCount($1.width) + 1) } }

  /// The header of a picture of 8 bits a sample that is not interlaced. Traps when it is empty.
  init(width: Int, height: Int, colour: Colour) {
    (self.width, self.height, self.colour) = (width, height, colour)
    bits = 8
    passes = [PNGPass(x: 0, y: 0, xStep: 1, yStep: 1, of: width, height)!]
  }

  /// The header of a whole file, as far as it can be told from the first bytes; nil if it is none.
  package init?(ofFile bytes: [UInt8]) {
    let start = Self.signature.count + 8
    guard bytes.count >= start + 17, bytes.starts(with: Self.signature),
      let header = try? PNGHeader(Array(bytes[start...].prefix(13)), limit: .max, at: start)
    else { return nil }
    self = header
  }

  /// The header that the content of a chunk describes.
  init(_ content: [UInt8], limit: Int, at start: Int) throws(PNGFailure) {
    width = bigEndian(content, 0)
    height = bigEndian(content, 4)
    guard 1..<(1 << 31) ~= width, 1..<(1 << 31) ~= height else {
      throw PNGFailure(.extents(width: width, height: height), byte: start)
    }
    // Both are below 2³¹, so that the product does not overflow.
    guard width * height <= limit else {
      throw PNGFailure(.tooManyPixels(width: width, height: height, limit: limit), byte: start)
    }
    bits = Int(content[8])
    guard let colour = Colour(rawValue: Int(content[9])), colour.depths.contains(bits) else {
      throw PNGFailure(.colourType(Int(content[9]), bits: bits), byte: start + 8)
    }
    self.colour = colour
    if content[10] != 0 { throw PNGFailure(.unknown("compression"), byte: start + 10) }
    if content[11] != 0 { throw PNGFailure(.unknown("filtering"), byte: start + 11) }
    switch content[12] {
    case 0: passes = [PNGPass(x: 0, y: 0, xStep: 1, yStep: 1, of: width, height)!]
    case 1: passes = PNGPass.adam7(width, height)
    default: throw PNGFailure(.unknown("interlacing"), byte: start + 12)
    }
  }

  /// The content of the chunk, of a picture that is not interlaced.
  var content: [UInt8] {
    bigEndian(width) + bigEndian(height) + [UInt8(bits), UInt8(colour.rawValue), 0, 0, 0]
  }

  /// The channels of its pixels: of those of a palette red, green and blue.
  package var channels: Int { colour == .palette ? 3 : colour.samples }
}

/// The pixels that an interlaced file stores together, as if they were an image of their own.
struct PNGPass {
  /// The first pixel, and the steps to the next ones.
  let x, y, xStep, yStep: Int
  let width, height: Int

  /// Nil where an image has no pixels of the pass.
  init?(x: Int, y: Int, xStep: Int, yStep: Int, of width: Int, _ height: Int) {
    guard x < width, y < height else { return nil }
    (self.x, self.y, self.xStep, self.yStep) = (x, y, xStep, yStep)
    self.width = (width - x + xStep - 1) / xStep
    self.height = (height - y + yStep - 1) / yStep
  }

  /// The seven passes of Adam Costello's scheme, of which small images lack some.
  static func adam7(_ width: Int, _ height: Int) -> [PNGPass] {
    [
      (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
      (0, 1, 1, 2),
    ].compactMap { PNGPass(x: $0, y: $1, xStep: $2, yStep: $3, of: width, height) }
  }
}

/// The number of four bytes at a position, the most significant first.
func bigEndian(_ bytes: some RandomAccessCollection<UInt8>, _ position: Int) -> Int {
  bytes.dropFirst(position).prefix(4).reduce(0) { $0 << 8 | Int($1) }
}

/// The last four bytes of a number, the most significant first.
func bigEndian(_ value: Int) -> [UInt8] {
  [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
}
