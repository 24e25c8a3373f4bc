import ArgumentParser
import SwiftGumbel

/// The decimal mark of numbers.
enum DecimalOption: String, ExpressibleByArgument {
  case point = "."
  case comma = ","

  init?(argument: String) {
    switch argument {
    case ".", "point": self = .point
    case ",", "comma": self = .comma
    default: return nil
    }
  }

  static var allValueStrings: [String] { [".", ","] }

  var mark: NumberNotation.DecimalMark { self == .point ? .point : .comma }
}
