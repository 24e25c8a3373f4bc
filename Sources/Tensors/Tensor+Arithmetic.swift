import Kernels

// Operators exist for Tensor with Tensor, Tensor with Float and Float with Tensor and for nothing
// more: every further overload costs every user's type checker.

extension Tensor {
  public static func + (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .add), [a, b]) : apply1(Add(), a, b)
  }
  public static func - (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .subtract), [a, b]) : apply1(Subtract(), a, b)
  }
  public static func * (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .multiply), [a, b]) : apply1(Multiply(), a, b)
  }
  public static func / (a: Tensor, b: Tensor) -> Tensor { apply1(Divide(), a, b) }

  public static func + (a: Tensor, b: Float) -> Tensor { a + Tensor(b) }
  public static func - (a: Tensor, b: Float) -> Tensor { a - Tensor(b) }
  public static func * (a: Tensor, b: Float) -> Tensor { a * Tensor(b) }
  public static func / (a: Tensor, b: Float) -> Tensor { a / Tensor(b) }

  public static func + (a: Float, b: Tensor) -> Tensor { Tensor(a) + b }
  public static func - (a: Float, b: Tensor) -> Tensor { Tensor(a) - b }
  public static func * (a: Float, b: Tensor) -> Tensor { Tensor(a) * b }
  public static func / (a: Float, b: Tensor) -> Tensor { Tensor(a) / b }

  public static prefix func - (a: Tensor) -> Tensor { apply1(Negate(), a) }
}

// Comparisons give float32 tensors of 1 where they hold and 0 elsewhere.
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
  public static func .== (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .equal), [a, b]) : apply1(Comparison(kind: .equal), a, b)
  }
  public static func .!= (a: Tensor, b: Float) -> Tensor {
    apply1(Comparison(kind: .notEqual), a, Tensor(b))
  }
  public static func .< (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .less), [a, b]) : apply1(Comparison(kind: .less), a, b)
  }
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  public static func .<= (a: Tensor, b: Tensor) -> Tensor {
    apply1(Comparison(kind: .lessOrEqual), a, b)
  }
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
  public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b) }
  public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b) }

  /// Integers as floats; a float32 tensor is returned as it is.
  public var float32: Tensor { elementType == .float32 ? self : apply1(FloatFromInt32(), self) }

  /// Floats truncated toward zero; an int32 tensor is returned as it is.
  public var int32: Tensor { elementType == .int32 ? self : apply1(Int32FromFloat(), self) }
}
