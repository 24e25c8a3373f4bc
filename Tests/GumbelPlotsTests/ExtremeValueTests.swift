import Testing

@testable import GumbelPlots

/// Whatever numbers a file or a run holds, and however many, there is a picture.
@Suite struct ExtremeValueTests {
  static let values: [Double] = [
    .nan, .infinity, -.infinity, 0, 0x1p-1074, -0x1p-1074, 1e-300, 1, 1 + 1e-15, -3, 1e17,
    1.7e308, -1.7e308, .greatestFiniteMagnitude,
  ]

  /// Every panel over two numbers, on both kinds of axes, found from them and given by them.
  private static func panels(_ a: Double, _ b: Double) -> [any Panel] {
    let range = a <= b ? a...b : nil
    let size = Drawing.Size(width: 120, height: 90)
    var panels: [any Panel] = []
    for isLogarithmic in [false, true] {
      let found = ChartPanel.Axis("axis", isLogarithmic: isLogarithmic)
      let given = ChartPanel.Axis("axis", isLogarithmic: isLogarithmic, range: range)
      let marks: [ChartPanel.Mark] = [
        .line("a", x: [a, b, 1], y: [b, a, 2], dash: .dashed), .step(x: [a, b], y: [a, b]),
        .band(x: [a, b], lower: [a, b], upper: [b, a]),
        .points(x: [a, b], y: [b, a], labels: ["p", "q"]),
        .histogram(edges: [a, b, a], heights: [a, b]), .rule(y: a), .rule(x: b, dash: .dotted),
      ]
      panels += marks.map { ChartPanel([$0], x: found, y: found, size: size) }
      panels += [
        ChartPanel(marks, x: found, y: found, size: size),
        ChartPanel(marks, x: given, y: given, size: size),
      ]
      panels.append(ChartPanel([.line(y: [a, 0, b])], x: given, y: found, size: size))
    }
    for direction in [BarChart.Direction.right, .up] {
      let series = [(name: "s", values: [a, b]), (name: "t", values: [b, 1])]
      panels += [nil, range].map {
        BarChart(
          categories: ["x", "y"], series: series, errors: [[b, a]], range: $0,
          direction: direction, size: size)
      }
    }
    for scale in [ColorScale.diverging, .sequential] {
      panels += [
        HeatMap([[a, b], [b, 1]], scale: scale, size: size),
        HeatMap([[a, b], [1, 2]], columnRange: range, range: range, scale: scale, size: size),
      ]
    }
    panels.append(
      ImageGrid([[a, b]], imageWidth: 2, imageHeight: 1, range: range ?? 0...1, pixelSize: 1e-300))
    return panels
  }

  @Test(arguments: values)
  func anyTwoNumbers(first: Double) throws {
    for second in Self.values {
      for panel in Self.panels(first, second) {
        let drawing = Figure(columns: [panel]).drawing()
        let svg = drawing.svg()
        #expect(svg.hasSuffix("</svg>\n"))
        #expect(!svg.contains("nan") && !svg.contains("\"inf"), "\(first) \(second)")
        #expect(drawing.bitmap(scale: 0.1).width > 0)
      }
    }
  }

  @Test func logarithmicAxisToTheLargestNumber() {
    for values in [[1, 1.7e308], [0x1p-1074, 1], [0x1p-1074, 1.7e308], [1e-3, 1e305]] {
      let chart = ChartPanel([.line(y: values)], y: ChartPanel.Axis(isLogarithmic: true))
      let svg = Figure(columns: [chart]).svg()
      #expect(svg.contains("10⁰</text>") || svg.contains("10⁻¹⁰⁰</text>"), "\(values)")
    }
  }

  @Test func anySizeOfPanel() {
    for size in [Double.nan, .infinity, -.infinity, -1, 0, 1e-300, 1e300] {
      let size = Drawing.Size(width: size, height: size)
      let panels: [any Panel] = [
        ChartPanel([.line("a", y: [1, 2])], title: "t", size: size),
        HeatMap([[1, 2], [3, 4]], title: "t", size: size),
        BarChart(categories: ["a"], series: [("s", [1])], title: "t", size: size),
      ]
      for panel in panels {
        #expect(Figure(columns: [panel]).svg().hasSuffix("</svg>\n"), "\(size)")
      }
    }
  }

  @Test func anyCoordinatesOfShapes() {
    for a in Self.values {
      for b in Self.values {
        var drawing = Drawing(size: Drawing.Size(width: 40, height: 40))
        let points = [(a, b), (b, a), (1, 2), (a, 1)].map { Drawing.Point(x: $0.0, y: $0.1) }
        for dash in [Drawing.Dash.solid, .dashed, .dotted] {
          drawing.stroke([points], Drawing.Stroke(.blue, width: 2, dash: dash))
        }
        drawing.fill([points], .green)
        drawing.fill(Drawing.Rectangle(x: a, y: b, width: b, height: a), .orange)
        drawing.text(Drawing.Text("text", at: points[0], size: 10, rotation: 30))
        let bitmap = Bitmap(width: 1, height: 1, channels: .gray, bytes: [9])
        drawing.image(bitmap, in: Drawing.Rectangle(x: 1, y: a, width: b, height: 1e-300))
        #expect(drawing.svg().hasSuffix("</svg>\n"))
        #expect(drawing.bitmap(scale: 1).width == 40)
      }
    }
  }

  /// Of very many, a picture shows what can be told apart.
  @Test func picturesOfManyStaySmall() {
    let count = 100_000
    let numbers = (0..<count).map { Double(($0 * 7919) % count) }
    let names = (0..<count).map { "name \($0)" }
    let panels: [any Panel] = [
      ChartPanel([.line(y: numbers)]), ChartPanel([.line(x: numbers, y: numbers.reversed())]),
      ChartPanel([.line(x: numbers, y: (0..<count).map(Double.init))]),
      ChartPanel([.points(x: numbers, y: (0..<count).map(Double.init), labels: names)]),
      ChartPanel([.histogram(edges: (0...count).map(Double.init), heights: numbers)]),
      ChartPanel(names.prefix(1000).map { .line($0, y: [1, 2]) }),
      BarChart(categories: names, series: [("s", numbers), ("t", numbers)]),
      BarChart(categories: names, series: [("s", numbers)], direction: .up),
      BarChart(
        categories: ["a"], series: names.prefix(1000).map { (name: $0, values: [1]) }),
      HeatMap(numbers.map { [$0, 1] }, rowLabels: names),
      HeatMap([numbers, numbers], columnLabels: names),
    ]
    for panel in panels {
      let size = Figure(columns: [panel]).svg().utf8.count
      #expect(size < 3_000_000, "\(panel.summary): \(size) bytes")
    }
  }

  @Test func areasOfMergedHistogramsAreKept() {
    let edges = (0...1000).map { Double($0) / 10 }
    let heights = (0..<1000).map { Double($0 % 17) }
    let (fewer, means) = merged(edges, heights, to: 90)
    #expect(means.count <= 90)
    let before = zip(heights, zip(edges, edges.dropFirst())).reduce(0) {
      $0 + $1.0 * ($1.1.1 - $1.1.0)
    }
    let after = zip(means, zip(fewer, fewer.dropFirst())).reduce(0) {
      $0 + $1.0 * ($1.1.1 - $1.1.0)
    }
    #expect((before - after).magnitude < 1e-9 * before)
  }

  /// The peak among very many bars is still the highest.
  @Test func noPeakIsLost() {
    var values = [Double](repeating: 1, count: 50_000)
    values[31_415] = 100
    let chart = BarChart(
      categories: values.map { _ in "" }, series: [("s", values)], range: 0...100, direction: .up)
    let plot = Drawing.Rectangle(x: 0, y: 0, width: 200, height: 100)
    var drawing = Drawing(size: chart.size)
    chart.draw(in: plot, plotArea: plot, on: &drawing)
    let tops = drawing.elements.flatMap { element in
      if case .polygons(let polygons, _) = element {
        polygons.joined().map(\.y)
      } else {
        [Double]()
      }
    }
    #expect(tops.min() == 0)
  }

  @Test func longLegendsSayHowManyAreLeftOut() {
    let marks = (0..<500).map { ChartPanel.Mark.line("series \($0)", y: [1, 2]) }
    let svg = Figure(columns: [ChartPanel(marks)]).svg()
    #expect(svg.contains("more</text>"))
    #expect(!svg.contains("series 499</text>"))
  }

  @Test(arguments: [
    ("a\u{202E}b", "a\\u{202e}b"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
    ("\u{FEFF}x\u{200B}", "\\u{feff}x\\u{200b}"), ("a\u{2028}b", "a\\u{2028}b"),
    ("👩\u{200D}🔬 שלום", "👩\u{200D}🔬 שלום"), ("a\u{AD}b", "a\\u{ad}b"),
  ])
  func nothingActsUnseen(text: String, shown: String) {
    let chart = ChartPanel(
      [.line(text, y: [1]), .points(x: [1], y: [1], labels: [text])], title: text,
      x: ChartPanel.Axis(text), y: ChartPanel.Axis(text))
    let bars = BarChart(categories: [text], series: [(text, [1])], title: text)
    let svg = Figure(columns: [chart, bars], title: text).svg()
    #expect(svg.contains(">\(shown)</text>"))
    if text != shown { #expect(!svg.contains(text)) }
  }
}
