import GumbelCLibrary
import SwiftGumbel

/// The pictures of a fit.
struct FitPictures {
  let result: FitResult
  let name: String
  /// The values in ascending order with their shares of all weight.
  private let values, weights: [Double]
  private let points: FitPoints

  private static let size = Drawing.Size(width: 350, height: 290)

  init(result: FitResult) {
    self.result = result
    name = result.subject.name
    (values, weights) = result.fit.sortedData()
    points = FitPoints(result.fit)
  }

  var figure: Figure { Figure(columns: [density, quantiles, returnLevels]) }

  private var fit: GumbelFit { result.fit }

  /// The data as a histogram of area 1, and the fitted density.
  var density: ChartPanel {
    let low = max(min(values.first!, fit.quantile(at: 0.001)), -.greatestFiniteMagnitude)
    let high = min(max(values.last!, fit.quantile(at: 0.999)), .greatestFiniteMagnitude)
    let edges = binEdges()
    var heights = [Double](repeating: 0, count: edges.count - 1)
    var bin = 0
    for (value, weight) in zip(values, weights) {
      while bin < heights.count - 1, value >= edges[bin + 1] { bin += 1 }
      heights[bin] += weight / (edges[bin + 1] - edges[bin])
    }
    let x = Self.even(240, from: low, to: high)
    return ChartPanel(
      [
        .histogram("data", edges: edges, heights: heights, color: .skyBlue),
        .line("fit", x: x, y: x.map { exp(fit.logProbability(of: $0)) }, color: .vermillion),
      ], title: "Density", x: ChartPanel.Axis(name), y: "density", size: Self.size)
  }

  /// As wide as Freedman and Diaconis say, twice the interquartile range over the cube root of n,
  /// but not fewer than 5 bins nor more than 60.
  private func binEdges() -> [Double] {
    let (low, high) = (values.first!, values.last!)
    guard high > low else { return [low - fit.scale / 2, low + fit.scale / 2] }
    let n = values.count
    let spread = values[min(n * 3 / 4, n - 1)] - values[n / 4]
    let width = 2 * spread / cbrt(Double(n))
    let wished = (high - low) / width
    let count = wished < 60 ? Int(max(wished, 5).rounded(.up)) : 60
    return Self.even(count, from: low, to: high)
  }

  /// Points that divide a range, which may be wider than a Double is large.
  private static func even(_ count: Int, from low: Double, to high: Double) -> [Double] {
    (0...count).map { index in
      let share = Double(index) / Double(count)
      return low * (1 - share) + high * share
    }
  }

  /// The data against what the fit expects: points near the line agree.
  var quantiles: ChartPanel {
    let expected = points.probabilities.map { fit.quantile(at: $0) }
    let found = points.values
    let ends = [min(expected.min()!, found.min()!), max(expected.max()!, found.max()!)]
    return ChartPanel(
      [
        .line("agreement", x: ends, y: ends, color: .gray, width: 1.25),
        .points(name, x: expected, y: found, color: .blue, size: found.count > 300 ? 3 : 4.5),
      ], title: "Quantiles", x: "expected by the fit", y: "data", size: Self.size)
  }

  /// The level passed once in a period, with its interval, and the data at their own periods.
  ///
  /// The axis of periods is that of Gumbel's paper: it is even in -log(-log(1 - 1/T)), in which the
  /// levels of a Gumbel distribution are a straight line.
  var returnLevels: ChartPanel {
    let periods = points.returnPeriods
    let longest = min(
      max(result.returnLevels.map(\.period).max() ?? 0, periods.max()!, 20) * 1.2, 1e300)
    let axis = ReturnPeriodAxis(from: min(1.05, periods.min()!), to: longest)
    let x = axis.periods(48)
    let places = x.map(ReturnPeriodAxis.place)
    // Profiles of so many levels take long where there are many values, and are hardly different.
    var method = result.intervalMethod
    if case .profileLikelihood = method, values.count > 20_000 { method = .wald }
    let ranges = x.map {
      fit.interval(for: .returnLevel(period: $0), confidence: result.confidence, by: method)
    }
    let interval = "\(NumberText.short(result.confidence * 100)) % interval"
    return ChartPanel(
      [
        .band(
          interval, x: places, lower: ranges.map(\.lowerBound), upper: ranges.map(\.upperBound),
          color: .vermillion),
        .line("fit", x: places, y: x.map { fit.returnLevel(period: $0) }, color: .vermillion),
        .points(
          "data", x: periods.map(ReturnPeriodAxis.place), y: points.values, color: .blue,
          size: periods.count > 300 ? 3 : 4.5),
      ], title: "Return levels",
      x: ChartPanel.Axis(
        "return period (\(result.subject.blocks?.unit ?? "values"))", periods: axis),
      y: ChartPanel.Axis(name), size: Self.size)
  }
}
