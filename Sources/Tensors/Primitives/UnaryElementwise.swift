import Kernels

struct Negate: UnaryPrimitive {
  let name = "negate"
  let operation = GK_NEGATE
  func pullback(_ p: Pullback) { p.add(-p.cotangent, to: 0) }
}

struct AbsoluteValue: UnaryPrimitive {
  let name = "abs"
  let operation = GK_ABS
  func pullback(_ p: Pullback) { p.add(p.cotangent * sign(p.input(0)), to: 0) }
}

struct Sign: UnaryPrimitive {
  let name = "sign"
  let operation = GK_SIGN
  func pullback(_ p: Pullback) {}
}

struct Square: UnaryPrimitive {
  let name = "square"
  let operation = GK_SQUARE
  func pullback(_ p: Pullback) { p.add(p.cotangent * (2 * p.input(0)), to: 0) }
}

struct SquareRoot: UnaryPrimitive {
  let name = "sqrt"
  let operation = GK_SQRT
  func pullback(_ p: Pullback) { p.add(p.cotangent * 0.5 / p.output(), to: 0) }
}

struct ReciprocalSquareRoot: UnaryPrimitive {
  let name = "rsqrt"
  let operation = GK_RSQRT
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * -0.5 * p.output() / p.input(0), to: 0)
  }
}

struct Reciprocal: UnaryPrimitive {
  let name = "reciprocal"
  let operation = GK_RECIPROCAL
  func pullback(_ p: Pullback) { p.add(-p.cotangent * square(p.output()), to: 0) }
}

struct Exponential: UnaryPrimitive {
  let name = "exp"
  let operation = GK_EXP
  func pullback(_ p: Pullback) { p.add(p.cotangent * p.output(), to: 0) }
}

struct ExponentialMinusOne: UnaryPrimitive {
  let name = "expm1"
  let operation = GK_EXPM1
  func pullback(_ p: Pullback) { p.add(p.cotangent * exp(p.input(0)), to: 0) }
}

struct Logarithm: UnaryPrimitive {
  let name = "log"
  let operation = GK_LOG
  func pullback(_ p: Pullback) { p.add(p.cotangent / p.input(0), to: 0) }
}

struct LogarithmOnePlus: UnaryPrimitive {
  let name = "log1p"
  let operation = GK_LOG1P
  func pullback(_ p: Pullback) { p.add(p.cotangent / (1 + p.input(0)), to: 0) }
}

struct Sine: UnaryPrimitive {
  let name = "sin"
  let operation = GK_SIN
  func pullback(_ p: Pullback) { p.add(p.cotangent * cos(p.input(0)), to: 0) }
}

struct Cosine: UnaryPrimitive {
  let name = "cos"
  let operation = GK_COS
  func pullback(_ p: Pullback) { p.add(-p.cotangent * sin(p.input(0)), to: 0) }
}

struct HyperbolicTangent: UnaryPrimitive {
  let name = "tanh"
  let operation = GK_TANH
  func pullback(_ p: Pullback) { p.add(p.cotangent * (1 - square(p.output())), to: 0) }
}

struct Sigmoid: UnaryPrimitive {
  let name = "sigmoid"
  let operation = GK_SIGMOID
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * (p.output() * (1 - p.output())), to: 0)
  }
}

struct Softplus: UnaryPrimitive {
  let name = "softplus"
  let operation = GK_SOFTPLUS
  func pullback(_ p: Pullback) { p.add(p.cotangent * sigmoid(p.input(0)), to: 0) }
}

struct RectifiedLinear: UnaryPrimitive {
  let name = "relu"
  let operation = GK_RELU
  func pullback(_ p: Pullback) { p.add(p.cotangent * (p.output() .> 0), to: 0) }
}

struct ErrorFunction: UnaryPrimitive {
  let name = "erf"
  let operation = GK_ERF
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * (1.128_379_2 * exp(-square(p.input(0)))), to: 0)
  }
}

struct Floor: UnaryPrimitive {
  let name = "floor"
  let operation = GK_FLOOR
  func pullback(_ p: Pullback) {}
}

/// To the nearest integer, halves to the even one.
struct Round: UnaryPrimitive {
  let name = "round"
  let operation = GK_ROUND
  func pullback(_ p: Pullback) {}
}

struct IsFinite: UnaryPrimitive {
  let name = "isFinite"
  let operation = GK_IS_FINITE
  func pullback(_ p: Pullback) {}
}

struct FloatFromInt32: ElementwisePrimitive {
  let name = "float32"
  let operation = GK_FLOAT_FROM_INT32
  let operandTypes: [ElementType] = [.int32]
  func pullback(_ p: Pullback) {}
}

/// Toward zero; saturates, and NaN gives 0.
struct Int32FromFloat: ElementwisePrimitive {
  let name = "int32"
  let operation = GK_INT32_FROM_FLOAT
  let operandTypes: [ElementType] = [.float32]
  let resultType = ElementType.int32
  func pullback(_ p: Pullback) {}
}

/// The operand repeated along the dimensions in which it has extent 1 or none.
struct Broadcast: ElementwisePrimitive {
  let name = "broadcast"
  let operation = GK_COPY
  let shape: Shape
  let resultType: ElementType
  var operandTypes: [ElementType] { [resultType] }

  func resultShape(_ operand: Shape) -> Shape? {
    operand.broadcast(with: shape) == shape ? shape : nil
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 0) }
}
