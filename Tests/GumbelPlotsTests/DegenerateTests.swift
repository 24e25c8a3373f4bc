import Testing
import _GumbelTestBytes

@testable import GumbelPlots

/// Data that leave an axis nothing to show must still give a picture, and wrong sizes a clear
/// message.
@Suite struct DegenerateTests {
  static let cases: [(String, any Panel)] = [
    ("empty map", HeatMap([])),
    ("map of empty rows", HeatMap([[], []])),
    ("map of one cell", HeatMap([[3]])),
    ("map of equal values", HeatMap([[2, 2], [2, 2]], scale: .sequential)),
    ("map of no numbers", HeatMap([[.nan, .infinity, -.infinity]])),
    ("map of a single range", HeatMap([[1, 2]], range: 1...1)),
    ("map of an infinite range", HeatMap([[1, 2]], range: -.infinity...(.infinity))),
    ("map of a single column range", HeatMap([[1, 2]], columnRange: 5...5)),
    ("map of huge values", HeatMap([[1e308, -1e308]])),
    ("empty chart", ChartPanel([])),
    ("empty log chart", ChartPanel([], x: ChartPanel.Axis(isLogarithmic: true))),
    ("chart of no points", ChartPanel([.line(y: []), .points(x: [], y: [], labels: [])])),
    ("chart of one point", ChartPanel([.line(y: [5])])),
    ("chart of one value", ChartPanel([.line(y: [5, 5, 5])])),
    ("chart of zeros", ChartPanel([.line(y: [0, 0, 0])])),
    ("chart of no numbers", ChartPanel([.line(y: [.nan, .infinity])])),
    ("chart of huge values", ChartPanel([.line(y: [1.7e308, -1.7e308, 0])])),
    ("chart of tiny values", ChartPanel([.line(x: [0, 0x1p-1074], y: [0x1p-1040, 0x1p-1030])])),
    (
      "log chart of extremes",
      ChartPanel([.line(y: [0x1p-1074, 1.7e308])], y: ChartPanel.Axis(isLogarithmic: true))
    ),
    (
      "log chart of one value", ChartPanel([.line(y: [7])], y: ChartPanel.Axis(isLogarithmic: true))
    ),
    (
      "log chart of negative values",
      ChartPanel(
        [.line(y: [-1, 0]), .histogram(edges: [0, 1], heights: [1])],
        x: ChartPanel.Axis(isLogarithmic: true), y: ChartPanel.Axis(isLogarithmic: true))
    ),
    ("chart of close values", ChartPanel([.line(y: [1, 1 + 1e-15])])),
    (
      "chart of a bad range",
      ChartPanel(
        [.line(y: [1, 2])], x: ChartPanel.Axis(range: 3...3),
        y: ChartPanel.Axis(isLogarithmic: true, range: -1...1))
    ),
    (
      "chart of an infinite range",
      ChartPanel([.line(y: [1])], y: ChartPanel.Axis(range: 0...(.infinity)))
    ),
    (
      "chart of distant points",
      ChartPanel(
        [.line(x: [1e300, -1e300], y: [1, 2]), .points(x: [0], y: [1e300], labels: ["a"])],
        x: ChartPanel.Axis(range: 0...1), y: ChartPanel.Axis(range: 0...1))
    ),
    ("histogram without bars", ChartPanel([.histogram(edges: [1], heights: [])])),
    ("bars without categories", BarChart(categories: [], series: [("a", [])])),
    ("bars without series", BarChart(categories: ["a", "b"], series: [])),
    ("bars of zeros", BarChart(categories: ["a", "b"], series: [("s", [0, 0])])),
    ("bars of no numbers", BarChart(categories: ["a"], series: [("s", [.nan])], direction: .up)),
    ("bars beyond the range", BarChart(categories: ["a"], series: [("s", [9])], range: 20...30)),
    (
      "whiskers of no numbers",
      BarChart(
        categories: ["a", "b"], series: [("s", [1, .nan])], errors: [[.nan, .infinity]],
        range: 2...3)
    ),
    ("bars of huge values", BarChart(categories: ["a", "b"], series: [("s", [1e308, -1e308])])),
    (
      "many bars of no numbers",
      BarChart(
        categories: Array(repeating: "x", count: 900),
        series: [("s", Array(repeating: .nan, count: 900))])
    ),
    ("no images", ImageGrid([], imageWidth: 2, imageHeight: 2)),
    (
      "image of no numbers",
      ImageGrid([[.nan, 1, 0, .infinity]], imageWidth: 2, imageHeight: 2, range: 1...1)
    ),
    (
      "no room",
      ChartPanel([.line("a name", y: [1, 2])], title: "title", size: .init(width: 5, height: 5))
    ),
    ("no room for a map", HeatMap([[1, 2]], title: "title", size: .init(width: 0, height: 0))),
    ("negative size", HeatMap([[1, 2]], size: .init(width: -50, height: -50))),
  ]

  @Test(arguments: cases.indices)
  func everyCaseGivesAPicture(index: Int) throws {
    let (name, panel) = Self.cases[index]
    let figure = Figure(columns: [panel])
    let svg = figure.svg()
    #expect(svg.hasSuffix("</svg>\n"), "\(name)")
    #expect(!svg.contains("nan") && !svg.contains("inf"), "\(name)")
    // Small, since only whether it can be drawn at all is in question.
    let image = try DecodedPNG(figure.png(scale: 0.25))
    #expect(image.pixels.count > 0, "\(name)")
  }

  @Test(arguments: ["empty map", "empty chart", "chart of no numbers", "bars without categories"])
  func nothingToShowIsSaid(name: String) throws {
    let (_, panel) = try #require(Self.cases.first { $0.0 == name })
    #expect(Figure(columns: [panel]).svg().contains(">no data</text>"))
  }

  @Test func figuresWithoutPanels() throws {
    for figure in [Figure(grid: []), Figure(columns: []), Figure(grid: [[], []], title: "t")] {
      #expect(figure.svg().contains("<svg"))
      #expect(try DecodedPNG(figure.png()).width > 0)
    }
  }

  @Test func rowsOfDifferentLengthTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = HeatMap([[1, 2], [3]])
    }
    expect(result, says: "HeatMap: row 1 has 1 values; expected 2, as in row 0")
  }

  @Test func wrongNumbersOfLabelsTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = HeatMap([[1, 2]], rowLabels: ["a", "b"])
    }
    expect(result, says: "HeatMap: 2 row labels; expected 1")
  }

  @Test func linesOfDifferentLengthTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ChartPanel.Mark.line("loss", x: [1, 2, 3], y: [1])
    }
    expect(result, says: "ChartPanel: line \"loss\" has 3 x and 1 y; expected as many")
  }

  @Test func seriesOfWrongLengthTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = BarChart(categories: ["a"], series: [("s", [1, 2])])
    }
    expect(result, says: "BarChart: series \"s\" has 2 values; expected 1")
  }

  @Test func errorsOfWrongLengthTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = BarChart(categories: ["a"], series: [("s", [1])], errors: [[1, 2]])
    }
    expect(result, says: "BarChart: series \"s\" has 2 errors; expected 1")
  }

  @Test func imagesOfWrongSizeTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = ImageGrid([[1, 2, 3]], imageWidth: 2, imageHeight: 2)
    }
    expect(result, says: "ImageGrid: image 0 has 3 values; expected 2x2")
    let partial = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = ImageGrid(pixels: [1, 2, 3], imageWidth: 2, imageHeight: 1)
    }
    expect(partial, says: "ImageGrid: 3 values do not fill images of 2x1 pixels")
  }

  @Test func scalesThatMakeNoPictureTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Figure(columns: [ChartPanel([])]).png(scale: 0)
    }
    expect(result, says: "Drawing: scale 0.0; expected a positive number")
  }

  private func expect(
    _ result: ExitTest.Result?, says message: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard let result else { return }
    let text = String(decoding: result.standardErrorContent, as: UTF8.self)
    // A release build leaves the messages of preconditions out.
    #if DEBUG
      #expect(text.contains(message), sourceLocation: sourceLocation)
    #endif
  }
}
