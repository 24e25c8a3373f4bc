/// Labels as they come in a column of text.
struct LabelTable {
  /// The most classes: labels are whole numbers below it, or as many different texts.
  static let limit = 65536
  /// The most bytes of all their names.
  static let nameLimit = 1 << 24

  private var positions: [String: Int32] = [:]
  private var nameBytes = 0
  private var found: [Int32] = []

  /// Adds the label of the next image; what is wrong if it makes too many classes, or too long ones.
  mutating func add(_ text: String) -> DataProblem? {
    if let position = positions[text] {
      found.append(position)
      return nil
    }
    if positions.count == Self.limit { return .tooManyCategories(limit: Self.limit) }
    nameBytes += text.utf8.count
    if nameBytes > Self.nameLimit { return .categoryNamesTooLong(limit: Self.nameLimit) }
    found.append(Int32(positions.count))
    positions[text] = Int32(positions.count)
    return nil
  }

  /// The labels as they stand if all are whole numbers, or else numbered in the order of their
  /// names.
  func labels() -> (labels: [Int32], classNames: [String]?) {
    var values = [Int32](repeating: 0, count: positions.count)
    var areNumbers = true
    for (text, position) in positions {
      if let number = decimalNumber(text), number >= 0, number < Double(Self.limit),
        number == number.rounded()
      {
        values[Int(position)] = Int32(number)
      } else {
        areNumbers = false
      }
    }
    if areNumbers { return (found.map { values[Int($0)] }, nil) }
    let names = positions.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    for (index, name) in names.enumerated() { values[Int(positions[name]!)] = Int32(index) }
    return (found.map { values[Int($0)] }, names)
  }
}
