import GumbelFiles

/// Any value of JSON.
enum JSONTree: Codable, Equatable {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSONTree])
  case object([String: JSONTree])

  /// The number that this is, if it is one.
  var number: Double? { if case .number(let value) = self { value } else { nil } }

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    // Numbers first: lists of them may be long, and a wrong guess costs more than a right one.
    if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if value.decodeNil() {
      self = .null
    } else if let truth = try? value.decode(Bool.self) {
      self = .truth(truth)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else if let list = try? value.decode([JSONTree].self) {
      self = .list(list)
    } else {
      self = .object(try value.decode([String: JSONTree].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .truth(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  init(encoding value: some Encodable) throws {
    self = try JSONCoding.decode(JSONTree.self, from: JSONCoding.encode(value))
  }

  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONCoding.decode(type, from: JSONCoding.encode(self))
  }

  /// The text of JSON, in one line.
  var line: String {
    get throws { String(decoding: try JSONCoding.encode(self), as: UTF8.self) }
  }
}
