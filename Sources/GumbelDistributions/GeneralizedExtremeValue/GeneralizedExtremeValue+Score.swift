import CGumbelMath
import GumbelTensors

extension GeneralizedExtremeValue<Double> {
  /// The derivatives of the log-density of a value: in the value, location, scale and shape.
  ///
  /// Continuous in the shape, 0 included. NaN outside the support.
  public func score(
    at x: Double
  ) -> (value: Double, location: Double, scale: Double, shape: Double) {
    let z = (x - location) / scale
    guard 1 + shape * z > 0 else { return (.nan, .nan, .nan, .nan) }
    let density = ExtremeTerm(z: z, shape: shape, density: 1, tail: 1)
    let slope = density.z / scale
    return (slope, -slope, -(z * density.z + 1) / scale, density.shape)
  }

  /// The Fisher information of one value in location, scale and shape, a row a parameter.
  ///
  /// There is none where the shape is -1/2 or less: then all entries are infinite or NaN.
  ///
  /// By the trapezoidal rule over the Gumbel value of the same probability, which converges faster
  /// than any power, to 1e-12 relative where the shape is above -0.45. The closed form of Prescott &
  /// Walden 1980 loses its digits near 0.
  public func expectedInformation() -> [[Double]] {
    if shape <= -0.5 { return [[Double]](repeating: [.nan, .nan, .nan], count: 3) }
    let reach = 45 / min(1, 1 + 2 * shape)
    let step = 0.0625
    var sums = [[Double]](repeating: [0, 0, 0], count: 3)
    for i in 0...Int((reach + 6) / step) {
      let y = -6 + step * Double(i)
      let weight = step * exp(-y - exp(-y))
      if weight == 0 { continue }
      let z = variate(y, shape: shape)
      let term = ExtremeTerm(z: z, shape: shape, density: 1, tail: 1)
      let score = [-term.z, -(z * term.z + 1), term.shape]
      for j in 0..<3 { for k in 0..<3 { sums[j][k] += weight * score[j] * score[k] } }
    }
    let units = [1 / scale, 1 / scale, 1]
    for j in 0..<3 { for k in 0..<3 { sums[j][k] *= units[j] * units[k] } }
    return sums
  }

  /// The observed information of values in location, scale and shape: minus the second derivatives
  /// of their log-likelihood, a row a parameter.
  public func observedInformation(_ values: [Double]) -> [[Double]] {
    var sums = [[Double]](repeating: [0, 0, 0], count: 3)
    for x in values {
      let z = (x - location) / scale
      guard 1 + shape * z > 0 else {
        return [[Double]](repeating: [.nan, .nan, .nan], count: 3)
      }
      let term = ExtremeTerm(z: z, shape: shape, density: 1, tail: 1)
      sums[0][0] -= term.zz
      sums[0][1] -= term.zz * z + term.z
      sums[1][1] -= term.zz * z * z + 2 * term.z * z + 1
      sums[0][2] += term.zShape * scale
      sums[1][2] += term.zShape * z * scale
      sums[2][2] -= term.shapeShape * scale * scale
    }
    for j in 0..<3 { for k in 0...j { sums[j][k] = sums[k][j] } }
    return sums.map { row in row.map { $0 / (scale * scale) } }
  }
}

/// What a value adds to a log-likelihood of extremes, with its derivatives in z and the shape.
///
///     -density · (1 + ξ) y - tail · exp(-y),   y = log(1 + ξ z) / ξ
///
/// With density and tail 1 it is the logarithm of the density of a block's extreme, with density
/// alone that of an excess, and with the tail alone the logarithm of the probability that nothing
/// lies above.
struct ExtremeTerm {
  let value, z, shape, zz, zShape, shapeShape: Double

  /// `1 + shape z` has to be positive.
  @inline(__always)
  init(z: Double, shape: Double, density: Double, tail: Double) {
    let u = shape * z
    let inverse = 1 / (1 + u)
    let phi = relativeLogarithm(u)
    let y = z * phi.value
    let (yShape, yShape2) = (z * z * phi.first, z * z * z * phi.second)
    let yz2 = inverse * inverse
    let power = tail == 0 ? 0 : tail * exp(-y)
    let slope = power - density * (1 + shape)
    self.z = slope * inverse
    zz = -power * yz2 - slope * shape * yz2
    self.shape = slope * yShape - density * y
    zShape = -power * inverse * yShape - slope * z * yz2 - density * inverse
    shapeShape = -power * yShape * yShape + slope * yShape2 - 2 * density * yShape
    value = -density * (1 + shape) * y - power
  }
}
