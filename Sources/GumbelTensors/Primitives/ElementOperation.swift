import GumbelKernels

/// What is computed of each element: the word by which an elementwise primitive and an engine understand
/// each other.
package enum ElementOperation: Sendable {
  // Of one operand.
  case copy, negate, abs, sign, square, sqrt, rsqrt, reciprocal, exp, expm1, log, log1p, sin
  case cos, tanh, sigmoid, softplus, relu, erf, floor, round, floatFromInt32, int32FromFloat
  case isFinite, gelu, geluDerivative
  // Of two. Comparisons give 1 or 0 in float32.
  case add, subtract, multiply, divide, maximum, minimum, power, equal, notEqual, less
  case lessOrEqual, sigmoidCrossEntropy, multiplyNoNaN
  // Of two of int32.
  case int32Add, int32Subtract, int32Multiply, int32Equal, int32Less
  // Of three.
  case select

  /// What the kernels call it.
  @inline(__always)
  var kernel: gk_operation {
    switch self {
    case .copy: GK_COPY
    case .negate: GK_NEGATE
    case .abs: GK_ABS
    case .sign: GK_SIGN
    case .square: GK_SQUARE
    case .sqrt: GK_SQRT
    case .rsqrt: GK_RSQRT
    case .reciprocal: GK_RECIPROCAL
    case .exp: GK_EXP
    case .expm1: GK_EXPM1
    case .log: GK_LOG
    case .log1p: GK_LOG1P
    case .sin: GK_SIN
    case .cos: GK_COS
    case .tanh: GK_TANH
    case .sigmoid: GK_SIGMOID
    case .softplus: GK_SOFTPLUS
    case .relu: GK_RELU
    case .erf: GK_ERF
    case .floor: GK_FLOOR
    case .round: GK_ROUND
    case .floatFromInt32: GK_FLOAT_FROM_INT32
    case .int32FromFloat: GK_INT32_FROM_FLOAT
    case .isFinite: GK_IS_FINITE
    case .gelu: GK_GELU
    case .geluDerivative: GK_GELU_DERIVATIVE
    case .add: GK_ADD
    case .subtract: GK_SUBTRACT
    case .multiply: GK_MULTIPLY
    case .divide: GK_DIVIDE
    case .maximum: GK_MAXIMUM
    case .minimum: GK_MINIMUM
    case .power: GK_POWER
    case .equal: GK_EQUAL
    case .notEqual: GK_NOT_EQUAL
    case .less: GK_LESS
    case .lessOrEqual: GK_LESS_OR_EQUAL
    case .sigmoidCrossEntropy: GK_SIGMOID_CROSS_ENTROPY
    case .multiplyNoNaN: GK_MULTIPLY_NO_NAN
    case .int32Add: GK_ADD_I
    case .int32Subtract: GK_SUBTRACT_I
    case .int32Multiply: GK_MULTIPLY_I
    case .int32Equal: GK_EQUAL_I
    case .int32Less: GK_LESS_I
    case .select: GK_SELECT
    }
  }
}
