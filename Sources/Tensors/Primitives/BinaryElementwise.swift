import Kernels

struct Add: BinaryPrimitive {
  var name: String { "add" }
  var operation: gk_operation { GK_ADD }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent, to: 0)
    p.add(p.cotangent, to: 1)
  }
}

struct Subtract: BinaryPrimitive {
  var name: String { "subtract" }
  var operation: gk_operation { GK_SUBTRACT }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent, to: 0)
    p.add(-p.cotangent, to: 1)
  }
}

struct Multiply: BinaryPrimitive {
  var name: String { "multiply" }
  var operation: gk_operation { GK_MULTIPLY }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * p.input(1), to: 0)
    p.add(p.cotangent * p.input(0), to: 1)
  }
}

struct Divide: BinaryPrimitive {
  var name: String { "divide" }
  var operation: gk_operation { GK_DIVIDE }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent / p.input(1), to: 0)
    p.add(-p.cotangent * p.output() / p.input(1), to: 1)
  }
}

/// The larger operand; NaN if either is. On ties each operand receives half of the gradient.
struct Maximum: BinaryPrimitive {
  var name: String { "maximum" }
  var operation: gk_operation { GK_MAXIMUM }
  func pullback(_ p: Pullback) {
    let tie = 0.5 * (p.input(0) .== p.input(1))
    p.add(p.cotangent * ((p.input(0) .> p.input(1)) + tie), to: 0)
    p.add(p.cotangent * ((p.input(0) .< p.input(1)) + tie), to: 1)
  }
}

/// The smaller operand; NaN if either is. On ties each operand receives half of the gradient.
struct Minimum: BinaryPrimitive {
  var name: String { "minimum" }
  var operation: gk_operation { GK_MINIMUM }
  func pullback(_ p: Pullback) {
    let tie = 0.5 * (p.input(0) .== p.input(1))
    p.add(p.cotangent * ((p.input(0) .< p.input(1)) + tie), to: 0)
    p.add(p.cotangent * ((p.input(0) .> p.input(1)) + tie), to: 1)
  }
}

struct Power: BinaryPrimitive {
  var name: String { "power" }
  var operation: gk_operation { GK_POWER }
  func pullback(_ p: Pullback) {
    if p.needs(0) {
      // 0 to the power 0 is a constant: another base there keeps 1 / 0 out of the product with 0.
      let zero = Tensor(0)
      let isConstant = (p.input(0) .== zero) * (p.input(1) .== zero)
      let base = select(isConstant, Tensor(1), p.input(0))
      p.add(p.cotangent * p.input(1) * pow(base, p.input(1) - 1), to: 0)
    }
    // The logarithm of a base of 0 is -inf, and the power is 0 there: the product is 0.
    p.add(p.cotangent * multiplyNoNaN(log(p.input(0)), p.output()), to: 1)
  }
}

/// A comparison: 1 where it holds, 0 elsewhere. It has no gradient.
struct Comparison: BinaryPrimitive {
  enum Kind: String { case equal, notEqual, less, lessOrEqual }
  let kind: Kind

  var name: String { kind.rawValue }
  var operation: gk_operation {
    switch kind {
    case .equal: GK_EQUAL
    case .notEqual: GK_NOT_EQUAL
    case .less: GK_LESS
    case .lessOrEqual: GK_LESS_OR_EQUAL
    }
  }
  func pullback(_ p: Pullback) {}
}

/// The product, and 0 where the second factor is 0, whatever the first is.
struct MultiplyNoNaN: BinaryPrimitive {
  var name: String { "multiplyNoNaN" }
  var operation: gk_operation { GK_MULTIPLY_NO_NAN }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * p.input(1), to: 0)
    p.add(multiplyNoNaN(p.cotangent * p.input(0), p.input(1) .!= 0), to: 1)
  }
}

/// The cross-entropy of a Bernoulli label in [0, 1] and a logit: `softplus(x) - x z`, computed as
/// `max(x, 0) - x z + log1p(exp(-|x|))`.
struct SigmoidCrossEntropy: BinaryPrimitive {
  var name: String { "sigmoidCrossEntropy" }
  var operation: gk_operation { GK_SIGMOID_CROSS_ENTROPY }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * (sigmoid(p.input(0)) - p.input(1)), to: 0)
    p.add(-p.cotangent * p.input(0), to: 1)
  }
}

/// Arithmetic and comparison of integers.
struct IntegerOperation: ElementwisePrimitive {
  enum Kind: String { case add, subtract, multiply, equal, less }
  let kind: Kind

  var name: String { "int32." + kind.rawValue }
  var operandTypes: [ElementType] { [.int32, .int32] }
  var resultType: ElementType { kind == .equal || kind == .less ? .float32 : .int32 }
  var operation: gk_operation {
    switch kind {
    case .add: GK_ADD_I
    case .subtract: GK_SUBTRACT_I
    case .multiply: GK_MULTIPLY_I
    case .equal: GK_EQUAL_I
    case .less: GK_LESS_I
    }
  }
  func pullback(_ p: Pullback) {}
}

/// The second operand where the first is not 0, and the third elsewhere. Values that are not
/// selected have no influence on the gradient, NaN included.
struct Select: ElementwisePrimitive {
  var name: String { "select" }
  var operation: gk_operation { GK_SELECT }
  var operandTypes: [ElementType] { [.float32, .float32, .float32] }
  func pullback(_ p: Pullback) {
    let zero = Tensor(0)
    p.add(select(p.input(0), p.cotangent, zero), to: 1)
    p.add(select(p.input(0), zero, p.cotangent), to: 2)
  }
}
