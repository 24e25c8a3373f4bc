import SwiftGumbel

/// Bias against variance: a point an estimator, a line through its temperatures, and a band below
/// for those that have no bias.
struct BiasVarianceMap: Panel {
  let size: Drawing.Size = BiasVarianceMap.usualSize
  let title: String
  private let biased, unbiased: [Track]
  private let x, y: LogarithmicRange

  static let usualSize = Drawing.Size(width: 620, height: 450)
  private static let labelSize = 10.5
  private static let ink = Drawing.Color(0x333333)
  private static let subdued = Drawing.Color(0x666666)

  /// One estimator's points.
  private struct Track {
    let name: String
    let color: Drawing.Color
    /// What tables show.
    var main: [Place] = []
    /// By temperature.
    var line: [Place] = []
    var isWithoutVariance: Bool { main.contains { !($0.variance > 1e-20) } }
  }

  private struct Place {
    let variance, bias: Double
    let temperature: Float?
    /// Whether the bias is no more than chance may bring.
    let isUncertain: Bool

    init(_ row: MeasuredProblem.Row) {
      variance = row.measurement.variance
      bias = row.measurement.relativeBias
      isUncertain = bias < 3 * row.measurement.biasStandardError
      temperature = row.temperature
    }
  }

  init(_ measured: MeasuredProblem) {
    title = measured.problem.name + ": bias and variance"
    var tracks: [Track] = []
    var members: [EstimatorFamily: Int] = [:]
    for row in measured.rows where row.measurement.name != "exact" {
      let name = row.measurement.name
      if tracks.last?.name != name {
        let family = EstimatorFamily(name)
        tracks.append(Track(name: name, color: family.color(members[family, default: 0])))
        members[family, default: 0] += 1
      }
      tracks[tracks.count - 1].main.append(Place(row))
    }
    for i in tracks.indices {
      tracks[i].line = measured.sweep.filter { $0.measurement.name == tracks[i].name }
        .sorted { ($0.temperature ?? 0) < ($1.temperature ?? 0) }.map(Place.init)
    }
    let unbiasedNames = Set(measured.rows.filter(\.measurement.isUnbiased).map(\.measurement.name))
    biased = tracks.filter { !unbiasedNames.contains($0.name) }
    unbiased = tracks.filter { unbiasedNames.contains($0.name) }
    x = LogarithmicRange(
      tracks.flatMap { $0.main + $0.line }.map(\.variance), decades: 8,
      hasZero: tracks.contains(where: \.isWithoutVariance))
    y = LogarithmicRange(
      biased.flatMap { $0.main + $0.line }.map(\.bias), decades: 3.5, hasZero: false)
  }

  var summary: String {
    "Relative bias over variance of " + (biased + unbiased).map(\.name).joined(separator: ", ")
      + "."
  }

  func margins(in size: Drawing.Size) -> Drawing.Margins {
    Drawing.Margins(top: 24, right: 70, bottom: 40, left: 62)
  }

  func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    drawing.text(
      Drawing.Text(title, at: point(plotArea.x, panel.y + 11), size: 13, isBold: true))
    let labels = unbiased.map { ($0.name + ($0.isWithoutVariance ? " (none)" : ""), $0) }
    let places = labels.map { ($0.0, place(x: $0.1.main[0].variance, in: plotArea)) }
    let band = BandLabels(places, fontSize: Self.labelSize)
    let bandHeight = unbiased.isEmpty ? 0 : biased.isEmpty ? plotArea.height : band.height
    var upper = plotArea
    upper.height -= bandHeight + (unbiased.isEmpty || biased.isEmpty ? 0 : 8)
    var lower = plotArea
    lower.y = plotArea.maxY - bandHeight
    lower.height = bandHeight

    drawAxis(plotArea, panel, on: &drawing)
    if !biased.isEmpty { drawBiased(upper, panel, on: &drawing) }
    if !unbiased.isEmpty { drawBand(lower, panel, band, on: &drawing) }
  }

  // MARK: - Axes

  private func drawAxis(
    _ area: Drawing.Rectangle, _ panel: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    let grid = Drawing.Stroke(Drawing.Color(0xE6E6E6))
    for tick in x.ticks {
      let place = place(x: tick.value, in: area)
      drawing.line(from: point(place, area.y), to: point(place, area.maxY), grid)
      drawing.text(
        Drawing.Text(
          tick.label, at: point(place, area.maxY + 14), anchor: .middle, size: Self.labelSize,
          color: Self.subdued))
    }
    drawing.text(
      Drawing.Text(
        "variance of one gradient", at: point(area.midX, area.maxY + 32), anchor: .middle,
        size: 11.5))
  }

  private func drawBiased(
    _ area: Drawing.Rectangle, _ panel: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    let grid = Drawing.Stroke(Drawing.Color(0xE6E6E6))
    for tick in y.ticks {
      let place = place(y: tick.value, in: area)
      drawing.line(from: point(area.x, place), to: point(area.maxX, place), grid)
      drawing.text(
        Drawing.Text(
          tick.label, at: point(area.x - 6, place + 3.5), anchor: .end, size: Self.labelSize,
          color: Self.subdued))
    }
    drawing.text(
      Drawing.Text(
        "bias, of the exact gradient's length", at: point(panel.x + 10, area.midY),
        anchor: .middle, size: 11.5, rotation: -90))
    frame(area, on: &drawing)

    func dot(_ spot: Place) -> Drawing.Point {
      point(place(x: spot.variance, in: area), place(y: spot.bias, in: area))
    }
    var labels = LabelPlacement(area: area, overhang: 68)
    for track in biased {
      let line = track.line.map(dot)
      drawing.stroke([line], Drawing.Stroke(track.color.opacity(0.55), width: 1.5))
      for (places, width) in [(track.line, 4.5), (track.main, 7.5)] {
        drawing.stroke(places.map { [dot($0)] }, Drawing.Stroke(track.color, width: width))
        drawing.stroke(
          places.filter(\.isUncertain).map { [dot($0)] }, Drawing.Stroke(.white, width: width - 2.5)
        )
      }
      labels.avoid(dots: line + track.main.map(dot), line: line)
    }
    for track in biased {
      labels.add(
        track.name, at: dot(track.main[track.main.count / 2]), size: Self.labelSize,
        color: track.color, on: &drawing)
    }
    for track in biased where track.line.count > 1 {
      for end in [track.line[0], track.line[track.line.count - 1]] {
        labels.add(
          NumberText.short(Double(end.temperature ?? 0)), at: dot(end), size: 8.5,
          color: Self.subdued, isOptional: true, on: &drawing)
      }
    }
  }

  private func drawBand(
    _ area: Drawing.Rectangle, _ panel: Drawing.Rectangle, _ labels: BandLabels,
    on drawing: inout Drawing
  ) {
    var shade = area
    shade.width = panel.maxX - area.x
    drawing.fill(shade, Drawing.Color(0x009E73).opacity(0.07))
    frame(area, on: &drawing)
    drawing.text(
      Drawing.Text(
        "unbiased", at: point(area.x - 6, area.y + BandLabels.dotDrop + 3.5), anchor: .end,
        size: Self.labelSize, color: Self.ink))
    let middle = area.y + BandLabels.dotDrop
    labels.draw(top: area.y, on: &drawing)
    for track in unbiased {
      let line = track.line.map { point(place(x: $0.variance, in: area), middle) }
      drawing.stroke([line], Drawing.Stroke(track.color.opacity(0.55), width: 1.5))
      drawing.stroke(line.map { [$0] }, Drawing.Stroke(track.color, width: 4))
      drawing.stroke(
        track.main.map { [point(place(x: $0.variance, in: area), middle)] },
        Drawing.Stroke(track.color, width: 7.5))
    }
  }

  private func frame(_ area: Drawing.Rectangle, on drawing: inout Drawing) {
    let corners = [
      point(area.x, area.y), point(area.x, area.maxY), point(area.maxX, area.maxY),
    ]
    drawing.stroke([corners], Drawing.Stroke(Drawing.Color(0x6E6E6E)))
  }

  private func place(x value: Double, in area: Drawing.Rectangle) -> Double {
    area.x + x.position(of: value) * area.width
  }

  private func place(y value: Double, in area: Drawing.Rectangle) -> Double {
    area.maxY - y.position(of: value) * area.height
  }
}

/// A point, shortly.
func point(_ x: Double, _ y: Double) -> Drawing.Point { Drawing.Point(x: x, y: y) }
