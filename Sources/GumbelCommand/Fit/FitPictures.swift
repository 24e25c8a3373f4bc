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
    points = FitPoints(result.fit, result.position)
  }

  var figure: Figure {
    let rows = [time.map { [$0] }, choiceOfThreshold].compactMap(\.self)
    return Figure(grid: [[density, quantiles, returnLevels]] + rows)
  }

  /// The values where they were measured; nil where that is not known.
  var time: ChartPanel? { FitTimePicture(result, size: Self.size)?.panel }

  private var fit: any FittedExtremeValueModel { result.fit }

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
    guard high > low else {
      let scale = result.parameters.first { $0.parameter.name == "scale" }!.parameter.estimate
      return [low - scale / 2, low + scale / 2]
    }
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
    // Of exceedances some come more often than once in a unit, which the paper does not have.
    let isOnPaper = points.returnPeriods.map { $0 > 1.0001 || fit.periodsPerValue == 1 }
    let periods = zip(points.returnPeriods, isOnPaper).filter(\.1).map(\.0)
    let found = zip(points.values, isOnPaper).filter(\.1).map(\.0)
    let longest = min(
      max(result.returnLevels.map(\.period).max() ?? 0, periods.max() ?? 0, 20) * 1.2, 1e300)
    let first = max(min(1.05, periods.min() ?? 1.05), fit.periodsPerValue * 1.0001)
    let axis = ReturnPeriodAxis(from: max(first, 1 + 1e-9), to: longest)
    let x = axis.periods(48)
    let places = x.map(ReturnPeriodAxis.place)
    // Profiles of so many levels take long where there are many values, and are hardly different.
    var method = result.model.intervals
    if result.model.cost * Double(values.count) > 20_000, case .profileLikelihood = method {
      method = .wald
    }
    let ranges = x.map {
      fit.interval(
        for: .returnLevel(period: $0), confidence: result.confidence, by: method)
    }
    let interval = "\(NumberText.short(result.confidence * 100)) % interval"
    return ChartPanel(
      [
        .band(
          interval, x: places, lower: ranges.map(\.lowerBound), upper: ranges.map(\.upperBound),
          color: .vermillion),
        .line("fit", x: places, y: x.map { fit.returnLevel(period: $0) }, color: .vermillion),
        .points(
          "data", x: periods.map(ReturnPeriodAxis.place), y: found, color: .blue,
          size: periods.count > 300 ? 3 : 4.5),
      ], title: "Return levels",
      x: ChartPanel.Axis(
        "return period (\(result.subject.periodUnit))", periods: axis),
      y: ChartPanel.Axis(name), size: Self.size)
  }

  /// The mean excess and the parameters at other thresholds; nil unless there is one.
  var choiceOfThreshold: [ChartPanel]? {
    guard let points = result.model.exceedances?.diagnostics?.points, points.count > 1
    else { return nil }
    let deviate = 1.959964
    func panel(
      _ title: String, _ label: String,
      _ found: [(x: Double, value: Double, error: Double)]
    ) -> ChartPanel {
      let x = found.map(\.x)
      return ChartPanel(
        [
          .band(
            "95 % interval", x: x, lower: found.map { $0.value - deviate * $0.error },
            upper: found.map { $0.value + deviate * $0.error }, color: .vermillion),
          .line("estimate", x: x, y: found.map(\.value), color: .vermillion),
        ], title: title, x: ChartPanel.Axis("threshold"), y: ChartPanel.Axis(label), size: Self.size
      )
    }
    let fitted = points.filter {
      $0.fit.map { $0.standardError(of: .shape).isFinite } ?? false && $0.modifiedScale != nil
    }
    return [
      panel(
        "Mean excess", "mean of what exceeds",
        points.map { ($0.threshold, $0.meanExcess, $0.meanExcessError) }),
      panel(
        "Shape", "shape",
        fitted.map { ($0.threshold, $0.fit!.shape, $0.fit!.standardError(of: .shape)) }),
      panel(
        "Modified scale", "scale − shape · threshold",
        fitted.map { ($0.threshold, $0.modifiedScale!.value, $0.modifiedScale!.error) }),
    ]
  }
}
