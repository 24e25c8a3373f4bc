struct Add: BinaryPrimitive {
  var name: String { "add" }
  var operation: ElementOperation { .add }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent, to: 0)
    p.add(p.cotangent, to: 1)
  }
}

struct Subtract: BinaryPrimitive {
  var name: String { "subtract" }
  var operation: ElementOperation { .subtract }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent, to: 0)
    p.add(-p.cotangent, to: 1)
  }
}

struct Multiply: BinaryPrimitive {
  var name: String { "multiply" }
  var operation: ElementOperation { .multiply }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent * p.input(1), to: 0)
    p.add(p.cotangent * p.input(0), to: 1)
  }
}

struct Divide: BinaryPrimitive {
  var name: String { "divide" }
  var operation: ElementOperation { .divide }
  func pullback(_ p: Pullback) {
    p.add(p.cotangent / p.input(1), to: 0)
    p.add(-p.cotangent * p.output() / p.input(1), to: 1)
  }
}

/// The larger operand; NaN if either is. On ties each operand receives half of the gradient.
struct Maximum: BinaryPrimitive {
  var name: String { "maximum" }
  var operation: ElementOperation { .maximum }
  func pullback(_ p: Pullback) {
    let tie = 0.5 * (p.input(0) .== p.input(1))
    p.add(multiplyNoNaN(p.cotangent, (p.input(0) .> p.input(1)) + tie), to: 0)
    p.add(multiplyNoNaN(p.cotangent, (p.input(0) .< p.input(1)) + tie), to: 1)
  }
}

/// The smaller operand; NaN if either is. On ties each operand receives half of the gradient.
struct Minimum: BinaryPrimitive {
  var name: String { "minimum" }
  var operation: ElementOperation { .minimum }
  func pullback(_ p: Pullback) {
    let tie = 0.5 * (p.input(0) .== p.input(1))
    p.add(multiplyNoNaN(p.cotangent, (p.input(0) .< p.input(1)) + tie), to: 0)
    p.add(multiplyNoNaN(p.cotangent, (p.input(0) .> p.input(1)) + tie), to: 1)
  }
}

struct Power: BinaryPrimitive {
  var name: String { "power" }
  var operation: ElementOperation { .power }
  func pullback(_ p: Pullback) {
    let (x, y) = (p.input(0), p.input(1))
    let zero = Tensor(0)
    if p.needs(0) {
      // To the power 0 everything is 1, 0 and NaN as well: another base there keeps them out of the
      // product with 0.
      let isConstant = (y .== zero) * ((x .== zero) + x.isNaN)
      let slope = pow(select(isConstant, Tensor(1), x), y - 1)
      // At a base of 0 the slope y xʸ⁻¹ is infinite for all exponents nearby, whatever the factor y
      // is: as a function of the exponent it falls as the power does.
      let isInfinite = p.isVariable(1) ? (x .== zero) * (y .< Tensor(1)) : nil
      let factor = isInfinite.map { select($0, y.stoppingGradient(), y) } ?? y
      p.add(select(isConstant, zero, multiplyNoNaN(p.cotangent, factor) * slope), to: 0)
    }
    if p.needs(1) {
      // A base of 0, whose logarithm is -inf, has powers of 0 for exponents above 0: a constant. At 0
      // itself, where the power is 1, the gradient is by convention 0 too.
      let isConstant = (x .== zero) * (y .>= zero)
      var (base, power) = (select(isConstant, Tensor(1), x), p.output())
      if p.isVariable(0) {
        // The power of a base of 0 has an infinite slope, which a gradient of 0 would meet. An
        // infinite base has a logarithm that does not change, beside a power that does.
        power = pow(base, y)
        base = select(x .== Tensor(.infinity), base.stoppingGradient(), base)
      }
      p.add(select(isConstant, zero, p.cotangent * multiplyNoNaN(log(base), power)), to: 1)
    }
  }
}

/// A comparison: 1 where it holds, 0 elsewhere. It has no gradient.
struct Comparison: BinaryPrimitive {
  enum Kind: String { case equal, notEqual, less, lessOrEqual }
  let kind: Kind

  var name: String { kind.rawValue }
  var operation: ElementOperation {
    switch kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    }
  }
  func pullback(_ p: Pullback) {}
}

extension Tensor {
  /// 1 where an element is NaN, 0 elsewhere.
  package var isNaN: Tensor { apply1(Comparison(kind: .notEqual), self, self) }
}

/// The product, and 0 where the second factor is 0, whatever the first is. As a function of the
/// second factor it is a constant there where the first is infinite or NaN, and else the product.
struct MultiplyNoNaN: BinaryPrimitive {
  var name: String { "multiplyNoNaN" }
  var operation: ElementOperation { .multiplyNoNaN }
  func pullback(_ p: Pullback) {
    p.add(multiplyNoNaN(p.cotangent, p.input(1)), to: 0)
    if p.needs(1) {
      let isProduct = maximum(isFinite(p.input(0)), p.input(1) .!= 0)
      p.add(multiplyNoNaN(p.cotangent * p.input(0), isProduct), to: 1)
    }
  }
}

/// The cross-entropy of a Bernoulli label in [0, 1] and a logit: `softplus(x) - x z`, computed as
/// `max(x, 0) - x z + log1p(exp(-|x|))`.
struct SigmoidCrossEntropy: BinaryPrimitive {
  var name: String { "sigmoidCrossEntropy" }
  var operation: ElementOperation { .sigmoidCrossEntropy }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (x, label) = (inputs[0], inputs[1])
    return [maximum(x, Tensor(0)) - x * label + log1p(exp(-abs(x)))]
  }
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
  var operation: ElementOperation {
    switch kind {
    case .add: .int32Add
    case .subtract: .int32Subtract
    case .multiply: .int32Multiply
    case .equal: .int32Equal
    case .less: .int32Less
    }
  }
  func pullback(_ p: Pullback) {}
}

/// The second operand where the first is not 0, and the third elsewhere. Values that are not
/// selected have no influence on the gradient, NaN included.
struct Select: ElementwisePrimitive {
  var name: String { "select" }
  var operation: ElementOperation { .select }
  var operandTypes: [ElementType] { [.float32, .float32, .float32] }
  func pullback(_ p: Pullback) {
    let zero = Tensor(0)
    p.add(select(p.input(0), p.cotangent, zero), to: 1)
    p.add(select(p.input(0), zero, p.cotangent), to: 2)
  }
}
