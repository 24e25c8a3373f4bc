/// Labels as they come in a column of text.
struct LabelTable {
  /// The most classes: labels are whole numbers below it, or as many different texts.
  static let limit = 65536

  private var positions: [String: Int32] = [:]
  private var found: [Int32] = []

  /// Adds the label of the next image; false if it makes too many classes.
  mutating func add(_ text: String) -> Bool {
    let position = positions[text] ?? Int32(positions.count)
    if position == Self.limit { return false }
    positions[text] = position
    found.append(position)
    return true
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
