/// The samples of a PNG file's pixels, their filters undone, as colours.
struct PNGSamples {
  let header: PNGHeader
  let palette, transparency, data: [UInt8]

  /// Red, green and blue of a pixel; nil where the palette has no such colour.
  @inline(__always)
  func colour(_ row: Int, _ column: Int) -> (UInt8, UInt8, UInt8)? {
    let line = row * (header.lineCount + 1) + 1
    let first = column * header.colour.samples
    func sample(_ index: Int) -> Int { self.sample(line, first + index) }
    // Largest values of a sample: what 255 stands for.
    let largest = 1 << header.bits - 1
    switch header.colour {
    case .palette:
      let index = sample(0)
      guard 3 * index + 2 < palette.count else { return nil }
      let alpha = index < transparency.count ? Int(transparency[index]) : 255
      return (
        Self.over(Int(palette[3 * index]), alpha, 255),
        Self.over(Int(palette[3 * index + 1]), alpha, 255),
        Self.over(Int(palette[3 * index + 2]), alpha, 255)
      )
    case .grey, .greyAlpha:
      let value = sample(0)
      let alpha =
        header.colour == .greyAlpha
        ? sample(1) : isTransparent([value]) ? 0 : largest
      let grey = Self.over(value, alpha, largest)
      return (grey, grey, grey)
    case .rgb, .rgbAlpha:
      let (red, green, blue) = (sample(0), sample(1), sample(2))
      let alpha =
        header.colour == .rgbAlpha
        ? sample(3) : isTransparent([red, green, blue]) ? 0 : largest
      return (
        Self.over(red, alpha, largest), Self.over(green, alpha, largest),
        Self.over(blue, alpha, largest)
      )
    }
  }

  /// A sample before white, as a byte, rounded.
  @inline(__always)
  private static func over(_ value: Int, _ alpha: Int, _ largest: Int) -> UInt8 {
    if alpha == largest, largest == 255 { return UInt8(value) }
    let sum = value * alpha + largest * (largest - alpha)
    return UInt8((sum * 255 + largest * largest / 2) / (largest * largest))
  }

  /// Whether a colour is the one that the file names as transparent.
  @inline(__always)
  private func isTransparent(_ samples: @autoclosure () -> [Int]) -> Bool {
    if transparency.isEmpty { return false }
    let samples = samples()
    return transparency.count == 2 * samples.count
      && samples.indices.allSatisfy { i in
        samples[i] == Int(transparency[2 * i]) << 8 | Int(transparency[2 * i + 1])
      }
  }

  @inline(__always)
  private func sample(_ line: Int, _ index: Int) -> Int {
    switch header.bits {
    case 8: return Int(data[line + index])
    case 16: return Int(data[line + 2 * index]) << 8 | Int(data[line + 2 * index + 1])
    default:
      let bit = index * header.bits
      return Int(data[line + bit / 8]) >> (8 - header.bits - bit % 8) & (1 << header.bits - 1)
    }
  }
}
