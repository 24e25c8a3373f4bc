/// One picture of a ``Figure``: a plot area with a title, axes and labels around it.
///
/// A figure aligns the plot areas of its panels, so that rows of a heat map continue in the bars
/// beside it. To make a panel of your own, say how much room it needs and draw it.
public protocol Panel: Sendable {
  /// The room that the panel would like, labels included, in points.
  var size: Drawing.Size { get }
  /// The heading; may be empty.
  var title: String { get }
  /// One sentence on what is shown, for those who cannot see it.
  var summary: String { get }
  /// What the labels need around the plot area of a panel of `size`.
  func margins(in size: Drawing.Size) -> Drawing.Margins
  /// Draws everything: `panel` is the whole room, `plotArea` what is left within the margins,
  /// which are those asked for or wider.
  func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing)
}

extension Panel {
  /// Names in a sentence, of many the first.
  func summed(_ names: [String]) -> String {
    let shown = names.prefix(20).map { String($0.prefix(80)) }.joined(separator: ", ")
    return names.count > 20 ? shown + " and \(names.count - 20) more" : shown
  }

  /// Says in the middle of the plot area that there is nothing to show.
  func drawEmpty(_ plotArea: Drawing.Rectangle, on drawing: inout Drawing) {
    drawing.text(
      "no data", at: Drawing.Point(x: plotArea.midX, y: plotArea.midY + 4), anchor: .middle,
      color: .gray)
  }
}
