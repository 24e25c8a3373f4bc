import ArgumentParser
import SwiftGumbel

extension NumberNotation.DecimalMark: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument {
    case ".", "point": self = .point
    case ",", "comma": self = .comma
    default: return nil
    }
  }

  public static var allValueStrings: [String] { [".", ","] }
}
