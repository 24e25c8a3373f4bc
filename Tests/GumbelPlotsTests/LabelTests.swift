import Testing

@testable import GumbelPlots

@Suite struct LabelTests {
  @Test(arguments: [
    (20.0, 12.0, 1), (12, 12, 1), (11, 12, 2), (5, 12, 5), (2.2, 12, 10), (0.28, 12, 50),
    (0.1, 12, 200), (0, 12, 1),
  ])
  func thinningSteps(spacing: Double, extent: Double, expected: Int) {
    #expect(LabelThinning.step(spacing: spacing, extent: extent) == expected)
  }

  /// Of any number of rows, labels never touch, and none is left out without need.
  @Test(arguments: [1, 2, 5, 27, 100, 1000])
  func rowLabelsNeverOverlap(count: Int) {
    let map = HeatMap((0..<count).map { _ in [0.0] })
    let baselines = texts(Figure(columns: [map])).filter { $0.anchor == .end }.map(\.position.y)
    for (upper, lower) in zip(baselines, baselines.dropFirst()) {
      #expect(lower - upper >= Theme.labelSize)
    }
    #expect(baselines.count >= min(count, 9))
  }

  /// The same across: whatever the columns are called, labels leave each other room.
  @Test(arguments: [1, 2, 5, 27, 100, 1000])
  func columnLabelsNeverOverlap(count: Int) {
    let names = (0..<count).map { "\($0)" }
    let chart = BarChart(
      categories: names, series: [("", names.map { _ in 1 })], direction: .up)
    let labels = texts(Figure(columns: [chart])).filter { $0.anchor == .middle }
    for (left, right) in zip(labels, labels.dropFirst()) {
      let half = { TextMetrics.width(of: $0, size: Theme.labelSize) / 2 }
      #expect(right.position.x - half(right.string) > left.position.x + half(left.string))
    }
    #expect(labels.count >= min(count, 5))
  }

  @Test func longNamesSlantAndVeryLongOnesAreCut() {
    let names = [
      "straight-through estimator", "score function", String(repeating: "long ", count: 20),
    ]
    let chart = BarChart(categories: names, series: [("", [1, 2, 3])], direction: .up)
    let slanted = texts(Figure(columns: [chart])).filter { $0.rotation == -45 }.map(\.string)
    #expect(slanted.count == 3)
    #expect(slanted[0] == names[0])
    #expect(slanted[2].hasSuffix("…"))
  }

  @Test func widthsAreHelveticas() {
    // H, a, m, b, u, r, g, a space, 1 and 0.
    let widths: [Double] = [722, 556, 833, 556, 556, 333, 556, 278, 556, 556]
    #expect(TextMetrics.width(of: "Hamburg 10", size: 1000) == widths.reduce(0, +))
    #expect(TextMetrics.width(of: "é", size: 10) == TextMetrics.width(of: "e", size: 10))
    #expect(TextMetrics.width(of: "e\u{301}", size: 10) == TextMetrics.width(of: "e", size: 10))
    #expect(TextMetrics.width(of: "日", size: 10) == 10)
  }

  @Test(arguments: ["", "a", "a long name of a category", "日本語のとても長い名前です", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"])
  func truncatedTextFits(text: String) {
    for limit in [0.0, 5, 20, 35, 60, 500] {
      let short = TextMetrics.truncated(text, to: limit, size: 10)
      #expect(TextMetrics.width(of: short, size: 10) <= limit)
      #expect(
        short == text || short.isEmpty || (short.hasSuffix("…") && text.hasPrefix(short.dropLast()))
      )
    }
    #expect(TextMetrics.truncated(text, to: 500, size: 10) == text)
  }

  @Test func legendMovesBelowATitleThatLeavesNoRoom() {
    let marks = ["first", "second", "third"].map { ChartPanel.Mark.line($0, y: [1, 2]) }
    func titles(_ title: String) -> (title: Double, entries: [Double]) {
      let all = texts(Figure(columns: [ChartPanel(marks, title: title)]))
      return (
        all.first { $0.isBold }!.position.y,
        all.filter { ["first", "second", "third"].contains($0.string) }.map(\.position.y)
      )
    }
    let short = titles("Losses")
    #expect(short.entries.allSatisfy { abs($0 - short.title) < 3 })
    let long = titles("Losses of both players, averaged over a hundred batches")
    #expect(long.entries.allSatisfy { $0 > long.title + 10 })
  }

  private func texts(_ figure: Figure) -> [Drawing.Text] {
    figure.drawing().elements.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }
}
