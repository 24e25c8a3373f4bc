/// Writes the operations of a function in StableHLO's text, one a line.
///
/// It has methods for the operations that ``Primitive/lower(_:to:with:)`` mostly needs, and
/// ``operation(_:_:)`` for any other. Operands broadcast together as those of tensors do.
public final class StableHLOWriter {
  /// How exact products have to be.
  public let precision: Precision

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
  private var constantPositions: [ObjectIdentifier: Int] = [:]

  init(precision: Precision) { self.precision = precision }

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

extension Float {
  /// As StableHLO writes it without rounding, infinities and NaN included.
  fileprivate var literal: String {
    let digits = String(bitPattern, radix: 16, uppercase: true)
    return "0x" + String(repeating: "0", count: 8 - digits.count) + digits
  }
}
