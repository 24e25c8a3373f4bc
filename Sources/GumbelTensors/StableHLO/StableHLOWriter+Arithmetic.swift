extension StableHLOWriter {
  /// An operation on each element that keeps its type, such as `tanh`.
  public func unary(_ name: String, _ x: HLOValue) -> HLOValue {
    elementwise(x) { x in
      operation("stablehlo.\(name) \(x[0].name) : \(x[0].type)", x[0].type)
    }
  }

  /// An operation on two elements of one type that keeps it, such as `add`.
  public func binary(_ name: String, _ a: HLOValue, _ b: HLOValue) -> HLOValue {
    let (x, y) = broadcastTogether(a, b)
    return elementwise(x, y) { x in
      operation("stablehlo.\(name) \(x[0].name), \(x[1].name) : \(x[0].type)", x[0].type)
    }
  }

  /// The sum.
  public func add(_ a: HLOValue, _ b: HLOValue) -> HLOValue { binary("add", a, b) }
  /// The difference.
  public func subtract(_ a: HLOValue, _ b: HLOValue) -> HLOValue { binary("subtract", a, b) }
  /// The product.
  public func multiply(_ a: HLOValue, _ b: HLOValue) -> HLOValue { binary("multiply", a, b) }
  /// The quotient.
  public func divide(_ a: HLOValue, _ b: HLOValue) -> HLOValue { binary("divide", a, b) }
  /// The value with the other sign.
  public func negate(_ x: HLOValue) -> HLOValue { unary("negate", x) }

  /// The larger one; NaN if either is. StableHLO's own passes over NaN in XLA's programs for processors.
  public func maximum(_ a: HLOValue, _ b: HLOValue) -> HLOValue {
    select(binary("or", compare(a, .greater, b), compare(a, .notEqual, a)), a, b)
  }
  /// The smaller one; NaN if either is.
  public func minimum(_ a: HLOValue, _ b: HLOValue) -> HLOValue {
    select(binary("or", compare(a, .less, b), compare(a, .notEqual, a)), a, b)
  }

  /// Which way two elements are compared.
  public enum Comparison: String {
    case equal = "EQ"
    case notEqual = "NE"
    case less = "LT"
    case lessOrEqual = "LE"
    case greater = "GT"
    case greaterOrEqual = "GE"
  }

  /// Whether a comparison of elements holds. None holds of NaN, but for `notEqual`.
  public func compare(_ a: HLOValue, _ comparison: Comparison, _ b: HLOValue) -> HLOValue {
    let (x, y) = broadcastTogether(a, b)
    return elementwise(x, y) { x in
      let type = HLOType(x[0].shape, .boolean)
      return operation(
        "stablehlo.compare \(comparison.rawValue), \(x[0].name), \(x[1].name) : "
          + "(\(x[0].type), \(x[1].type)) -> \(type)", type)
    }
  }

  /// The second operand where a boolean holds, and the third elsewhere; each broadcasts.
  public func select(_ condition: HLOValue, _ a: HLOValue, _ b: HLOValue) -> HLOValue {
    let (x, y) = broadcastTogether(a, b)
    let (p, either) = broadcastTogether(condition, x)
    let other = broadcast(y, either.shape)
    return elementwise(p, either, other) { x in
      operation(
        "stablehlo.select \(x.map(\.name).joined(separator: ", ")) : \(x[0].type), \(x[1].type)",
        x[1].type)
    }
  }

  private func broadcastTogether(_ a: HLOValue, _ b: HLOValue) -> (HLOValue, HLOValue) {
    guard let shape = a.shape.broadcast(with: b.shape) else {
      fatalError("the shapes of \(a.type) and \(b.type) do not broadcast together")
    }
    return (broadcast(a, shape), broadcast(b, shape))
  }

  // MARK: - Reductions

  /// An axis reduced by an operation such as `add`, beginning with a scalar.
  public func reduce(
    _ name: String, _ x: HLOValue, _ axis: Int, from initial: HLOValue, keepingAxis: Bool = false
  ) -> HLOValue {
    let axis = x.shape.resolved(axis: axis)
    let reduced =
      reducingFolded(name, x, axis, from: initial) ?? reduce(name, x, [axis], from: initial)
    return keepingAxis ? reshape(reduced, x.shape.replacing(axis: axis, with: 1)) : reduced
  }

  /// The same of several axes, in order.
  func reduce(_ name: String, _ x: HLOValue, _ axes: [Int], from initial: HLOValue) -> HLOValue {
    let shape = axes.reversed().reduce(x.shape) { $0.removing(axis: $1) }
    let type = HLOType(shape, x.type.elementType)
    return operation(
      "stablehlo.reduce(\(x.name) init: \(initial.name)) applies stablehlo.\(name) across "
        + "dimensions = \(axes) : (\(x.type), \(initial.type)) -> \(type)", type)
  }

  /// The sum along an axis.
  public func sum(_ x: HLOValue, _ axis: Int, keepingAxis: Bool = false) -> HLOValue {
    reduce(
      "add", x, axis, from: zeros(HLOType([], x.type.elementType)), keepingAxis: keepingAxis)
  }
}
