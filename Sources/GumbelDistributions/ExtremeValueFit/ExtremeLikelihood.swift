import CGumbelMath
import GumbelTensors

/// The log-likelihood of extremes with its first two derivatives.
///
/// Its parameters are, in this order, the level that a standard reduced variate y stands for, the
/// trend, the logarithm of the scale and the shape:
///
///     z = (x - level - trend · covariate) / scale + Q(y),   Q(y) = (exp(ξ y) - 1) / ξ
///
/// so that for y = 0 the first one is the location, and otherwise a return level: a profile of a
/// level is one of a parameter.
struct ExtremeLikelihood: Sendable {
  let values: [Double]
  /// How often each value counts as one that occurred.
  let densities: [Double]
  /// How often each value counts as one that nothing lies above.
  let tails: [Double]
  /// Nil without a trend.
  let covariate: [Double]?

  /// The value, its gradient and its matrix of second derivatives, 4 by 4.
  struct Derivatives {
    var value = 0.0
    var gradient = [0.0, 0, 0, 0]
    var hessian = [Double](repeating: 0, count: 16)
  }

  static let (level, trend, logScale, shape) = (0, 1, 2, 3)

  /// - Parameters:
  ///   - point: The four parameters.
  ///   - y: The reduced variate of the level.
  func derivatives(at point: [Double], y: Double) -> Derivatives {
    let (level, trend, shape) = (point[0], point[1], point[3])
    let scale = exp(point[2])
    var q = (value: 0.0, first: 0.0, second: 0.0)
    if y != 0 {
      let psi = relativeExponential(shape * y)
      q = (y * psi.value, y * y * psi.first, y * y * y * psi.second)
    }
    var value = 0.0
    var (g0, g1, g2, g3) = (0.0, 0.0, 0.0, 0.0)
    var (h00, h01, h02, h03, h11, h12, h13) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    var (h22, h23, h33) = (0.0, 0.0, 0.0)
    let inverse = 1 / scale
    for i in values.indices {
      let t = covariate?[i] ?? 0
      let part = (values[i] - level - trend * t) * inverse
      let z = part + q.value
      guard 1 + shape * z > 0 else { return Derivatives(value: -.infinity) }
      let density = densities[i]
      let term = ExtremeTerm(z: z, shape: shape, density: density, tail: tails[i])
      // The derivatives of z.
      let (z0, z1, z2, z3) = (-inverse, -t * inverse, -part, q.first)
      value += term.value - density * point[2]
      g0 += term.z * z0
      g1 += term.z * z1
      g2 += term.z * z2 - density
      g3 += term.shape + term.z * z3
      let mixed = term.zShape + term.zz * z3
      h00 += term.zz * z0 * z0
      h01 += term.zz * z0 * z1
      h11 += term.zz * z1 * z1
      h02 += term.zz * z0 * z2 - term.z * z0
      h12 += term.zz * z1 * z2 - term.z * z1
      h22 += term.zz * z2 * z2 + term.z * part
      h03 += z0 * mixed
      h13 += z1 * mixed
      h23 += z2 * mixed
      h33 += term.shapeShape + 2 * term.zShape * z3 + term.zz * z3 * z3 + term.z * q.second
    }
    guard value.isFinite else { return Derivatives(value: -.infinity) }
    return Derivatives(
      value: value, gradient: [g0, g1, g2, g3],
      hessian: [
        h00, h01, h02, h03, h01, h11, h12, h13, h02, h12, h22, h23, h03, h13, h23, h33,
      ])
  }

  /// A maximum over some of the parameters.
  struct Maximum {
    let point: [Double]
    let value: Double
    /// Of the parameters that are free, in their order.
    let covariance: [[Double]]
  }

  /// A local maximum over the parameters that are free, where the shape is above -1.
  ///
  /// Newton's steps, damped after Levenberg and Marquardt where they do not ascend. With a shape
  /// below -1 the likelihood has no bound: it is infinite where the support ends at the largest
  /// value.
  ///
  /// - Returns: Nil if none is found.
  func maximum(from start: [Double], over free: [Int], y: Double) -> Maximum? {
    guard var point = feasible(start, over: free, y: y) else { return nil }
    var current = derivatives(at: point, y: y)
    var damping = 0.0
    var shortSteps = 0
    for _ in 0..<200 {
      guard let (step, covariance) = step(current, free, damping) else {
        damping = max(10 * damping, 1e-3)
        if damping > 1e9 { return nil }
        continue
      }
      let gain = zip(free, step).reduce(0) { $0 + current.gradient[$1.0] * $1.1 }
      let isShort = gain < 1e-8
      // In units of what a step can be trusted for.
      let scale = exp(point[2])
      let lengths = zip(free, step).map { index, part in
        part.magnitude / [3 * scale, 3 * scale, 1, 0.25][index]
      }
      let factor = 1 / max(lengths.max() ?? 0, 1)
      var next = point
      for (index, part) in zip(free, step) { next[index] += factor * part }
      let isInside = !free.contains(Self.shape) || next[3] > -1
      let trial =
        isInside ? derivatives(at: next, y: y) : Derivatives(value: -.infinity)
      // Near the maximum rounding decides which of two values is larger.
      if trial.value > current.value || (isShort && trial.value.isFinite) {
        (point, current) = (next, trial)
        let wasDamped = damping > 0
        damping = damping < 1e-4 || isShort ? 0 : damping / 10
        if isShort, !wasDamped {
          shortSteps += 1
          if gain < 1e-18 || shortSteps == 6 {
            return Maximum(point: point, value: current.value, covariance: covariance)
          }
        }
      } else {
        damping = max(10 * damping, 1e-3)
        if damping > 1e9 { return nil }
      }
    }
    return nil
  }

  /// A point at which the likelihood is positive, with a larger scale and a shape nearer to 0.
  private func feasible(_ start: [Double], over free: [Int], y: Double) -> [Double]? {
    var point = start
    for _ in 0..<200 {
      if derivatives(at: point, y: y).value > -.infinity { return point }
      if free.contains(Self.shape) {
        point[3] = point[3].magnitude < 1e-3 ? 0 : point[3] / 2
      }
      if free.contains(Self.logScale) { point[2] += 0.25 }
    }
    return nil
  }

  /// The step of Newton's method and the inverse of the matrix of second derivatives, negated; nil
  /// where that, with what is added to its diagonal, is not positive definite.
  private func step(
    _ at: Derivatives, _ free: [Int], _ damping: Double
  ) -> (step: [Double], covariance: [[Double]])? {
    let n = free.count
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for i in 0..<n {
      for j in 0..<n { matrix[i][j] = -at.hessian[4 * free[i] + free[j]] }
      matrix[i][i] += damping * max(matrix[i][i].magnitude, 1e-3)
    }
    guard let inverse = inverse(ofPositiveDefinite: matrix) else { return nil }
    let step = (0..<n).map { i in
      (0..<n).reduce(0) { $0 + inverse[i][$1] * at.gradient[free[$1]] }
    }
    return (step, inverse)
  }
}
