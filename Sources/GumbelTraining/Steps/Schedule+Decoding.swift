import GumbelFiles

/// As JSON: `{"initial":1,"form":{"geometric":{"end":0.5,"steps":1080}},"every":10}`.
extension Schedule {
  private enum Key: String, CodingKey { case initial, form, every }
  private enum FormKey: String, CodingKey, CaseIterable {
    case constant, exponential, linear, cosine, geometric
  }
  private enum PartKey: String, CodingKey { case rate, floor, end, steps }

  /// Larger numbers would be infinite as float32.
  private static let largest = 1e30
  private static let steps = 1...Int(Int32.max)

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let initial = try values.number(.initial, -Self.largest...Self.largest)
    let every = try values.count(.every, Self.steps)
    let forms = try values.nestedContainer(keyedBy: FormKey.self, forKey: .form)
    guard forms.allKeys.count == 1 else {
      let names = FormKey.allCases.map(\.rawValue).joined(separator: ", ")
      throw values.unexpected(.form, "an object with one of \(names)")
    }
    let key = forms.allKeys[0]
    let parts = try forms.nestedContainer(keyedBy: PartKey.self, forKey: key)
    func end() throws -> Double { try parts.number(.end, -Self.largest...Self.largest) }
    func steps() throws -> Int { try parts.count(.steps, Self.steps) }
    let form: Form
    switch key {
    case .constant: form = .constant
    case .exponential:
      form = .exponential(
        rate: try parts.number(.rate, 0...Self.largest),
        floor: try parts.number(.floor, -Self.largest...Self.largest))
    case .linear: form = .linear(end: try end(), steps: try steps())
    case .cosine: form = .cosine(end: try end(), steps: try steps())
    case .geometric:
      guard initial > 0 else { throw values.unexpected(.initial, "a number above 0") }
      form = .geometric(end: try parts.positive(.end), steps: try steps())
    }
    self.init(checked: initial, form, every: every)
  }
}
