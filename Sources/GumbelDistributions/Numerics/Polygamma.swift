import CGumbelMath
import GumbelTensors

/// The derivative of the given order of ψ, the derivative of log Γ, for x > 0; order -1 stands for
/// log Γ itself.
///
/// By the recurrence up to where the asymptotic series (Bernoulli numbers) has full precision.
package func polygamma(_ order: Int, _ x: Double) -> Double {
  require(order >= -1, "polygamma: order \(order), expected -1 or more")
  if x.isNaN || x < 0 { return .nan }
  // The series would take an infinity from an infinity.
  if x == .infinity { return order <= 0 ? .infinity : 0 }
  let start = Double(14 + order)
  var shifted = x
  var product = 1.0
  var sum = 0.0  // of 1 / y^(order + 1), y the numbers passed on the way up
  while shifted < start {
    if order < 0 { product *= shifted } else { sum += pow(shifted, -Double(order + 1)) }
    shifted += 1
  }
  switch order {
  case -1:
    let square = 1 / (shifted * shifted)
    let tail = polynomial(square) { bernoulliNumbers[$0] / Double((2 * $0 + 2) * (2 * $0 + 1)) }
    return (shifted - 0.5) * log(shifted) - shifted + 0.918_938_533_204_672_7 + tail / shifted
      - log(product)
  case 0:
    let square = 1 / (shifted * shifted)
    let tail = polynomial(square) { bernoulliNumbers[$0] / Double(2 * $0 + 2) }
    return log(shifted) - 0.5 / shifted - tail * square - sum
  default:
    // n! ζ(n + 1, x) up to the sign, ζ(s, x) being the sum of (x + k)^-s.
    let n = Double(order)
    let square = 1 / (shifted * shifted)
    var rising = (n + 1) / 2  // (n + 1)(n + 2) … (n + 2k - 1) / (2k)!
    let tail = polynomial(square) { k in
      defer {
        let next = Double(2 * k + 2)
        rising *= (n + next) * (n + next + 1) / ((next + 1) * (next + 2))
      }
      return bernoulliNumbers[k] * rising
    }
    let zeta = sum + pow(shifted, -n) * (1 / n + 0.5 / shifted + tail * square)
    return (order % 2 == 0 ? -1 : 1) * tgamma(n + 1) * zeta
  }
}

/// B₂, B₄, …
private let bernoulliNumbers: [Double] = [
  1.0 / 6, -1.0 / 30, 1.0 / 42, -1.0 / 30, 5.0 / 66, -691.0 / 2730, 7.0 / 6, -3617.0 / 510,
]

/// c₀ + c₁ x + …, the coefficients asked for in this order.
private func polynomial(_ x: Double, _ coefficient: (Int) -> Double) -> Double {
  var sum = 0.0
  var power = 1.0
  for k in bernoulliNumbers.indices {
    sum += coefficient(k) * power
    power *= x
  }
  return sum
}

/// ``polygamma(_:_:)-(Int,Double)`` of each element, computed in double precision.
struct Polygamma: Primitive {
  let order: Int
  var name: String { "polygamma" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    return OutputTypes(inputs[0])
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    for i in 0..<inputs[0].count {
      outputs[0].floats[i] = Float(polygamma(order, Double(inputs[0].floats[i])))
    }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let x = writer.convert(inputs[0], to: .float64)
    let (zero, infinity) = (writer.zeros(x.type), writer.constant(.infinity, like: x))
    let inside =
      switch order {
      case -1: writer.logGamma(x)
      case 0: writer.operation("chlo.digamma \(x.name) : \(x.type) -> \(x.type)", x.type)
      default: derivative(x, writer)
      }
    // The ends and what lies outside, as the function itself has them.
    let pole = writer.divide(writer.constant(-1, like: x), x)
    let atZero = order >= 0 && order % 2 == 0 ? pole : infinity
    let atInfinity = order <= 0 ? infinity : zero
    var y = writer.select(writer.compare(x, .equal, zero), atZero, inside)
    y = writer.select(writer.compare(x, .equal, infinity), atInfinity, y)
    y = writer.select(writer.compare(x, .less, zero), writer.constant(.nan, like: x), y)
    return [writer.convert(y, to: .float32)]
  }

  private func derivative(_ x: HLOValue, _ writer: StableHLOWriter) -> HLOValue {
    let n = writer.constant(Double(order), x.shape)
    return writer.operation(
      "chlo.polygamma \(n.name), \(x.name) : \(n.type), \(x.type) -> \(x.type)", x.type)
  }

  func pullback(_ p: Pullback) { p.add(p.cotangent * polygamma(order + 1, p.input(0)), to: 0) }
}

/// The derivative of the given order of ψ, elementwise, for positive elements; -1: log Γ.
package func polygamma(_ order: Int, _ x: Tensor) -> Tensor {
  apply(Polygamma(order: order), [x])[0]
}

extension StableHLOWriter {
  /// log Γ(x).
  func logGamma(_ x: HLOValue) -> HLOValue {
    operation("chlo.lgamma \(x.name) : \(x.type) -> \(x.type)", x.type)
  }

  /// log n!.
  func logFactorial(_ n: HLOValue) -> HLOValue { logGamma(add(n, constant(1, like: n))) }
}

/// log Γ(x), elementwise, for positive elements.
package func logGamma(_ x: Tensor) -> Tensor { polygamma(-1, x) }
