import Kernels

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

// Comparisons give float32 tensors of 1 where they hold and 0 elsewhere.
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
  /// 1 where the elements are equal, 0 elsewhere.
  public static func .== (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .equal), [a, b]) : apply1(Comparison(kind: .equal), a, b)
  }
  /// 1 where an element differs from a number, 0 elsewhere.
  public static func .!= (a: Tensor, b: Float) -> Tensor {
    apply1(Comparison(kind: .notEqual), a, Tensor(b))
  }
  /// 1 where the first is smaller, 0 elsewhere.
  public static func .< (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .less), [a, b]) : apply1(Comparison(kind: .less), a, b)
  }
  /// 1 where the first is larger, 0 elsewhere.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// 1 where the first is smaller or equal, 0 elsewhere.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor {
    apply1(Comparison(kind: .lessOrEqual), a, b)
  }
  /// 1 where the first is larger or equal, 0 elsewhere.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  /// 1 where an element is smaller than a number, 0 elsewhere.
  public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b) }
  /// 1 where an element is larger than a number, 0 elsewhere.
  public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }

  /// Integers as floats; a float32 tensor is returned as it is.
  public var float32: Tensor { elementType == .float32 ? self : apply1(FloatFromInt32(), [self]) }

  /// Floats truncated toward zero; an int32 tensor is returned as it is.
  public var int32: Tensor { elementType == .int32 ? self : apply1(Int32FromFloat(), [self]) }
}
