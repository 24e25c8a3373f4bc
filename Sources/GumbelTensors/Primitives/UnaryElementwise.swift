struct Negate: UnaryPrimitive {
  var name: String { "negate" }
  var operation: ElementOperation { .negate }
  func pullback(_ p: Pullback) { p.add(-p.cotangent, to: 0) }
}

struct AbsoluteValue: UnaryPrimitive {
  var name: String { "abs" }
  var operation: ElementOperation { .abs }
  func pullback(_ p: Pullback) { p.add(multiplyNoNaN(p.cotangent, sign(p.input(0))), to: 0) }
}

struct Sign: UnaryPrimitive {
  var name: String { "sign" }
  var operation: ElementOperation { .sign }
  func pullback(_ p: Pullback) {}
}

struct Square: UnaryPrimitive {
  var name: String { "square" }
  var operation: ElementOperation { .square }
  func pullback(_ p: Pullback) { p.add(p.cotangent * (2 * p.input(0)), to: 0) }
}

struct SquareRoot: UnaryPrimitive {
  var name: String { "sqrt" }
  var operation: ElementOperation { .sqrt }
  func pullback(_ p: Pullback) { p.add(p.cotangent * 0.5 / p.output(), to: 0) }
}

struct ReciprocalSquareRoot: UnaryPrimitive {
  var name: String { "rsqrt" }
  var operation: ElementOperation { .rsqrt }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * -0.5 * p.output() / p.input(0), to: 0)
  }
}

struct Reciprocal: UnaryPrimitive {
  var name: String { "reciprocal" }
  var operation: ElementOperation { .reciprocal }
  func pullback(_ p: Pullback) { p.add(-p.cotangent * square(p.output()), to: 0) }
}

struct Exponential: UnaryPrimitive {
  var name: String { "exp" }
  var operation: ElementOperation { .exp }
  func pullback(_ p: Pullback) { p.add(p.cotangent * p.output(), to: 0) }
}

struct ExponentialMinusOne: UnaryPrimitive {
  var name: String { "expm1" }
  var operation: ElementOperation { .expm1 }
  func pullback(_ p: Pullback) { p.add(p.cotangent * exp(p.input(0)), to: 0) }
}

struct Logarithm: UnaryPrimitive {
  var name: String { "log" }
  var operation: ElementOperation { .log }
  func pullback(_ p: Pullback) { p.add(p.cotangent / p.input(0), to: 0) }
}

struct LogarithmOnePlus: UnaryPrimitive {
  var name: String { "log1p" }
  var operation: ElementOperation { .log1p }
  func pullback(_ p: Pullback) { p.add(p.cotangent / (1 + p.input(0)), to: 0) }
}

struct Sine: UnaryPrimitive {
  var name: String { "sin" }
  var operation: ElementOperation { .sin }
  func pullback(_ p: Pullback) { p.add(p.cotangent * cos(p.input(0)), to: 0) }
}

struct Cosine: UnaryPrimitive {
  var name: String { "cos" }
  var operation: ElementOperation { .cos }
  func pullback(_ p: Pullback) { p.add(-p.cotangent * sin(p.input(0)), to: 0) }
}

struct HyperbolicTangent: UnaryPrimitive {
  var name: String { "tanh" }
  var operation: ElementOperation { .tanh }
  func pullback(_ p: Pullback) { p.add(p.cotangent * (1 - square(p.output())), to: 0) }
}

struct Sigmoid: UnaryPrimitive {
  var name: String { "sigmoid" }
  var operation: ElementOperation { .sigmoid }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * (p.output() * (1 - p.output())), to: 0)
  }
}

struct Softplus: UnaryPrimitive {
  var name: String { "softplus" }
  var operation: ElementOperation { .softplus }
  func pullback(_ p: Pullback) { p.add(p.cotangent * sigmoid(p.input(0)), to: 0) }
}

struct RectifiedLinear: UnaryPrimitive {
  var name: String { "relu" }
  var operation: ElementOperation { .relu }
  func pullback(_ p: Pullback) { p.add(multiplyNoNaN(p.cotangent, p.output() .> 0), to: 0) }
}

struct ErrorFunction: UnaryPrimitive {
  var name: String { "erf" }
  var operation: ElementOperation { .erf }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * p.input(0).within(12) { 1.128_379_2 * exp(-square($0)) }, to: 0)
  }
}

struct GELU: UnaryPrimitive {
  var name: String { "gelu" }
  var operation: ElementOperation { .gelu }
  func composed(_ inputs: [Tensor]) -> [Tensor]? { [inputs[0] * inputs[0].normalProbability] }
  func pullback(_ p: Pullback) { p.add(p.cotangent * apply1(GELUDerivative(), p.input(0)), to: 0) }
}

/// The derivative of `GELU`, with which it need not keep more than its operand.
struct GELUDerivative: UnaryPrimitive {
  var name: String { "gelu.derivative" }
  var operation: ElementOperation { .geluDerivative }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let x = inputs[0]
    return [x.normalProbability + x * (0.398_942_28 * exp(-0.5 * square(x)))]
  }
  func pullback(_ p: Pullback) {
    let slope = p.input(0).within(20) { x in
      let squared = square(x)
      return 0.398_942_28 * exp(-0.5 * squared) * (2 - squared)
    }
    p.add(p.cotangent * slope, to: 0)
  }
}

extension Tensor {
  /// The standard normal distribution function.
  fileprivate var normalProbability: Tensor { 0.5 * (1 + erf(self * 0.707_106_78)) }

  /// A function that is 0 beyond a limit on either side, where its factors are infinities times zeros.
  fileprivate func within(_ limit: Float, _ function: (Tensor) -> Tensor) -> Tensor {
    let isFar = abs(self) .> limit
    return select(isFar, Tensor(0), function(select(isFar, Tensor(0), self)))
  }
}

struct Floor: UnaryPrimitive {
  var name: String { "floor" }
  var operation: ElementOperation { .floor }
  func pullback(_ p: Pullback) {}
}

/// To the nearest integer, halves to the even one.
struct Round: UnaryPrimitive {
  var name: String { "round" }
  var operation: ElementOperation { .round }
  func pullback(_ p: Pullback) {}
}

struct IsFinite: UnaryPrimitive {
  var name: String { "isFinite" }
  var operation: ElementOperation { .isFinite }
  func pullback(_ p: Pullback) {}
}

struct FloatFromInt32: ElementwisePrimitive {
  var name: String { "float32" }
  var operation: ElementOperation { .floatFromInt32 }
  var operandTypes: [ElementType] { [.int32] }
  func pullback(_ p: Pullback) {}
}

/// Toward zero; saturates, and NaN gives 0.
struct Int32FromFloat: ElementwisePrimitive {
  var name: String { "int32" }
  var operation: ElementOperation { .int32FromFloat }
  var operandTypes: [ElementType] { [.float32] }
  var resultType: ElementType { .int32 }
  func pullback(_ p: Pullback) {}
}

/// The operand repeated along the dimensions in which it has extent 1 or none.
struct Broadcast: ElementwisePrimitive {
  var name: String { "broadcast" }
  var operation: ElementOperation { .copy }
  let shape: Shape
  let resultType: ElementType
  var operandTypes: [ElementType] { [resultType] }

  func resultShape(_ operand: Shape) -> Shape? {
    operand.broadcast(with: shape) == shape ? shape : nil
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 0) }
}
