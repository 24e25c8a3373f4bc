/// The colours of a PNG file's pixels: bytes of grey until one is coloured, and from there on of
/// red, green and blue.
struct PNGColours {
  typealias Colour = (red: UInt8, green: UInt8, blue: UInt8)

  private let header: PNGHeader
  private let transparency: [UInt8]
  /// The colours of all samples, where a pixel is one of up to 8 bits: fewer where a palette has
  /// fewer.
  private var table: [Colour] = []

  private(set) var channels = 1
  private(set) var bytes: [UInt8] = []

  init(_ header: PNGHeader, palette: [UInt8], transparency: [UInt8]) {
    self.header = header
    self.transparency = transparency
    // The largest value of a sample: what 255 stands for.
    let largest = 1 << header.bits - 1
    switch header.colour {
    case .palette:
      table = (0..<(palette.count / 3)).map { index in
        let alpha = index < transparency.count ? Int(transparency[index]) : 255
        let colour = palette[(3 * index)..<(3 * index + 3)].map { over(Int($0), alpha, 255) }
        return (colour[0], colour[1], colour[2])
      }
    case .grey where header.bits <= 8:
      table = (0...largest).map { value in
        let grey = over(value, isTransparent(value) ? 0 : largest, largest)
        return (grey, grey, grey)
      }
    default: break
    }
  }

  /// Appends the pixels of a line; false if one is none of the palette's colours.
  mutating func append(_ line: UnsafeBufferPointer<UInt8>, width: Int) -> Bool {
    reserve(width)
    switch header.colour {
    case .grey where header.bits == 8 && transparency.isEmpty:
      bytes.append(contentsOf: line)
    case .rgb where header.bits == 8 && transparency.isEmpty && channels == 3:
      bytes.append(contentsOf: line)
    case .grey where header.bits <= 8, .palette:
      for column in 0..<width {
        let index = sample(line, column)
        guard index < table.count else { return false }
        append(table[index])
      }
    default:
      for column in 0..<width { append(colour(line, column)) }
    }
    return true
  }

  /// Room grows with what is there, since no header is believed.
  private mutating func reserve(_ width: Int) {
    let more = width * channels
    if bytes.capacity - bytes.count < more {
      let all = header.width * header.height * channels
      bytes.reserveCapacity(min(all, max(2 * bytes.count, bytes.count + more, 1 << 14)))
    }
  }

  @inline(__always)
  private mutating func append(_ colour: Colour) {
    if channels == 1 {
      if colour.red == colour.green, colour.red == colour.blue {
        bytes.append(colour.red)
        return
      }
      bytes = repeatedThrice(bytes)
      channels = 3
    }
    bytes.append(colour.red)
    bytes.append(colour.green)
    bytes.append(colour.blue)
  }

  @inline(__always)
  private func colour(_ line: UnsafeBufferPointer<UInt8>, _ column: Int) -> Colour {
    let largest = 1 << header.bits - 1
    let first = column * header.colour.samples
    func sample(_ index: Int) -> Int { self.sample(line, first + index) }
    switch header.colour {
    case .grey, .greyAlpha, .palette:
      let value = sample(0)
      let alpha =
        header.colour == .greyAlpha ? sample(1) : isTransparent(value) ? 0 : largest
      let grey = over(value, alpha, largest)
      return (grey, grey, grey)
    case .rgb, .rgbAlpha:
      let (red, green, blue) = (sample(0), sample(1), sample(2))
      let alpha =
        header.colour == .rgbAlpha ? sample(3) : isTransparent(red, green, blue) ? 0 : largest
      return (over(red, alpha, largest), over(green, alpha, largest), over(blue, alpha, largest))
    }
  }

  /// Whether a colour is the one that the file names as transparent.
  @inline(__always)
  private func isTransparent(_ samples: Int...) -> Bool {
    transparency.count == 2 * samples.count && !transparency.isEmpty
      && samples.indices.allSatisfy { i in
        samples[i] == Int(transparency[2 * i]) << 8 | Int(transparency[2 * i + 1])
      }
  }

  @inline(__always)
  private func sample(_ line: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
    switch header.bits {
    case 8: return Int(line[index])
    case 16: return Int(line[2 * index]) << 8 | Int(line[2 * index + 1])
    default:
      let bit = index * header.bits
      return Int(line[bit / 8]) >> (8 - header.bits - bit % 8) & (1 << header.bits - 1)
    }
  }
}

/// A sample before white, as a byte, rounded.
@inline(__always)
private func over(_ value: Int, _ alpha: Int, _ largest: Int) -> UInt8 {
  if alpha == largest, largest == 255 { return UInt8(value) }
  let sum = value * alpha + largest * (largest - alpha)
  return UInt8((sum * 255 + largest * largest / 2) / (largest * largest))
}

/// Grey pixels as colours.
package func repeatedThrice(_ bytes: [UInt8]) -> [UInt8] {
  // What fills an array writes its count even into the one that all empty arrays share.
  if bytes.isEmpty { return [] }
  return [UInt8](unsafeUninitializedCapacity: 3 * bytes.count) { result, count in
    for (i, byte) in bytes.enumerated() {
      for channel in 0..<3 { result.initializeElement(at: 3 * i + channel, to: byte) }
    }
    count = 3 * bytes.count
  }
}
