import Testing

@testable import GumbelPlots

@Suite struct PageTests {
  @Test func textIsEscapedAndHTMLIsNot() {
    let page = HTMLPage(
      title: "a < b", body: "<p>yes</p>" + HTMLPage.command("cat <in"), footer: "<p>end</p>"
    ).html
    #expect(page.contains("<title>a &lt; b</title>") && page.contains("<h1>a &lt; b</h1>"))
    #expect(page.contains("<p>yes</p>") && page.contains("cat &lt;in</pre>"))
    #expect(page.contains("<footer>\n<p>end</p>\n</footer>"))
  }

  @Test func longCellsAreCut() {
    let cell = HTMLPage.cell(String(repeating: "x", count: 401))
    #expect(cell == String(repeating: "x", count: 400) + "…")
    #expect(HTMLPage.row(["1", "<"]) == "<tr><td>1</td><td>&lt;</td></tr>")
  }

  @Test func greysAreTurnedOverAndHuesStay() {
    let panel = ChartPanel([.line(y: [0, 1], color: .vermillion)], title: "t", x: "x", y: "y")
    let page = HTMLPage(
      title: "t", body: HTMLPage.figure(Figure(columns: [panel])), footer: ""
    ).html
    #expect(page.contains("svg [fill=\"#222\"] { fill: #") || page.contains("#222222\"] { fill: #"))
    #expect(!page.contains("[stroke=\"#d55e00\"]") && page.contains("stroke=\"#d55e00\""))
    #expect(DarkColors.onDarkPaper(0xFFFFFF) == 0x161616)
    #expect(DarkColors.onDarkPaper(0x000000) == 0xF4F4F4)
  }

  @Test func aFewOfManyRowsAreEvenlyChosen() {
    let (rows, note) = HTMLPage.some(of: Array(0...100), upTo: 5, unit: "rows")
    #expect(rows == [0, 25, 50, 75, 100])
    #expect(note.contains("Of 101 rows, 5 are shown"))
    #expect(HTMLPage.some(of: [1, 2], upTo: 5, unit: "rows").note.isEmpty)
  }

  @Test func returnPeriodsStandWhereTheReducedVariateHasThem() {
    // -log(-log(1 - 1/2))
    #expect(abs(ReturnPeriodAxis.place(2) - 0.366_512_920_581_664_3) < 1e-15)
    let axis = ReturnPeriodAxis(from: 1.1, to: 1000)
    let periods = axis.periods(10)
    #expect(periods.first == 1.1 && periods.last == 1000 && periods.count == 11)
    let places = periods.map(ReturnPeriodAxis.place)
    for (a, (b, c)) in zip(places, zip(places.dropFirst(), places.dropFirst(2))) {
      #expect(abs((c - b) - (b - a)) < 1e-9)
    }
    #expect(
      axis.ticks.map(\.label).starts(with: ["1.1", "1.5", "2", "5", "10", "20", "50", "100"]))
    #expect(ReturnPeriodAxis(from: 2, to: 1e30).ticks.last?.label == "10²⁸")
  }

  @Test func pointsOfTheTriangleHaveTheColourOfTheirLargestComponent() {
    let plot = TernaryPlot(
      points: [[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.2, 0.7, 0.1]], cornerLabels: ["a", "b", "c"],
      colors: [.blue, .vermillion, .green])
    #expect(plot.summary == "Triangle of 3 points.")
    let svg = Figure(columns: [plot]).svg()
    for color in ["#0072b2", "#d55e00"] { #expect(svg.contains("stroke=\"\(color)\"")) }
    #expect(!svg.contains("stroke=\"#009e73\""))
  }
}
