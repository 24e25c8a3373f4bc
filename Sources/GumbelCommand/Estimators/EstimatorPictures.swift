import SwiftGumbel

/// The pictures of measurements.
enum EstimatorPictures {
  /// What `--plot` draws: a row for each of the binary problems, with its training beside it.
  static func figure(of measured: [MeasuredProblem]) -> Figure {
    let single = measured.filter { $0.training == nil }.map(map(of:))
    var rows: [[any Panel]] = stride(from: 0, to: single.count, by: 2).map { first in
      Array(single[first..<min(first + 2, single.count)])
    }
    rows += measured.compactMap { measured in
      measured.training.map { [map(of: measured), curves(of: $0)] }
    }
    return Figure(grid: rows)
  }

  /// One problem's panels side by side.
  static func figure(of measured: MeasuredProblem) -> Figure {
    Figure(columns: [map(of: measured)] + (measured.training.map { [curves(of: $0)] } ?? []))
  }

  /// Bias against variance, estimators in the order of their tables.
  static func map(of measured: MeasuredProblem) -> any Panel {
    var names: [String] = []
    for row in measured.rows where row.measurement.name != "exact" {
      if names.last != row.measurement.name { names.append(row.measurement.name) }
    }
    let tracks = zip(names, EstimatorFamily.styles(of: names)).map { name, style in
      let rows = measured.rows.filter { $0.measurement.name == name }
      let sweep = measured.sweep.filter { $0.measurement.name == name }
        .sorted { ($0.temperature ?? 0) < ($1.temperature ?? 0) }
      return BiasVarianceMap.Track(
        name: name, color: style.color,
        isUnbiased: rows.contains(where: \.measurement.isUnbiased), main: rows.map(\.place),
        line: sweep.map(\.place))
    }
    return BiasVarianceMap(tracks, title: measured.problem.name + ": bias and variance")
  }

  /// The costs on the way.
  static func curves(of training: ToyTraining) -> any Panel {
    let styles = EstimatorFamily.styles(of: training.curves.map(\.estimator))
    let marks = zip(training.curves, styles).map { curve, style in
      ChartPanel.Mark.line(
        curve.estimator, x: curve.steps, y: curve.expectedCosts, color: style.color,
        dash: style.dash)
    }
    let t = Double(training.target)
    return ChartPanel(
      marks, title: "Training at t = \(training.target)", x: "step",
      y: ChartPanel.Axis("E (b − t)²", range: training.curves.isEmpty ? nil : range(training, t)),
      size: BiasVarianceMap.usualSize)
  }

  /// From the least cost on, which is t², to a little above where all start.
  private static func range(_ training: ToyTraining, _ t: Double) -> ClosedRange<Double> {
    let start = (t * t + (1 - t) * (1 - t)) / 2
    let top = min(
      training.curves.flatMap(\.expectedCosts).filter(\.isFinite).max() ?? start, (1 - t) * (1 - t))
    let room = 0.06 * (top - t * t)
    return (t * t - room)...(top + room)
  }
}

extension MeasuredProblem.Row {
  fileprivate var place: BiasVarianceMap.Place {
    BiasVarianceMap.Place(
      variance: measurement.variance, bias: measurement.relativeBias,
      isUncertain: measurement.relativeBias < 3 * measurement.biasStandardError,
      label: NumberText.short(Double(temperature ?? 0)))
  }
}

/// Estimators that work alike, which pictures show in one hue.
enum EstimatorFamily: Hashable {
  case exact, relaxed, straightThrough, score, antithetic, control, bound

  init(_ name: String) {
    self =
      switch name {
      case "exact": .exact
      case "gumbel-softmax": .relaxed
      case "score-function", "score-function-baseline", "rloo", "unordered-set": .score
      case "arm", "disarm": .antithetic
      case "rebar", "relax": .control
      case "vimco": .bound
      default: .straightThrough
      }
  }

  /// How to show estimators: colours tell families, shades and dashes their members.
  static func styles(of names: [String]) -> [(color: Drawing.Color, dash: Drawing.Dash)] {
    var members: [EstimatorFamily: Int] = [:]
    return names.map { name in
      let family = EstimatorFamily(name)
      let place = members[family, default: 0]
      members[family] = place + 1
      return (family.color(place), [.solid, .dashed, .dotted][place % 3])
    }
  }

  /// One of the family's shades.
  private func color(_ member: Int) -> Drawing.Color {
    let shades: [UInt32] =
      switch self {
      case .exact: [0x8A8A8A]
      case .relaxed: [0xE69F00]
      case .straightThrough: [0x0072B2, 0x16305E, 0x56B4E9, 0x6A6FD8, 0x17A2A2, 0x9DB4CF]
      case .score: [0xD55E00, 0xF0907A, 0x8F2D0C, 0xC2334D]
      case .antithetic: [0x7B4FA3, 0xB08AD0]
      case .control: [0x009E73, 0x7DBE5A]
      case .bound: [0xCC79A7]
      }
    return Drawing.Color(shades[member % shades.count])
  }
}
