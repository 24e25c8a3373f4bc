/// A dense, row-major array of numbers: a value.
///
/// Tensors are immutable; every operation makes a new one. Operations run at once. Inside
/// ``gradient(at:of:)`` and a compiled function they are recorded as well.
///
/// Mistakes in shape are mistakes of the programmer: they trap, naming the operation and shapes.
public struct Tensor: @unchecked Sendable {
  // Sendable: `storage` is written before the tensor that owns it exists, and never while another
  // reference to it exists; the rest are plain values.
  package var storage: Storage
  /// The trace that recorded this tensor, and its number there; see `Trace`.
  package var traceID: UInt64 = 0
  package var variable: UInt32 = 0
  /// The extents, outermost first.
  public let shape: Shape
  /// What the elements are.
  public let elementType: ElementType

  @inline(__always)
  package init(storage: Storage, type: TensorType) {
    self.storage = storage
    shape = type.shape
    elementType = type.elementType
  }

  /// A value of which there is a type alone: in a function that is being compiled only shapes travel.
  @inline(__always)
  init(abstract type: TensorType) { self.init(storage: .none, type: type) }

  /// A tensor whose elements its maker writes before anybody else sees it.
  @inline(__always)
  package init(uninitialized type: TensorType) {
    self.init(storage: Storage.uninitialized(type), type: type)
  }

  /// The number of dimensions.
  public var rank: Int { shape.rank }
  /// The number of elements.
  public var count: Int { shape.count }
  /// Shape and element type.
  public var type: TensorType { TensorType(shape, elementType) }

  @inline(__always)
  package var buffer: Buffer { Buffer(pointer: storage.pointer, type: type) }

  /// The same elements, no longer tied to a trace; traps where there are none to be read.
  package var untraced: Tensor {
    requireReadable(elementType)
    var copy = self
    copy.traceID = 0
    return copy
  }
}

// MARK: - Making tensors

extension Tensor {
  /// Creates a scalar.
  public init(_ value: Float) {
    storage = Storage.uninitialized(byteCount: MemoryLayout<Float>.size)
    shape = Shape()
    elementType = .float32
    storage.pointer.storeBytes(of: value, as: Float.self)
  }

  /// Creates an integer scalar.
  public init(int32 value: Int32) {
    self.init(uninitialized: TensorType([], .int32))
    storage.pointer.storeBytes(of: value, as: Int32.self)
  }

  /// Creates a tensor of rank 1.
  public init(_ values: [Float]) { self.init(values, shape: [values.count]) }

  /// Creates a tensor from its elements in row-major order; traps unless they fill the shape.
  public init(_ values: [Float], shape: Shape) {
    require(
      values.count == shape.count,
      "Tensor: \(values.count) values do not fill the shape \(shape) of \(shape.count) elements")
    self.init(uninitialized: TensorType(shape))
    values.withUnsafeBytes { storage.pointer.copyBytes(from: $0) }
  }

  /// Creates an integer tensor of rank 1.
  public init(int32 values: [Int32]) { self.init(int32: values, shape: [values.count]) }

  /// Creates an integer tensor in row-major order; traps unless the values fill the shape.
  public init(int32 values: [Int32], shape: Shape) {
    require(
      values.count == shape.count,
      "Tensor: \(values.count) values do not fill the shape \(shape) of \(shape.count) elements")
    self.init(uninitialized: TensorType(shape, .int32))
    values.withUnsafeBytes { storage.pointer.copyBytes(from: $0) }
  }

  /// A tensor whose elements all have one value.
  public init(repeating value: Float, shape: Shape) {
    self.init(uninitialized: TensorType(shape))
    storage.pointer.withMemoryRebound(to: Float.self, capacity: shape.count) {
      $0.update(repeating: value, count: shape.count)
    }
  }

  /// A float32 tensor of zeros.
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }
  /// A float32 tensor of ones.
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }

  /// 0, 1, 2, … `count - 1` as integers.
  public static func int32Range(_ count: Int) -> Tensor {
    Tensor(int32: (0..<Int32(count)).map { $0 })
  }
}

extension UnsafeMutableRawPointer {
  /// Copies all the bytes of a buffer; an empty one has no address to copy from.
  @inline(__always)
  fileprivate func copyBytes(from source: UnsafeRawBufferPointer) {
    if let base = source.baseAddress { copyMemory(from: base, byteCount: source.count) }
  }
}

// MARK: - Reading tensors

extension Tensor {
  /// The elements of a float32 tensor in row-major order.
  ///
  /// Traps on an int32 tensor, and inside a compiled function, which is recorded without computing
  /// anything: its tensors have no elements there, and none later.
  public var scalars: [Float] {
    requireReadable(.float32)
    return withExtendedLifetime(storage) {
      Array(
        UnsafeBufferPointer(
          start: storage.pointer.assumingMemoryBound(to: Float.self), count: count))
    }
  }

  /// The elements of an int32 tensor in row-major order; traps as ``scalars`` does.
  public var int32Scalars: [Int32] {
    requireReadable(.int32)
    return withExtendedLifetime(storage) {
      Array(
        UnsafeBufferPointer(
          start: storage.pointer.assumingMemoryBound(to: Int32.self), count: count))
    }
  }

  /// The only element of a float32 tensor; traps where there are more or fewer.
  public var scalar: Float {
    requireReadable(.float32)
    require(count == 1, "scalar: a tensor of shape \(shape) has \(count) elements, not one")
    return withExtendedLifetime(storage) { storage.pointer.load(as: Float.self) }
  }

  /// The only element of an int32 tensor; traps where there are more or fewer.
  public var int32Scalar: Int32 {
    requireReadable(.int32)
    require(count == 1, "int32Scalar: a tensor of shape \(shape) has \(count) elements")
    return withExtendedLifetime(storage) { storage.pointer.load(as: Int32.self) }
  }

  /// Whether there are elements: not for what depends on the arguments of a function that is compiled.
  package var isReadable: Bool { !Trace.isCompiling(traceID) }

  /// Whether somebody can ask for a gradient in this tensor, or for it as a variable of a plan.
  package var isTraced: Bool { Trace.recorder(of: traceID) != nil }

  /// The position of the first NaN of a float32 tensor; nil where there is none, or where the
  /// elements may not be read.
  package var firstNaN: Int? {
    guard elementType == .float32, isReadable else { return nil }
    return withExtendedLifetime(storage) {
      let elements = UnsafeBufferPointer(
        start: storage.pointer.assumingMemoryBound(to: Float.self), count: count)
      // Without a branch an element, so that it runs in vectors.
      var isFound = false
      for element in elements { isFound = isFound || element != element }
      return isFound ? elements.firstIndex(where: \.isNaN) : nil
    }
  }

  /// Traps where the elements are of another type, or where there are none.
  package func requireReadable(_ expected: ElementType) {
    require(
      elementType == expected, "reading \(expected) elements of a tensor of \(elementType)")
    require(
      isReadable,
      """
      the elements of a tensor were read inside a compiled function, or are those of a tensor that \
      left it while it was recorded: there are none then; return the tensor instead
      """)
  }
}

extension Tensor: CustomStringConvertible {
  /// The type, and the first elements where there are any.
  public var description: String {
    if !isReadable { return "\(type) [recorded]" }
    let limit = 16
    let elements: [String] = withExtendedLifetime(storage) {
      (0..<Swift.min(count, limit)).map { i in
        switch elementType {
        case .float32: "\(buffer.floats[i])"
        case .int32: "\(buffer.int32s[i])"
        }
      }
    }
    return "\(type) [" + elements.joined(separator: ", ") + (count > limit ? ", …]" : "]")
  }
}
