import ArgumentParser
import Gumbel

/// The ends of the heat map's colours: -x and x.
enum PlotRange: ExpressibleByArgument, CustomStringConvertible {
  case fixed(Double)
  /// The largest error that there is to show.
  case auto

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let range = Double(argument) {
      self = .fixed(range)
    } else {
      return nil
    }
  }

  var description: String {
    switch self {
    case .fixed(let range): "\(range)"
    case .auto: "auto"
    }
  }
}

/// The pictures of a run.
struct LearnPictures {
  let result: LearnResult
  let losses: [(discriminator: Float, generator: Float)]
  let range: PlotRange

  /// The article's heat map: learned less reference, a row a category, a column an epoch.
  var heatMap: HeatMap {
    let rows = result.categories.indices.map { category in
      result.history.map { $0[category] - result.reference[category] }
    }
    let limit =
      switch range {
      case .fixed(let range): range
      case .auto: max(rows.joined().map(\.magnitude).max() ?? 0, 1e-6)
      }
    return HeatMap(
      rows, rowLabels: result.categories,
      columnRange: 1...Double(max(result.history.count, 1)),
      title: "Learned less \(referenceName)", xLabel: "epoch", yLabel: "category",
      range: -limit...limit, scale: .diverging, colorBarLabel: "error",
      size: Drawing.Size(width: 560, height: 300))
  }

  var bars: BarChart {
    BarChart(
      categories: result.categories,
      series: [("learned", result.learned), (referenceName, result.reference)],
      title: "After \(result.epochs) epochs", valueLabel: "probability",
      size: Drawing.Size(width: 320, height: 300))
  }

  var lossCurves: Chart {
    Chart(
      [
        .line("discriminator", y: losses.map { Double($0.discriminator) }),
        .line("generator", y: losses.map { Double($0.generator) }),
      ], title: "Losses", x: "epoch", y: "mean loss of a round",
      size: Drawing.Size(width: 560, height: 280))
  }

  /// How far the learned distribution was from the reference after each epoch.
  var distance: Chart {
    let distances = result.history.map { row in
      zip(row, result.reference).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    return Chart(
      [.line(y: distances)], title: "Total variation", x: "epoch",
      y: Chart.Axis("total variation", isLogarithmic: true),
      size: Drawing.Size(width: 320, height: 280))
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [heatMap, bars]) }

  private var referenceName: String { result.referenceKind == .true ? "true" : "empirical" }
}
