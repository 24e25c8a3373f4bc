/// The start of an `.npy` file: how its numbers are stored, and in which shape.
///
/// A magic string, a version, the length of what follows, and a dictionary in Python's notation.
/// Source: NumPy's `numpy.lib.format`, versions 1.0 to 3.0.
struct NPYHeader: Equatable {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// What one number is.
  enum Element: String {
    case bool = "b1"
    case int8 = "i1"
    case int16 = "i2"
    case int32 = "i4"
    case int64 = "i8"
    case uint8 = "u1"
    case uint16 = "u2"
    case uint32 = "u4"
    case uint64 = "u8"
    case float16 = "f2"
    case float32 = "f4"
    case float64 = "f8"

    var size: Int {
      switch self {
      case .bool, .int8, .uint8: 1
      case .int16, .uint16, .float16: 2
      case .int32, .uint32, .float32: 4
      case .int64, .uint64, .float64: 8
      }
    }

    /// Half a unit in the last place of a number, relative to the number.
    var roundoff: Double {
      switch self {
      case .float16: 0x1p-11
      case .float32: 0x1p-24
      default: 0x1p-53
      }
    }
  }

  var element: Element
  var isBigEndian = false
  /// Whether the outermost extent runs fastest.
  var isFortranOrder = false
  var shape: [Int]

  init(element: Element, isBigEndian: Bool = false, isFortranOrder: Bool = false, shape: [Int]) {
    self.element = element
    self.isBigEndian = isBigEndian
    self.isFortranOrder = isFortranOrder
    self.shape = shape
  }

  /// The header in bytes, with spaces so that the data starts at a multiple of 64, or at `length`.
  func bytes(length: Int? = nil) -> [UInt8] {
    let order = element.size == 1 ? "|" : isBigEndian ? ">" : "<"
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    let dictionary =
      "{'descr': '\(order)\(element.rawValue)', 'fortran_order': "
      + "\(isFortranOrder ? "True" : "False"), 'shape': (\(extents)), }"
    // Magic, version, length, and the line feed that ends the dictionary.
    let least = Self.magic.count + 4 + dictionary.utf8.count + 1
    let total = length ?? (least + 63) / 64 * 64
    precondition(least <= total, "NPYHeader: \(least) bytes do not fit into \(total)")
    let count = total - Self.magic.count - 4
    var bytes = Self.magic + [1, 0, UInt8(count & 255), UInt8(count >> 8)]
    bytes += dictionary.utf8
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: total - least)
    return bytes + [lineFeed]
  }

  /// Reads the dictionary that stands at `offset` in the file.
  init(dictionary text: [UInt8], offset: Int) throws(NPYFailure) {
    var parser = PythonLiteralParser(text, offset: offset)
    let entries = try parser.dictionary()
    var (descr, order, shape): (String?, Bool?, [Int]?)
    for entry in entries {
      switch (entry.key, entry.value) {
      case ("descr", .string(let value)): descr = value
      case ("fortran_order", .bool(let value)): order = value
      case ("shape", .tuple(let value)): shape = value
      case ("descr", _):
        throw NPYFailure(.elementType("a structure"), byte: entry.byte)
      case let (key, _):
        throw NPYFailure(.unexpectedEntry(key), byte: entry.byte)
      }
    }
    guard let descr, let order, let shape else {
      let missing = descr == nil ? "descr" : order == nil ? "fortran_order" : "shape"
      throw NPYFailure(.missingEntry(missing), byte: offset)
    }
    guard let first = descr.first, "<>|=".contains(first),
      let element = Element(rawValue: String(descr.dropFirst()))
    else {
      let place = entries.first { $0.key == "descr" }!.byte
      throw NPYFailure(.elementType(descr), byte: place)
    }
    self.init(
      element: element, isBigEndian: first == ">", isFortranOrder: order, shape: shape)
  }

  /// The number of elements, or nil where it, or the bytes that they take, overflow.
  var count: Int? {
    // An extent of 0 makes the array empty, but what finds its way in it multiplies the others.
    var count = element.size
    for extent in shape where extent > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      if overflow { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count / element.size
  }
}

/// What is wrong with an `.npy` file.
public enum NPYProblem: Equatable, Sendable {
  /// A version of the format other than 1, 2 and 3.
  case version(major: Int, minor: Int)
  /// The header is said to be longer than the limit.
  case headerTooLong(count: Int, limit: Int)
  /// The file ends inside its header.
  case headerTruncated(found: Int, expected: Int)
  /// The header is not a dictionary in Python's notation: what was expected.
  case syntax(expected: String)
  /// The dictionary lacks an entry.
  case missingEntry(String)
  /// The dictionary has an entry with another name or type of value, or has it twice.
  case unexpectedEntry(String)
  /// Elements that are not real numbers.
  case elementType(String)
  /// The shape has more elements than can be counted.
  case shapeOverflow([Int])
  /// The file ends before the last element.
  case dataTruncated(found: Int, expected: Int)
  /// More bytes follow after the last element.
  case trailingBytes
}

extension NPYProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .version(let major, let minor):
      "version \(major).\(minor) of the format, expected 1.0, 2.0 or 3.0"
    case .headerTooLong(let count, let limit):
      "a header of \(count) bytes, expected at most \(limit)"
    case .headerTruncated(let found, let expected):
      "the file ends after \(counted(found, "byte")) of its header, expected \(expected)"
    case .syntax(let expected): "the header is not as NumPy writes it, expected \(expected)"
    case .missingEntry(let key): "the header has no entry \(quoted(key))"
    case .unexpectedEntry(let key):
      "the header's entry \(quoted(key)) is not one of descr, fortran_order and shape as expected"
    case .elementType(let type):
      "elements of type \(quoted(type)), expected integers or floats such as \"<f4\""
    case .shapeOverflow(let shape): "the shape \(shape) has more elements than there can be"
    case .dataTruncated(let found, let expected):
      "the file ends after \(counted(found, "byte")) of data, expected \(expected)"
    case .trailingBytes: "the file goes on after the last element, expected its end"
    }
  }
}

typealias NPYFailure = FailureAtByte<NPYProblem>
