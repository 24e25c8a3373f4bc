// Comparisons give float32 tensors of 1 where they hold and 0 elsewhere, for operands of either element
// type that are broadcast together. None but `.!=` holds of NaN.
infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
  /// 1 where the first equals the second, 0 elsewhere.
  public static func .== (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .equal), [a, b]) : apply1(Comparison(kind: .equal), a, b)
  }
  /// 1 where the first differs from the second, 0 elsewhere.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32 ? 1 - (a .== b) : apply1(Comparison(kind: .notEqual), a, b)
  }
  /// 1 where the first is smaller than the second, 0 elsewhere.
  public static func .< (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32
      ? apply1(IntegerOperation(kind: .less), [a, b]) : apply1(Comparison(kind: .less), a, b)
  }
  /// 1 where the first is smaller than or equal to the second, 0 elsewhere.
  public static func .<= (a: Tensor, b: Tensor) -> Tensor {
    a.elementType == .int32 ? 1 - (b .< a) : apply1(Comparison(kind: .lessOrEqual), a, b)
  }
  /// 1 where the first is larger than the second, 0 elsewhere.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { b .< a }
  /// 1 where the first is larger than or equal to the second, 0 elsewhere.
  public static func .>= (a: Tensor, b: Tensor) -> Tensor { b .<= a }
}

// A number beside integers has to be one.
extension Tensor {
  /// 1 where an element equals a number, 0 elsewhere.
  public static func .== (a: Tensor, b: Float) -> Tensor { a .== Tensor(b, comparedWith: a) }
  /// 1 where a number equals an element, 0 elsewhere.
  public static func .== (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .== b }
  /// 1 where an element differs from a number, 0 elsewhere.
  public static func .!= (a: Tensor, b: Float) -> Tensor { a .!= Tensor(b, comparedWith: a) }
  /// 1 where a number differs from an element, 0 elsewhere.
  public static func .!= (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .!= b }
  /// 1 where an element is smaller than a number, 0 elsewhere.
  public static func .< (a: Tensor, b: Float) -> Tensor { a .< Tensor(b, comparedWith: a) }
  /// 1 where a number is smaller than an element, 0 elsewhere.
  public static func .< (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .< b }
  /// 1 where an element is larger than a number, 0 elsewhere.
  public static func .> (a: Tensor, b: Float) -> Tensor { a .> Tensor(b, comparedWith: a) }
  /// 1 where a number is larger than an element, 0 elsewhere.
  public static func .> (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .> b }
  /// 1 where an element is smaller than or equal to a number, 0 elsewhere.
  public static func .<= (a: Tensor, b: Float) -> Tensor { a .<= Tensor(b, comparedWith: a) }
  /// 1 where a number is smaller than or equal to an element, 0 elsewhere.
  public static func .<= (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .<= b }
  /// 1 where an element is larger than or equal to a number, 0 elsewhere.
  public static func .>= (a: Tensor, b: Float) -> Tensor { a .>= Tensor(b, comparedWith: a) }
  /// 1 where a number is larger than or equal to an element, 0 elsewhere.
  public static func .>= (a: Float, b: Tensor) -> Tensor { Tensor(a, comparedWith: b) .>= b }

  private init(_ number: Float, comparedWith other: Tensor) {
    guard other.elementType == .int32 else {
      self.init(number)
      return
    }
    let integer = Int32(exactly: number)
    require(
      integer != nil, "\(number) compared with a tensor of int32: expected an integer of 32 bits")
    self.init(int32: integer!)
  }
}
