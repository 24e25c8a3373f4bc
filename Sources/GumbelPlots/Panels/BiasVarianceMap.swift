/// Bias against variance: a point an estimator, a line through its temperatures, and a band below
/// for those that have no bias.
package struct BiasVarianceMap: Panel {
  /// What was found of one estimator.
  package struct Track: Sendable {
    let name: String
    let color: Drawing.Color
    let isUnbiased: Bool
    let main, line: [Place]

    /// - Parameters:
    ///   - isUnbiased: whether it stands in the band.
    ///   - main: what tables show, at least one place.
    ///   - line: by temperature, from the coldest on.
    package init(
      name: String, color: Drawing.Color, isUnbiased: Bool, main: [Place], line: [Place]
    ) {
      self.name = name
      self.color = color
      self.isUnbiased = isUnbiased
      self.main = main
      self.line = line
    }

    fileprivate var isWithoutVariance: Bool { main.contains { !($0.variance > 1e-20) } }
  }

  package struct Place: Sendable {
    let variance, bias: Double
    let isUncertain: Bool
    let label: String

    /// - Parameters:
    ///   - isUncertain: whether the bias is no more than chance may bring.
    ///   - label: of the place where it is an end of the line, such as its temperature.
    package init(variance: Double, bias: Double, isUncertain: Bool, label: String) {
      self.variance = variance
      self.bias = bias
      self.isUncertain = isUncertain
      self.label = label
    }
  }

  package let size = BiasVarianceMap.usualSize
  package let title: String
  private let biased, unbiased: [Track]
  private let x, y: LogarithmicRange

  package static let usualSize = Drawing.Size(width: 620, height: 450)
  private static let ink = Drawing.Color(0x333333)
  private static let subdued = Drawing.Color(0x666666)

  package init(_ tracks: [Track], title: String) {
    self.title = title
    biased = tracks.filter { !$0.isUnbiased }
    unbiased = tracks.filter(\.isUnbiased)
    x = LogarithmicRange(
      tracks.flatMap { $0.main + $0.line }.map(\.variance), decades: 8,
      hasZero: tracks.contains(where: \.isWithoutVariance))
    y = LogarithmicRange(
      biased.flatMap { $0.main + $0.line }.map(\.bias), decades: 3.5, hasZero: false)
  }

  package var summary: String {
    "Relative bias over variance of " + (biased + unbiased).map(\.name).joined(separator: ", ")
      + "."
  }

  package func margins(in size: Drawing.Size) -> Drawing.Margins {
    Drawing.Margins(top: 24, right: 70, bottom: 40, left: 62)
  }

  package func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    drawing.text(title, at: point(plotArea.x, panel.y + 11), size: Theme.titleSize, isBold: true)
    let labels = unbiased.map { ($0.name + ($0.isWithoutVariance ? " (none)" : ""), $0) }
    let places = labels.map { ($0.0, place(x: $0.1.main[0].variance, in: plotArea)) }
    let band = BandLabels(places, fontSize: Theme.labelSize)
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
    for tick in x.ticks {
      let place = place(x: tick.value, in: area)
      drawing.line(from: point(place, area.y), to: point(place, area.maxY), Theme.grid)
      drawing.text(
        tick.label, at: point(place, area.maxY + 14), anchor: .middle, size: Theme.labelSize,
        color: Self.subdued)
    }
    drawing.text(
      "variance of one gradient", at: point(area.midX, area.maxY + 32), anchor: .middle,
      size: Theme.axisTitleSize)
  }

  private func drawBiased(
    _ area: Drawing.Rectangle, _ panel: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    for tick in y.ticks {
      let place = place(y: tick.value, in: area)
      drawing.line(from: point(area.x, place), to: point(area.maxX, place), Theme.grid)
      drawing.text(
        tick.label, at: point(area.x - 6, place + 3.5), anchor: .end, size: Theme.labelSize,
        color: Self.subdued)
    }
    drawing.text(
      "bias, of the exact gradient's length", at: point(panel.x + 10, area.midY), anchor: .middle,
      size: Theme.axisTitleSize, rotation: -90)
    frame(area, on: &drawing)

    func dot(_ spot: Place) -> Drawing.Point {
      point(place(x: spot.variance, in: area), place(y: spot.bias, in: area))
    }
    var labels = LabelPlacement(area: area, overhang: 68)
    for track in biased {
      let line = track.line.map(dot)
      let reading = Drawing.Reading(
        name: track.name, x: xReading(area),
        y: Drawing.Reading.Axis(
          name: "bias", spread: .logarithmic, start: area.maxY, end: area.y, low: y.ends.low,
          high: y.ends.high))
      drawing.stroke([line], Drawing.Stroke(track.color.opacity(0.55), width: 1.5))
      for (places, width) in [(track.line, 4.5), (track.main, 7.5)] {
        drawing.stroke(
          places.map { [dot($0)] }, Drawing.Stroke(track.color, width: width), reading: reading)
        drawing.stroke(
          places.filter(\.isUncertain).map { [dot($0)] }, Drawing.Stroke(.white, width: width - 2.5)
        )
      }
      labels.avoid(dots: line + track.main.map(dot), line: line)
    }
    for track in biased {
      labels.add(
        track.name, at: dot(track.main[track.main.count / 2]), size: Theme.labelSize,
        color: track.color, on: &drawing)
    }
    for track in biased where track.line.count > 1 {
      for end in [track.line[0], track.line[track.line.count - 1]] {
        labels.add(
          end.label, at: dot(end), size: 8.5,
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
      "unbiased", at: point(area.x - 6, area.y + BandLabels.dotDrop + 3.5), anchor: .end,
      size: Theme.labelSize, color: Self.ink)
    let middle = area.y + BandLabels.dotDrop
    labels.draw(top: area.y, on: &drawing)
    for track in unbiased {
      let line = track.line.map { point(place(x: $0.variance, in: area), middle) }
      drawing.stroke([line], Drawing.Stroke(track.color.opacity(0.55), width: 1.5))
      drawing.stroke(line.map { [$0] }, Drawing.Stroke(track.color, width: 4))
      drawing.stroke(
        track.main.map { [point(place(x: $0.variance, in: area), middle)] },
        Drawing.Stroke(track.color, width: 7.5),
        reading: Drawing.Reading(name: track.name, x: xReading(area), y: nil))
    }
  }

  private func xReading(_ area: Drawing.Rectangle) -> Drawing.Reading.Axis {
    Drawing.Reading.Axis(
      name: "variance", spread: .logarithmic, start: area.x, end: area.maxX, low: x.ends.low,
      high: x.ends.high)
  }

  private func frame(_ area: Drawing.Rectangle, on drawing: inout Drawing) {
    drawing.stroke(
      [[point(area.x, area.y), point(area.x, area.maxY), point(area.maxX, area.maxY)]], Theme.axis)
  }

  private func place(x value: Double, in area: Drawing.Rectangle) -> Double {
    area.x + x.position(of: value) * area.width
  }

  private func place(y value: Double, in area: Drawing.Rectangle) -> Double {
    area.maxY - y.position(of: value) * area.height
  }
}
