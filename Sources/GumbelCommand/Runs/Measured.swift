/// A number that a training can have measured: what is read back from a file is refused where none
/// can have.
@propertyWrapper
struct Measured: Codable {
  var wrappedValue: Double

  init(wrappedValue: Double) { self.wrappedValue = wrappedValue }

  init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Double.self)
    guard !(wrappedValue.magnitude > 1e30) else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "found \(wrappedValue), expected a number from -1e30 to 1e30, or nan"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}
