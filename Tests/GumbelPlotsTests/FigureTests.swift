import Foundation
import Testing
import _GumbelTestBytes

@testable import GumbelPlots

/// Whole figures as text, and what both formats have in common.
@Suite struct FigureTests {
  /// A run that converges: the difference of each category fades to zero.
  static let fading: [[Double]] = [0.4, 0.4, 0.2, -0.2, -0.8].map { start in
    (0..<50).map { start * (1 - Double($0) / 50) }
  }

  @Test func learnedDistribution() throws {
    let figure = Figure(columns: [
      HeatMap(
        Self.fading, columnRange: 1...50, title: "Learned − true", xLabel: "epoch",
        yLabel: "category", range: -2...2, colorBarLabel: "difference"),
      BarChart(
        categories: ["0", "1", "2", "3", "4"],
        series: [
          ("learned", [0.0017, 0.0019, 0.0847, 0.3386, 0.5731]), ("true", [0, 0, 0.1, 0.3, 0.6]),
        ], title: "Last epoch", valueLabel: "probability"),
    ])
    try expectSnapshot(figure.svg(), named: "learned-distribution")
  }

  @Test func chartOfAllMarks() throws {
    let x = [1.0, 10, 20, 30]
    let figure = Figure(
      grid: [
        [
          ChartPanel(
            [
              .band("mean", x: x, lower: [0.5, 1, 2, 4], upper: [2, 4, 8, 16]),
              .line("mean", x: x, y: [1, 2, 4, 8]),
              .line("other", x: x, y: [9, 5, .nan, 1], dash: .dashed),
              .rule("limit", y: 3),
            ], title: "Lines", x: "epoch", y: ChartPanel.Axis("variance", isLogarithmic: true)),
          ChartPanel(
            [
              .histogram("draws", edges: [0, 1, 2, 4], heights: [0.3, 0.4, 0.15]),
              .line("density", x: [0, 1, 2, 3, 4], y: [0.2, 0.4, 0.3, 0.2, 0.1]),
            ], title: "Histogram"),
        ],
        [
          ChartPanel(
            [
              .points("words", x: [-1, 0, 1], y: [2, -2, 0], labels: ["cat", "dog", "Å <&>"]),
              .rule(x: 0.5), .step("steps", x: [-1, 0, 1], y: [-2, 0, 2], dash: .dotted),
            ], title: "Points")
        ],
      ], title: "All marks")
    try expectSnapshot(figure.svg(), named: "marks")
  }

  @Test func categories() throws {
    let names = ["Gumbel-softmax", "straight-through", "score function", "pathwise"]
    let figure = Figure(rows: [
      BarChart(
        categories: names, series: [("bias", [0.5, -0.25, 0, .nan]), ("error", [1, 2, 3, 4])],
        valueLabel: "size", direction: .up),
      HeatMap(
        [[0, 1, .nan], [0.5, 2, -1]], rowLabels: ["a", "b"], columnLabels: ["x", "y", "z"],
        range: 0...1, scale: .sequential),
    ])
    try expectSnapshot(figure.svg(), named: "categories")
  }

  @Test func images() throws {
    let images = (0..<5).map { index in (0..<12).map { Double($0 + index) / 16 } }
    let figure = Figure(columns: [
      ImageGrid(
        images, imageWidth: 4, imageHeight: 3, columns: 3,
        captions: ["0", "1", "2", "three and more", "4"], title: "Samples", pixelSize: 10)
    ])
    try expectSnapshot(figure.svg(), named: "images")
    let flat = Figure(columns: [
      ImageGrid(
        pixels: images.flatMap { $0.map(Float.init) }, imageWidth: 4, imageHeight: 3, columns: 3,
        captions: ["0", "1", "2", "three and more", "4"], title: "Samples", pixelSize: 10)
    ])
    #expect(flat.svg() == figure.svg())
  }

  /// Both backends show the same drawing: its size, at any scale, is that of the document.
  @Test(arguments: [0.5, 1, 2, 3])
  func sizesAgree(scale: Double) throws {
    let figure = Figure(columns: [
      ChartPanel([.line(y: [1, 2])], size: Drawing.Size(width: 200, height: 100)),
      ChartPanel([.line(y: [1, 2])], size: Drawing.Size(width: 150, height: 120)),
    ])
    #expect(figure.svg().contains("width=\"400\" height=\"148\" viewBox=\"0 0 400 148\""))
    let image = try DecodedPNG(figure.png(scale: scale))
    #expect((image.width, image.height) == (Int(400 * scale), Int(148 * scale)))
    #expect(image.density == Int((scale * 96 / 0.0254).rounded()))
  }

  /// The rows of a heat map continue in the bars beside it, whatever their own labels need.
  @Test func plotAreasAlign() {
    struct Probe: Panel {
      let own: Drawing.Margins
      let size = Drawing.Size(width: 100, height: 100)
      let title = ""
      let summary = ""
      func margins(in size: Drawing.Size) -> Drawing.Margins { own }
      func draw(
        in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
      ) {
        drawing.fill(plotArea, .black)
      }
    }
    func probe(_ margin: Double) -> Probe {
      Probe(own: .init(top: margin, right: margin, bottom: margin, left: margin))
    }
    let drawing = Figure(grid: [[probe(5), probe(20)], [probe(10), probe(0)]]).drawing()
    let areas = drawing.elements.compactMap { element in
      if case .rectangles(let areas, _) = element { areas.first } else { nil }
    }
    #expect(
      areas == [
        Drawing.Rectangle(x: 24, y: 34, width: 80, height: 60),
        Drawing.Rectangle(x: 156, y: 34, width: 60, height: 60),
        Drawing.Rectangle(x: 24, y: 146, width: 80, height: 80),
        Drawing.Rectangle(x: 156, y: 146, width: 60, height: 80),
      ])
  }

  /// A document is what it was: nothing in it depends on time, memory or the order of a set.
  @Test func sameInputGivesSameOutput() {
    let make = {
      Figure(columns: [
        HeatMap(Self.fading), ChartPanel([.line("a", y: [1, 2]), .line("b", y: [2, 1])]),
      ])
    }
    #expect(make().svg() == make().svg())
    #expect(make().png(scale: 0.5) == make().png(scale: 0.5))
  }

  @Test func accessibleText() {
    let svg = Figure(columns: [
      HeatMap([[0, 1], [2, 3]], title: "A & B", range: 0...3),
      ChartPanel([.line("loss", y: [1])], title: "C", x: "epoch", y: "nats"),
    ]).svg()
    #expect(svg.contains("role=\"img\""))
    #expect(svg.contains("<title>A &amp; B; C</title>"))
    #expect(
      svg.contains(
        "<desc>Heat map of 2 rows and 2 columns, colours from 0 to 3. "
          + "Chart of nats over epoch: loss.</desc>"))
  }
}
