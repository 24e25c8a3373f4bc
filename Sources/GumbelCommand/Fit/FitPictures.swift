import Gumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The pictures of a fit.
struct FitPictures {
  let result: FitResult
  let name: String
  /// The values in ascending order with their shares of all weight, and the probability of less
  /// than each.
  private let values, weights, middles: [Double]

  private static let size = Drawing.Size(width: 350, height: 290)
  private static let mostPoints = 2000

  init(result: FitResult, name: String) {
    self.result = result
    self.name = name
    (values, weights) = result.fit.sortedData()
    // Bounded, so that a probability is not rounded to 0 or 1 and a period is finite.
    let total = min(result.fit.totalWeight, 1e12)
    var below = 0.0
    // i / (n + 1) where all weights are 1, so that the largest has a return period of n + 1.
    middles = weights.map { share in
      defer { below += share }
      let middle = (total * (below + share / 2) + 0.5) / (total + 1)
      return min(max(middle, 1e-12), 1 - 1e-12)
    }
  }

  var figure: Figure { Figure(columns: [density, quantiles, returnLevels]) }

  private var fit: GumbelFit { result.fit }

  /// The data as a histogram of area 1, and the fitted density.
  var density: Chart {
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
    return Chart(
      [
        .histogram("data", edges: edges, heights: heights, color: .skyBlue),
        .line("fit", x: x, y: x.map { exp(fit.logProbability(of: $0)) }, color: .vermillion),
      ], title: "Density", x: Chart.Axis(name), y: "density", size: Self.size)
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
  var quantiles: Chart {
    let shown = shownIndices
    let expected = shown.map { fit.quantile(at: middles[$0]) }
    let found = shown.map { values[$0] }
    let ends = [min(expected.min()!, found.min()!), max(expected.max()!, found.max()!)]
    return Chart(
      [
        .line("agreement", x: ends, y: ends, color: .gray, width: 1.25),
        .points(name, x: expected, y: found, color: .blue, size: shown.count > 300 ? 3 : 4.5),
      ], title: "Quantiles", x: "expected by the fit", y: "data", size: Self.size)
  }

  /// The level passed once in a period, with its interval, and the data at their own periods.
  var returnLevels: Chart {
    let shown = shownIndices
    let periods = shown.map { index in
      fit.extreme == .maximum ? 1 / (1 - middles[index]) : 1 / middles[index]
    }
    let longest = min(
      max(result.returnLevels.map(\.period).max() ?? 0, periods.max()!, 20) * 1.2, 1e300)
    let first = 1.05
    let count = 48
    let x = (0...count).map { first * pow(longest / first, Double($0) / Double(count)) }
    // Profiles of so many levels take long where there are many values, and are hardly different.
    var method = result.intervalMethod
    if case .profileLikelihood = method, values.count > 20_000 { method = .wald }
    let ranges = x.map {
      fit.interval(for: .returnLevel(period: $0), confidence: result.confidence, by: method)
    }
    let interval = "\(NumberText.short(result.confidence * 100)) % interval"
    return Chart(
      [
        .band(
          interval, x: x, lower: ranges.map(\.lowerBound), upper: ranges.map(\.upperBound),
          color: .vermillion),
        .line("fit", x: x, y: x.map { fit.returnLevel(period: $0) }, color: .vermillion),
        .points(
          "data", x: periods, y: shown.map { values[$0] }, color: .blue,
          size: shown.count > 300 ? 3 : 4.5),
      ], title: "Return levels",
      x: Chart.Axis("return period", isLogarithmic: true, range: first...longest),
      y: Chart.Axis(name), size: Self.size)
  }

  /// All values, or of very many the extremes and an even choice of the rest.
  private var shownIndices: [Int] {
    let n = values.count
    if n <= Self.mostPoints { return Array(0..<n) }
    let ends = 200
    let middle = (1..<(Self.mostPoints - 2 * ends)).map {
      ends + $0 * (n - 2 * ends) / (Self.mostPoints - 2 * ends)
    }
    return Array(0..<ends) + middle + Array((n - ends)..<n)
  }
}
