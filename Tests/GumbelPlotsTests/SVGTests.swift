import Foundation
import Testing

@testable import GumbelPlots

@Suite struct SVGTests {
  @Test(arguments: [
    ("a < b & c > \"d\" 'e'", "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;"),
    ("two\nlines\tand\r", "two lines and "),
    ("\u{0}\u{1B}[31m\u{7F}\u{85}\u{FFFE}", "\\u{0}\\u{1b}[31m\\u{7f}\\u{85}\\u{fffe}"),
    ("]]> &amp; é 日本 👍", "]]&gt; &amp;amp; é 日本 👍"),
  ])
  func escaping(text: String, expected: String) {
    #expect(xmlEscaped(text) == expected)
  }

  /// Hostile text in every place that takes any leaves a document that parses, and comes back.
  @Test func hostileTextStaysText() throws {
    let text = "</text><script>\"'&\u{0}\u{8}]]>"
    let svg = Figure(
      columns: [
        HeatMap(
          [[1]], rowLabels: [text], columnLabels: [text], title: text, xLabel: text, yLabel: text,
          colorBarLabel: text, size: Drawing.Size(width: 900, height: 700)),
        ChartPanel(
          [.points(text, x: [1], y: [1], labels: [text])], title: text,
          x: ChartPanel.Axis(text), y: ChartPanel.Axis(text),
          size: Drawing.Size(width: 900, height: 700)),
        BarChart(
          categories: [text], series: [(text, [1])], title: text, categoryLabel: text,
          valueLabel: text, size: Drawing.Size(width: 900, height: 700)),
      ], title: text
    ).svg()
    #expect(!svg.contains("<script"))
    #expect(!svg.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
    #expect(svg.components(separatedBy: "&lt;/text&gt;&lt;script&gt;").count > 12)
  }

  @Test(arguments: [
    (0.0, "0"), (-0.0, "0"), (-0.001, "0"), (1, "1"), (-1, "-1"), (0.5, ".5"), (-0.25, "-.25"),
    (0.05, ".05"), (-10.1, "-10.1"), (12.345, "12.35"), (2.999, "3"), (.nan, "0"),
    (.infinity, "0"), (1e300, "1000000000"),
  ])
  func numbers(value: Double, expected: String) {
    #expect(svgNumber(value) == expected)
  }

  @Test func base64OfAllLengths() {
    for count in 0..<40 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
      #expect(base64(bytes) == Data(bytes).base64EncodedString())
    }
  }

  @Test func colorsAreShort() {
    #expect(Drawing.Color.white.hexadecimal == "#fff")
    #expect(Drawing.Color(0x112233).hexadecimal == "#123")
    #expect(Drawing.Color(0x0072B2).hexadecimal == "#0072b2")
  }

  @Test func elements() {
    var drawing = Drawing(size: Drawing.Size(width: 10, height: 20))
    let points = [(1, 1), (2, 1), (2, 2.5)].map { Drawing.Point(x: $0.0, y: $0.1) }
    drawing.fill(Drawing.Rectangle(x: 1, y: 2, width: 3, height: 4), .black)
    drawing.fill(
      [
        Drawing.Rectangle(x: 0, y: 0, width: 1, height: 1),
        Drawing.Rectangle(x: 2, y: 0, width: 1, height: 1),
      ], .black.opacity(0.5))
    drawing.fill([points], .white)
    drawing.stroke([points, [points[0]]], Drawing.Stroke(.black, width: 2, dash: .dashed))
    drawing.text(Drawing.Text("t", at: points[0], anchor: .end, isBold: true, rotation: -90))
    let body = drawing.svg().split(separator: "\n").dropFirst(2).dropLast()
    #expect(
      Array(body) == [
        "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" fill=\"#000\"/>",
        "<path d=\"M0 0H1V1H0zM2 0H3V1H2z\" fill=\"#000\" fill-opacity=\".5\"/>",
        "<path d=\"M1 1L2 1 2 2.5z\" fill=\"#fff\"/>",
        "<path d=\"M1 1L2 1 2 2.5M1 1h0\" fill=\"none\" stroke=\"#000\" stroke-width=\"2\" "
          + "stroke-dasharray=\"6 6\"/>",
        "<text x=\"1\" y=\"1\" font-size=\"11\" text-anchor=\"end\" font-weight=\"bold\" "
          + "fill=\"#222\" transform=\"rotate(-90 1 1)\">t</text>",
      ])
  }

  /// A map of 200,000 cells is one small image, not 200,000 shapes.
  @Test func largeHeatMapsAreCompact() {
    let map = HeatMap(
      (0..<1000).map { row in (0..<200).map { Double(row % 7) / 7 - Double($0) / 200 } })
    let svg = Figure(columns: [map]).svg()
    #expect(svg.utf8.count < 100_000)
    #expect(svg.components(separatedBy: "<image").count == 3)
  }
}
