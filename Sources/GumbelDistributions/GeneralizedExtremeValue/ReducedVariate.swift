import CGumbelMath
import GumbelTensors

// A generalized extreme value z of scale 1 is a function of the Gumbel value y with the same
// probability, and y one of z:
//
//     z = (exp(ξ y) - 1) / ξ = y ψ(ξ y)     ψ(v) = (exp(v) - 1) / v
//     y = log(1 + ξ z) / ξ = z φ(ξ z)       φ(u) = log(1 + u) / u
//
// φ and ψ are smooth across 0, where both are 1: so is all that is written with them, and a shape
// of 0 gives the Gumbel distribution to the last bit.

/// The Gumbel value y of a generalized extreme value z of scale 1; ±inf from the support's end on.
func reducedVariate(_ z: Double, shape: Double) -> Double {
  if shape == 0 { return z }
  let u = shape * z
  if u == 0 { return z }
  if u <= -1 { return shape > 0 ? -.infinity : .infinity }
  if u == .infinity {
    return z.isInfinite ? u / shape : (log(shape.magnitude) + log(z.magnitude)) / shape
  }
  return z * (log1p(u) / u)
}

/// The generalized extreme value of scale 1 of a Gumbel value y.
func variate(_ y: Double, shape: Double) -> Double {
  if shape == 0 { return y }
  let v = shape * y
  if v == 0 { return y }
  return v.isInfinite ? expm1(v) / shape : y * (expm1(v) / v)
}

/// φ(u) = log(1 + u) / u with its first two derivatives, for u > -1.
func relativeLogarithm(_ u: Double) -> (value: Double, first: Double, second: Double) {
  if u.magnitude > 0.05 {
    let value = log1p(u) / u
    let inverse = 1 / (1 + u)
    let first = (inverse - value) / u
    return (value, first, -(inverse * inverse + 2 * first) / u)
  }
  // Σ (-u)ᵏ / (k + 1), of which 14 terms are enough up to 0.05.
  var (value, first, second) = (0.0, 0.0, 0.0)
  var k = 14.0
  while k > 0 {
    second = second * -u + 2 * first
    first = first * -u + value
    value = value * -u + 1 / k
    k -= 1
  }
  first = -first
  return (value, first, second)
}

/// ψ(v) = (exp(v) - 1) / v with its first two derivatives.
func relativeExponential(_ v: Double) -> (value: Double, first: Double, second: Double) {
  if v.magnitude > 0.5 {
    let value = expm1(v) / v
    let power = exp(v)
    let first = (power - value) / v
    return (value, first, (power - 2 * first) / v)
  }
  // Σ vᵏ / (k + 1)!, of which 16 terms are enough up to 0.5.
  var (value, first, second) = (0.0, 0.0, 0.0)
  var k = 16
  while k >= 0 {
    second = second * v + 2 * first
    first = first * v + value
    value = value * v + inverseFactorials[k]
    k -= 1
  }
  return (value, first, second)
}

/// 1 / 1!, 1 / 2!, … 1 / 17!.
private let inverseFactorials: [Double] = (0...16).map { 1 / tgamma(Double($0 + 2)) }

/// The same for elements of tensors, in single precision; u > -1.
func relativeLogarithm(_ u: Tensor) -> Tensor {
  let isNear = abs(u) .< 0.125
  let near = select(isNear, u, Tensor(0))
  let far = select(isNear, Tensor(1), u)
  let coefficients = (0...8).map { Float($0 % 2 == 0 ? 1 : -1) / Float($0 + 1) }
  return select(isNear, polynomial(near, coefficients), log1p(far) / far)
}

/// ψ of elements of tensors, in single precision.
func relativeExponential(_ v: Tensor) -> Tensor {
  let isNear = abs(v) .< 0.5
  let near = select(isNear, v, Tensor(0))
  let far = select(isNear, Tensor(1), v)
  let coefficients = (0...8).map { Float(1 / tgamma(Double($0 + 2))) }
  return select(isNear, polynomial(near, coefficients), expm1(far) / far)
}

private func polynomial(_ x: Tensor, _ coefficients: [Float]) -> Tensor {
  var sum = Tensor(coefficients.last!)
  for coefficient in coefficients.dropLast().reversed() { sum = sum * x + coefficient }
  return sum
}
