/// Runs of one to so many characters as numbers, the same for equal runs; nothing is hashed without
/// being compared.
struct NGrams {
  /// A text's runs of each length, from 1 on, in order of their numbers.
  typealias Runs = [[Int32]]

  let orders: Int
  private var characters: [Unicode.Scalar: Int32] = [:]
  /// By a run's length less 1: the number of a run, by that of all but its last character and by
  /// that character.
  private var numbers: [[UInt64: Int32]]

  init(orders: Int) {
    self.orders = orders
    numbers = Array(repeating: [:], count: orders)
  }

  /// How many different runs of a length there are so far.
  func count(order: Int) -> Int { numbers[order - 1].count }

  mutating func runs(of text: String) -> Runs {
    let last = text.unicodeScalars.map { scalar -> Int32 in
      if let known = characters[scalar] { return known }
      let number = Int32(characters.count)
      characters[scalar] = number
      return number
    }
    var result: Runs = []
    // Before the first character stands the empty run, number 0.
    var current = [Int32](repeating: 0, count: last.count + 1)
    for order in 0..<orders {
      guard last.count > order else {
        result.append([])
        continue
      }
      current = (0..<(last.count - order)).map { start in
        let key =
          UInt64(UInt32(bitPattern: current[start])) << 32
          | UInt64(UInt32(bitPattern: last[start + order]))
        if let known = numbers[order][key] { return known }
        let number = Int32(numbers[order].count)
        numbers[order][key] = number
        return number
      }
      result.append(current.sorted())
    }
    return result
  }
}

extension NGrams {
  /// Calls `body` with each different number of a sorted list, and how often it is there.
  static func forEachCount(_ runs: [Int32], _ body: (_ number: Int, _ count: Int32) -> Void) {
    var start = 0
    while start < runs.count {
      var end = start + 1
      while end < runs.count, runs[end] == runs[start] { end += 1 }
      body(Int(runs[start]), Int32(end - start))
      start = end
    }
  }
}
