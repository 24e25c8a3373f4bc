import CGumbelMath
import GumbelKernels
import GumbelTensors

/// Samples of the standard Gumbel distribution one after the other, each with its fit.
///
/// Sample i depends on the key and on i alone.
struct StandardSimulation {
  let size: Int
  let method: GumbelFit.Method
  let isLocationFixed, isScaleFixed: Bool
  private let key: [UInt32]
  private var position: UInt64 = 0

  init(
    size: Int, method: GumbelFit.Method, isLocationFixed: Bool, isScaleFixed: Bool, key: RandomKey
  ) {
    self.size = size
    self.method = method
    self.isLocationFixed = isLocationFixed
    self.isScaleFixed = isScaleFixed
    self.key = key.kernelWords
  }

  /// The next sample in ascending order, and its estimates.
  mutating func next() -> (values: [Double], estimate: (location: Double, scale: Double)) {
    let values = ascendingValues()
    // A continuous sample of this size has a fit.
    guard
      let sample = try? StandardSample(
        values, weights: nil, isMirrored: false, reference: isLocationFixed ? 0 : nil),
      let (a, b) = try? sample.estimate(
        location: isLocationFixed ? sample.standardised(0) : nil,
        a: isScaleFixed ? 1 / sample.units(1) : nil, method: method)
    else { return (values, (0, 1)) }
    return (
      values,
      (isLocationFixed ? 0 : sample.point(at: b / a), isScaleFixed ? 1 : sample.length(1 / a))
    )
  }

  /// Values in order without sorting: the gaps between ordered exponential values are exponential
  /// with means 1/n, 1/(n - 1), …, 1 (Rényi 1953), and `-log` of an exponential is Gumbel.
  private mutating func ascendingValues() -> [Double] {
    var words = [UInt32](repeating: 0, count: 2 * size)
    gk_random_bits(key, position, &words, words.count)
    position += UInt64(words.count)
    var values = [Double](repeating: 0, count: size)
    var sum = 0.0
    for i in 0..<size {
      let point = UnitPoint(word: UInt64(words[2 * i + 1]) << 32 | UInt64(words[2 * i]))
      let logarithm = point.lower < 0.5 ? log(point.lower) : log1p(-point.upper)
      sum -= logarithm / Double(size - i)
      values[size - 1 - i] = -log(sum)
    }
    return values
  }
}
