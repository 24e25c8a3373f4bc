/// What the elements of a tensor are.
public enum ElementType: UInt8, Sendable, CustomStringConvertible {
  /// IEEE 754 single precision.
  case float32
  /// Categories, tokens, counters and the words of random keys.
  case int32

  public var description: String { self == .float32 ? "float32" : "int32" }

  /// The bytes of an element.
  @inline(__always)
  public var byteCount: Int {
    switch self {
    case .float32: MemoryLayout<Float>.size
    case .int32: MemoryLayout<Int32>.size
    }
  }

  /// Whether a function can have a derivative with respect to such elements: they are then parameters
  /// where a model holds them, and else categories, counters or keys.
  public var isDifferentiable: Bool { self == .float32 }
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

  /// The bytes of all elements.
  @inline(__always)
  public var byteCount: Int { elementType.byteCount * shape.count }

  public var description: String { "\(elementType)\(shape)" }
}
