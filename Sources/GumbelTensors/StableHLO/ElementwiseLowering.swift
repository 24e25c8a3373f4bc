extension StableHLOWriter {
  /// What is computed of each element.
  func lower(
    _ operation: ElementOperation, _ x: [HLOValue], to type: HLOType
  ) -> HLOValue {
    switch operation {
    case .copy: broadcast(x[0], type.shape)
    case .negate: negate(x[0])
    case .abs: unary("abs", x[0])
    case .sign: sign(x[0])
    case .square: multiply(x[0], x[0])
    case .sqrt: unary("sqrt", x[0])
    case .rsqrt: divide(constant(Float(1)), unary("sqrt", x[0]))
    case .reciprocal: divide(constant(Float(1)), x[0])
    case .exp: unary("exponential", x[0])
    case .expm1: unary("exponential_minus_one", x[0])
    case .log: unary("log", x[0])
    case .log1p: unary("log_plus_one", x[0])
    case .sin: unary("sine", x[0])
    case .cos: unary("cosine", x[0])
    case .tanh: unary("tanh", x[0])
    case .sigmoid: unary("logistic", x[0])
    case .softplus: add(positivePart(x[0]), logOnePlusExpBelow(x[0]))
    case .relu: select(compare(x[0], .lessOrEqual, constant(Float(0))), constant(Float(0)), x[0])
    case .erf: erf(x[0])
    case .floor: unary("floor", x[0])
    case .round: unary("round_nearest_even", x[0])
    case .floatFromInt32: convert(x[0], to: .float32)
    case .int32FromFloat: saturatingInt32(x[0])
    case .isFinite: convert(isFinite(x[0]), to: .float32)
    case .gelu: multiply(maximum(x[0], constant(Float(-20))), normalProbability(x[0]))
    case .geluDerivative: geluDerivative(x[0])
    case .add, .int32Add: add(x[0], x[1])
    case .subtract, .int32Subtract: subtract(x[0], x[1])
    case .multiply, .int32Multiply: multiply(x[0], x[1])
    case .divide: divide(x[0], x[1])
    case .maximum: maximum(x[0], x[1])
    case .minimum: minimum(x[0], x[1])
    case .power: binary("power", x[0], x[1])
    case .equal, .int32Equal: convert(compare(x[0], .equal, x[1]), to: .float32)
    case .notEqual: convert(compare(x[0], .notEqual, x[1]), to: .float32)
    case .less, .int32Less: convert(compare(x[0], .less, x[1]), to: .float32)
    case .lessOrEqual: convert(compare(x[0], .lessOrEqual, x[1]), to: .float32)
    case .sigmoidCrossEntropy:
      add(subtract(positivePart(x[0]), multiply(x[0], x[1])), logOnePlusExpBelow(x[0]))
    case .multiplyNoNaN:
      select(
        compare(x[1], .equal, constant(Float(0))), constant(Float(0)), multiply(x[0], x[1]))
    case .select: select(compare(x[0], .notEqual, constant(Float(0))), x[1], x[2])
    }
  }

  /// An activation by itself.
  func activate(_ x: HLOValue, _ activation: Activation) -> HLOValue {
    switch activation {
    case .linear: x
    case .relu: lower(.relu, [x], to: x.type)
    case .tanh: lower(.tanh, [x], to: x.type)
    case .sigmoid: lower(.sigmoid, [x], to: x.type)
    }
  }

  /// Its own sign for a zero, and NaN for NaN.
  private func sign(_ x: HLOValue) -> HLOValue {
    let zero = constant(Float(0))
    let others = select(compare(x, .less, zero), constant(Float(-1)), x)
    return select(compare(x, .greater, zero), constant(Float(1)), others)
  }

  /// The larger of the value and 0; 0 for NaN.
  private func positivePart(_ x: HLOValue) -> HLOValue {
    let zero = constant(Float(0))
    return select(compare(x, .greater, zero), x, zero)
  }

  /// `log(1 + e^-|x|)`.
  private func logOnePlusExpBelow(_ x: HLOValue) -> HLOValue {
    unary("log_plus_one", unary("exponential", negate(unary("abs", x))))
  }

  /// The error function.
  func erf(_ x: HLOValue) -> HLOValue {
    elementwise(x) { x in
      operation("chlo.erf \(x[0].name) : \(x[0].type) -> \(x[0].type)", x[0].type)
    }
  }

  /// The standard normal distribution function.
  private func normalProbability(_ x: HLOValue) -> HLOValue {
    let half = constant(Float(0.5))
    return add(multiply(erf(multiply(x, constant(Float(0.707_106_78)))), half), half)
  }

  private func geluDerivative(_ x: HLOValue) -> HLOValue {
    let near = minimum(maximum(x, constant(Float(-20))), constant(Float(20)))
    let density = unary("exponential", multiply(multiply(near, near), constant(Float(-0.5))))
    let scaled = multiply(near, constant(Float(0.398_942_28)))
    return add(multiply(scaled, density), normalProbability(x))
  }

  /// Toward zero; what lies outside becomes the nearest integer, and NaN 0. What a conversion makes of
  /// those StableHLO leaves open.
  private func saturatingInt32(_ x: HLOValue) -> HLOValue {
    let (zero, limit) = (constant(Float(0)), constant(Float(0x1p31)))
    let isAbove = compare(x, .greaterOrEqual, limit)
    let isBelow = compare(x, .less, negate(limit))
    let isNumber = compare(x, .equal, x)
    let inside = select(isBelow, zero, select(isAbove, zero, select(isNumber, x, zero)))
    let whole = convert(inside, to: .int32)
    return select(isAbove, constant(Int32.max), select(isBelow, constant(Int32.min), whole))
  }
}
