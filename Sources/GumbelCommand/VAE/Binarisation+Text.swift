import SwiftGumbel

extension Binarisation {
  /// Reads none, threshold, threshold:x, fixed or dynamic; nil where the text is none of these.
  init?(text: String) {
    switch text {
    case "none": self = .none
    case "threshold": self = .threshold(at: 0.5)
    case "fixed": self = .fixed
    case "dynamic": self = .dynamic
    default:
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "threshold", let least = Float(parts[1]),
        (0...1).contains(least)
      else { return nil }
      self = .threshold(at: least)
    }
  }

  /// As options write it.
  var text: String {
    switch self {
    case .none: "none"
    case .threshold(at: 0.5): "threshold"
    case .threshold(let least): "threshold:\(least)"
    case .fixed: "fixed"
    case .dynamic: "dynamic"
    }
  }
}
