/// Writes the operations of a function in StableHLO's text, one a line.
///
/// It has methods for the operations that ``Primitive/lower(_:to:with:)`` mostly needs, and
/// ``operation(_:_:)`` for any other. Operands broadcast together as those of tensors do.
public final class StableHLOWriter {
  /// How exact products have to be.
  public let precision: Precision
  /// How many devices share the work.
  let deviceCount: Int

  /// The lines of the function so far, and before them those of its literal constants.
  private(set) var lines: [String] = []
  private(set) var literalLines: [String] = []
  /// Large constants, which are arguments of the function.
  private(set) var constants: [(storage: Storage, type: TensorType)] = []
  /// The primitives that could not be written, each once.
  private(set) var unsupported: [String] = []

  private var valueCount = 0
  private var literals: [String: HLOValue] = [:]
  /// The literals of which all elements are equal, by their names, as they are written.
  private var splats: [String: String] = [:]
  /// Of values with outer axes as one, by their names: the values as they were before; none for one device.
  var wholes: [String: HLOValue] = [:]
  private var constantPositions: [ObjectIdentifier: Int] = [:]

  init(precision: Precision, deviceCount: Int) {
    self.precision = precision
    self.deviceCount = deviceCount
  }

  /// A name that nothing has yet.
  func makeName() -> String {
    valueCount += 1
    return "%v\(valueCount)"
  }

  /// Writes a line as it stands.
  func line(_ text: String) { lines.append(text) }

  /// Writes an operation that has one result: all that stands behind its `=`.
  public func operation(_ text: String, _ type: HLOType) -> HLOValue {
    let name = makeName()
    line("\(name) = \(text)")
    return HLOValue(name: name, type: type)
  }

  func reportUnsupported(_ name: String) {
    if !unsupported.contains(name) { unsupported.append(name) }
  }

  // MARK: - Constants

  /// Zeros, or what is false.
  public func zeros(_ type: HLOType) -> HLOValue {
    switch type.elementType {
    case .float32: constant(Float(0), type.shape)
    case .float64, .bfloat16: splat("0.0", type)
    case .boolean: constant(false, type.shape)
    case .int32, .uint32, .uint64: constant(0, type.shape, type.elementType)
    }
  }

  /// A float in double precision, the same everywhere.
  public func constant(_ value: Double, _ shape: Shape = []) -> HLOValue {
    splat(value.literal, HLOType(shape, .float64))
  }

  /// A float of a shape, the same everywhere.
  public func constant(_ value: Float, _ shape: Shape = []) -> HLOValue {
    splat(value.literal, HLOType(shape, .float32))
  }

  /// An integer of a shape and an element type, the same everywhere.
  public func constant(
    _ value: some BinaryInteger, _ shape: Shape = [], _ elementType: HLOElementType = .int32
  ) -> HLOValue {
    splat("\(value)", HLOType(shape, elementType))
  }

  /// A boolean of a shape, the same everywhere.
  public func constant(_ value: Bool, _ shape: Shape = []) -> HLOValue {
    splat("\(value)", HLOType(shape, .boolean))
  }

  /// The splat of a literal in another shape, or nil for a value that is none.
  func splat(like value: HLOValue, _ shape: Shape) -> HLOValue? {
    splats[value.name].map { splat($0, HLOType(shape, value.type.elementType)) }
  }

  private func splat(_ element: String, _ type: HLOType) -> HLOValue {
    let value = literal(type.shape.count == 0 ? "" : element, type)
    splats[value.name] = element
    return value
  }

  /// Literals stand before everything else, once each, so that a loop's body sees them too.
  private func literal(_ elements: String, _ type: HLOType) -> HLOValue {
    let text = "stablehlo.constant dense<\(elements)> : \(type)"
    if let known = literals[text] { return known }
    let value = HLOValue(name: "%c\(literals.count)", type: type)
    literalLines.append("\(value.name) = \(text)")
    literals[text] = value
    return value
  }

  /// Constants of more elements are arguments, unless all are equal.
  static let largestLiteral = 1024

  /// The constant of a graph.
  func constant(_ storage: Storage, _ type: TensorType) -> HLOValue {
    let count = type.shape.count
    let words = UnsafeBufferPointer(
      start: storage.pointer.assumingMemoryBound(to: UInt32.self), count: count)
    func element(_ word: UInt32) -> String {
      type.elementType == .float32 ? Float(bitPattern: word).literal : "\(Int32(bitPattern: word))"
    }
    if count == 0 || words.allSatisfy({ $0 == words[0] }) {
      return splat(count == 0 ? "0" : element(words[0]), HLOType(type))
    }
    if count <= Self.largestLiteral {
      // As bytes, in the order of the elements.
      let bytes = UnsafeRawBufferPointer(words).map { byte in
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
      return literal("\"0x\(bytes.joined())\"", HLOType(type))
    }
    let position =
      constantPositions[ObjectIdentifier(storage)]
      ?? {
        constants.append((storage, type))
        constantPositions[ObjectIdentifier(storage)] = constants.count - 1
        return constants.count - 1
      }()
    let value = HLOValue(name: "%k\(position)", type: HLOType(constants[position].type))
    return reshape(value, type.shape)
  }
}

// As StableHLO writes numbers without rounding, infinities and NaN included.

extension Float {
  fileprivate var literal: String { bitPattern.literal }
}

extension Double {
  fileprivate var literal: String { bitPattern.literal }
}

extension FixedWidthInteger {
  fileprivate var literal: String {
    let digits = String(self, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: Self.bitWidth / 4 - digits.count) + digits
  }
}
