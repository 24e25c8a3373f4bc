/// The chunk IHDR of a PNG file.
struct PNGHeader {
  enum Colour: Int {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgbAlpha = 6

    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgbAlpha: 4
      }
    }

    var depths: [Int] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAlpha, .rgbAlpha: [8, 16]
      }
    }
  }

  let width, height, bits: Int
  let colour: Colour

  /// The bytes of a line without its filter.
  var lineCount: Int { (width * colour.samples * bits + 7) / 8 }
  /// The bytes from a byte to the one that it is predicted from.
  var pixelStep: Int { max(colour.samples * bits / 8, 1) }
  /// The bytes of all lines with their filters.
  var dataCount: Int { height * (lineCount + 1) }

  init(_ bytes: ArraySlice<UInt8>, limit: Int, at start: Int) throws(PNGFailure) {
    guard bytes.count == 13 else {
      throw PNGFailure(.unknown("header of \(bytes.count) bytes"), byte: start)
    }
    let content = Array(bytes)
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
    if content[12] != 0 { throw PNGFailure(.interlaced, byte: start + 12) }
  }
}
