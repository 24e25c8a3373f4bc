/// What the pixels of a set are like, as numbers from 0 to 1.
public struct PixelStatistics: Equatable, Encodable, Sendable {
  /// Mean and standard deviation, over all pixels of all images.
  public let mean, standardDeviation: Double
  /// The smallest and the largest.
  public let minimum, maximum: Double
  /// The parts that are exactly 0 and exactly 1.
  public let black, white: Double
}

extension ImageSet {
  /// The statistics of all pixels; one pass over the memory.
  public var pixelStatistics: PixelStatistics {
    let total = Double(pixels.count)
    var histogram = [Int](repeating: 0, count: 256)
    func count(_ bytes: UnsafeBufferPointer<UInt8>) {
      histogram.withUnsafeMutableBufferPointer { histogram in
        for byte in bytes { histogram[Int(byte)] += 1 }
      }
    }
    switch pixels {
    case .bytes, .mapped:
      if case .mapped(let map) = pixels {
        map.forEach { count(UnsafeBufferPointer(start: $0, count: imageSize)) }
      } else {
        pixels.bytes?.withUnsafeBufferPointer(count)
      }
      let mean = histogram.enumerated().reduce(0) { $0 + Double($1.offset * $1.element) } / total
      let variance = histogram.enumerated().reduce(0) {
        let distance = Double($1.offset) - mean
        return $0 + distance * distance * Double($1.element)
      }
      return PixelStatistics(
        mean: mean / 255, standardDeviation: (variance / total).squareRoot() / 255,
        minimum: Double(histogram.firstIndex { $0 > 0 }!) / 255,
        maximum: Double(histogram.lastIndex { $0 > 0 }!) / 255,
        black: Double(histogram[0]) / total, white: Double(histogram[255]) / total)
    case .floats(let floats):
      let mean = floats.reduce(0) { $0 + Double($1) } / total
      let variance = floats.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / total
      return PixelStatistics(
        mean: mean, standardDeviation: variance.squareRoot(), minimum: Double(floats.min()!),
        maximum: Double(floats.max()!), black: Double(floats.count { $0 == 0 }) / total,
        white: Double(floats.count { $0 == 1 }) / total)
    }
  }

  /// The number of images of each class; empty without labels.
  public var classSizes: [Int] {
    var sizes = [Int](repeating: 0, count: classCount)
    for label in labels ?? [] { sizes[Int(label)] += 1 }
    return sizes
  }
}
