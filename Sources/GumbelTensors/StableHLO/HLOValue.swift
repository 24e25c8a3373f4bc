/// What the elements of a value in StableHLO are: those of tensors, and what is computed with on the way.
public enum HLOElementType: String, Sendable {
  case float32 = "f32"
  case bfloat16 = "bf16"
  case int32 = "i32"
  case boolean = "i1"
  case uint32 = "ui32"
  case uint64 = "ui64"

  /// The element type of a tensor.
  public init(_ type: ElementType) {
    switch type {
    case .float32: self = .float32
    case .int32: self = .int32
    }
  }
}

/// The shape and element type of a value in StableHLO.
public struct HLOType: Hashable, Sendable, CustomStringConvertible {
  /// The extents, outermost first.
  public var shape: Shape
  /// What the elements are.
  public var elementType: HLOElementType

  /// Creates a type.
  public init(_ shape: Shape, _ elementType: HLOElementType = .float32) {
    self.shape = shape
    self.elementType = elementType
  }

  /// The type of a tensor.
  public init(_ type: TensorType) {
    self.init(type.shape, HLOElementType(type.elementType))
  }

  /// As StableHLO writes it, such as `tensor<2x3xf32>`.
  public var description: String {
    "tensor<" + shape.dimensions.map { "\($0)x" }.joined() + elementType.rawValue + ">"
  }
}

/// A value in the text of a function: its name there and its type.
public struct HLOValue: Sendable {
  /// The name, such as `%v7`.
  public let name: String
  /// Shape and element type.
  public let type: HLOType

  /// Creates a value of a name that stands in the text.
  public init(name: String, type: HLOType) {
    self.name = name
    self.type = type
  }

  /// The extents, outermost first.
  public var shape: Shape { type.shape }
}
