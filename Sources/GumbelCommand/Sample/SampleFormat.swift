import ArgumentParser

/// How samples are written.
enum SampleFormat: String, ExpressibleByArgument, CaseIterable {
  case text, csv, json, npy

  /// The format that a file's name asks for.
  init?(forPath path: String) {
    guard let dot = path.lastIndex(of: "."), path[dot...] != ".text" else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// What stands around and between samples.
  struct Layout {
    var rowOpening = ""
    var rowClosing = "\n"
    var rowSeparator = ""
    /// Between the samples of a row.
    var separator = "\n"
    /// Around a sample of several values, and between these.
    var opening = ""
    var closing = ""
    var inner = " "
  }

  /// - Parameters:
  ///   - isBatch: Whether samples come from several rows of logits.
  ///   - isTuple: Whether a sample is more than one value.
  func layout(isBatch: Bool, isTuple: Bool) -> Layout {
    var layout = Layout()
    switch self {
    case .json:
      layout = Layout(
        rowOpening: isBatch ? "[" : "", rowClosing: isBatch ? "]" : "",
        rowSeparator: ",", separator: ",", opening: "[", closing: "]", inner: ",")
    case .csv:
      layout.inner = ","
      // One value a line would leave open where a row ends.
      if isBatch, !isTuple { layout.separator = "," }
    case .text:
      if isBatch, !isTuple { layout.separator = " " }
    case .npy:
      layout = Layout(rowClosing: "", separator: "", inner: "")
    }
    return layout
  }
}
