/// What the elements of a tensor are.
public enum ElementType: UInt8, Sendable, CustomStringConvertible {
  /// IEEE 754 single precision.
  case float32
  /// Categories, tokens, counters and the words of random keys.
  case int32

  public var description: String { self == .float32 ? "float32" : "int32" }
}

/// The shape and element type of a tensor: all that a primitive's shape rule sees of it.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  /// The extents, outermost first.
  public var shape: Shape
  /// What the elements are.
  public var elementType: ElementType

  /// Creates a type.
  public init(_ shape: Shape, _ elementType: ElementType = .float32) {
    self.shape = shape
    self.elementType = elementType
  }

  public var description: String { "\(elementType)\(shape)" }
}
