import GumbelKernels

// Operators exist for Tensor with Tensor, Tensor with Float and Float with Tensor and for nothing
// more: every further overload costs every user's type checker.

extension Tensor {
  /// The sum, elementwise; operands of either element type, broadcast together.
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .add), [a, b]) : apply1(Add(), a, b)
  }
  /// The difference, elementwise; operands of either element type, broadcast together.
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .subtract), [a, b]) : apply1(Subtract(), a, b)
  }
  /// The product, elementwise; operands of either element type, broadcast together.
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .multiply), [a, b]) : apply1(Multiply(), a, b)
  }
  /// The quotient, elementwise, of float32 operands, broadcast together.
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply1(Divide(), a, b) }

  /// A number added to each element.
  public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
  /// A number subtracted from each element.
  public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
  /// Each element times a number.
  public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
  /// Each element divided by a number.
  public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }

  /// Each element added to a number.
  public static func + (a: Float, b: Tensor) -> Tensor { Tensor(a) + b }
  /// Each element subtracted from a number.
  public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
  /// A number times each element.
  public static func * (a: Float, b: Tensor) -> Tensor { Tensor(a) * b }
  /// A number divided by each element.
  public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }

  /// Each element with its sign changed.
  public static prefix func - (a: Tensor) -> Tensor { apply1(Negate(), a) }
}

extension Tensor {
  /// The elements as others of this type: integers rounded to floats, floats truncated toward zero, those
  /// out of range to the nearest integer and NaN to 0. A tensor of the type is returned as it is.
  public func converted(to elementType: ElementType) -> Tensor {
    if elementType == self.elementType { return self }
    switch elementType {
    case .float32: return apply1(FloatFromInt32(), [self])
    case .int32: return apply1(Int32FromFloat(), [self])
    }
  }
}
