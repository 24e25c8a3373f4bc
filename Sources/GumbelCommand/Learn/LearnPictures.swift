import ArgumentParser
import SwiftGumbel

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
  /// Of the generator and of the discriminator, after every epoch.
  let losses: [[Float]]
  let range: PlotRange
  let categories: LearnCategories

  init(result: LearnResult, losses: [[Float]], range: PlotRange) {
    self.result = result
    self.losses = losses
    self.range = range
    categories = LearnCategories(result, upTo: 40)
  }

  /// So high that every row has room for its name.
  private var height: Double { max(300, 90 + 13 * Double(min(result.categories.count, 40))) }

  /// The article's heat map: learned less reference, a row a category, a column an epoch.
  var heatMap: HeatMap {
    let categories = categories
    let reference = categories.probabilities(result.reference)
    let columns = result.history.map {
      zip(categories.probabilities($0), reference).map { $0 - $1 }
    }
    let rows = categories.names.indices.map { row in columns.map { $0[row] } }
    let limit =
      switch range {
      case .fixed(let range): range
      case .auto: max(rows.joined().lazy.map(\.magnitude).filter(\.isFinite).max() ?? 0, 1e-6)
      }
    return HeatMap(
      rows, rowLabels: categories.names,
      columnRange: 1...Double(max(result.history.count, 1)),
      title: "Learned less \(referenceName)", xLabel: "epoch", yLabel: "category",
      range: -limit...limit, scale: .diverging, colorBarLabel: "error",
      size: Drawing.Size(width: 560, height: height))
  }

  var bars: BarChart {
    let categories = categories
    return BarChart(
      categories: categories.names,
      series: [
        ("learned", categories.probabilities(result.learned)),
        (referenceName, categories.probabilities(result.reference)),
      ],
      title: "After \(counted(result.epochs, "epoch"))", valueLabel: "probability",
      size: Drawing.Size(width: 320, height: height))
  }

  var lossCurves: ChartPanel {
    ChartPanel(
      [
        .line("discriminator", y: losses.map { Double($0[1]) }),
        .line("generator", y: losses.map { Double($0[0]) }),
      ], title: "Losses", x: "epoch", y: "mean loss of a round",
      size: Drawing.Size(width: 560, height: 280))
  }

  /// How far the learned distribution was from the reference after each epoch.
  var distance: ChartPanel {
    let reference = result.reference
    let distances = result.history.map { row in
      zip(row, reference).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    return ChartPanel(
      [.line(y: distances)], title: "Total variation", x: "epoch",
      y: ChartPanel.Axis("total variation", isLogarithmic: true),
      size: Drawing.Size(width: 320, height: 280))
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [heatMap, bars]) }

  /// What the learned distribution is compared with, as tables have it.
  var referenceName: String { result.referenceKind == .true ? "true" : "empirical" }
}
