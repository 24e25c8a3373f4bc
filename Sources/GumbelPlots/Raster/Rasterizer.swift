extension Drawing {
  /// The drawing in pixels, `scale` of them a point, smoothed at the edges.
  ///
  /// A picture that would have more than 2^26 pixels, 8192x8192 of them, is drawn at a smaller scale,
  /// so that it has not. Traps when `scale` is not positive.
  public func bitmap(scale: Double = 2) -> Bitmap {
    require(
      scale.isFinite && scale > 0, "Drawing: scale \(scale); expected a positive number")
    var rasterizer = Rasterizer(size: size, scale: fittingScale(scale))
    for element in elements { rasterizer.draw(element) }
    return rasterizer.bitmap
  }

  /// The drawing as a PNG file of `scale` pixels a point.
  ///
  /// A picture that would have more than 2^26 pixels is drawn at a smaller scale. Traps when `scale`
  /// is not positive.
  public func png(scale: Double = 2) -> [UInt8] {
    bitmap(scale: scale).reducedToGray().png(pixelsPerPoint: fittingScale(scale))
  }

  /// The largest scale, up to a given one, at which the picture has no more pixels than it may have.
  private func fittingScale(_ scale: Double) -> Double {
    // No side is more than the limit by itself, however thin the picture.
    let longest = Rasterizer.pixelLimit / max(size.width, size.height, 1)
    let scale = min(scale, longest)
    let (wide, high) = (max(size.width * scale, 1), max(size.height * scale, 1))
    if (wide + 1) * (high + 1) <= Rasterizer.pixelLimit { return scale }
    // Rounded up, a side has up to one pixel more.
    return scale * (0.99 * Rasterizer.pixelLimit / ((wide + 1) * (high + 1))).squareRoot()
  }
}

/// Paints the elements of a drawing on a white canvas.
private struct Rasterizer {
  /// The most pixels of a picture, which then takes some 200 MB, and its masks twice as much.
  static let pixelLimit = 0x1p26

  let width, height: Int
  let scale: Double
  var pixels: [UInt8]

  init(size: Drawing.Size, scale: Double) {
    let (wide, high) = ((size.width * scale).rounded(.up), (size.height * scale).rounded(.up))
    width = Int(min(max(1, wide), Self.pixelLimit))
    height = Int(min(max(1, high), Self.pixelLimit / Double(width)))
    self.scale = scale
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  var bitmap: Bitmap { Bitmap(width: width, height: height, channels: .rgb, bytes: pixels) }

  mutating func draw(_ element: Drawing.Element) {
    switch element {
    case .rectangles(let rectangles, let fill):
      // One at a time: a mask as large as all of them together would mostly be empty.
      for rectangle in rectangles { self.fill([corners(of: rectangle)], fill) }
    case .polygons(let polygons, let fill):
      self.fill(polygons.map { $0.map(pixel) }, fill)
    case .polylines(let polylines, let stroke, _):
      let lengths = stroke.dash.lengths(width: stroke.width)
      let lines =
        lengths.isEmpty ? polylines : polylines.flatMap { dashed($0, lengths: lengths) }
      self.stroke(
        lines.map { $0.map(pixel) }, radius: stroke.width * scale / 2, stroke.color)
    case .text(let text):
      draw(text)
    case .image(let bitmap, let rectangle):
      draw(bitmap, in: rectangle)
    }
  }

  private func pixel(_ point: Drawing.Point) -> Drawing.Point {
    Drawing.Point(x: point.x * scale, y: point.y * scale)
  }

  private func corners(of rectangle: Drawing.Rectangle) -> [Drawing.Point] {
    [
      (rectangle.x, rectangle.y), (rectangle.maxX, rectangle.y),
      (rectangle.maxX, rectangle.maxY), (rectangle.x, rectangle.maxY),
    ].map { pixel(Drawing.Point(x: $0.0, y: $0.1)) }
  }

  private mutating func fill(_ polygons: [[Drawing.Point]], _ color: Drawing.Color) {
    guard var mask = CoverageMask(around: polygons, radius: 0, width: width, height: height)
    else { return }
    mask.fill(polygons)
    paint(mask, color)
  }

  private mutating func stroke(
    _ lines: [[Drawing.Point]], radius: Double, _ color: Drawing.Color
  ) {
    guard var mask = CoverageMask(around: lines, radius: radius, width: width, height: height)
    else { return }
    for line in lines { mask.stroke(line, radius: radius) }
    paint(mask, color)
  }

  private mutating func paint(_ mask: CoverageMask, _ color: Drawing.Color) {
    let (red, green, blue) = (Float(color.red), Float(color.green), Float(color.blue))
    let opacity = Float(min(max(color.opacity, 0), 1))
    for row in 0..<mask.height {
      var place = ((mask.y + row) * width + mask.x) * 3
      for column in 0..<mask.width {
        let share = mask.coverage[row * mask.width + column] * opacity
        if share > 0 {
          blend(red, at: place, share)
          blend(green, at: place + 1, share)
          blend(blue, at: place + 2, share)
        }
        place += 3
      }
    }
  }

  private mutating func blend(_ value: Float, at place: Int, _ share: Float) {
    let old = Float(pixels[place])
    pixels[place] = UInt8((old + (value - old) * share).rounded())
  }

  private mutating func draw(_ text: Drawing.Text) {
    // A bold text is drawn with a heavier pen, and its letters stand further apart.
    let unit = text.size * scale / 1000
    let widening = text.isBold ? 1.03 : 1.0
    let radius = max(unit * (text.isBold ? 58 : 41), 0.45)
    let width = TextMetrics.width(of: text.string, size: 1000, isBold: text.isBold) * unit
    var origin = pixel(text.position)
    // Level text stands on whole pixels, where its horizontal strokes are sharpest.
    if text.rotation == 0 { origin.y = origin.y.rounded() }
    let (cosine, sine) = (cosine(degrees: text.rotation), sine(degrees: text.rotation))
    var pen =
      switch text.anchor {
      case .start: 0.0
      case .middle: -width / 2
      case .end: -width
      }
    for character in text.string {
      let advance =
        TextMetrics.width(of: character) * unit * (text.isBold ? TextMetrics.boldness : 1)
      let lines = StrokeFont.lines(of: character).map { line in
        line.map { point in
          let (along, down) = (pen + point.x * unit * widening, -point.y * unit)
          return Drawing.Point(
            x: origin.x + along * cosine - down * sine,
            y: origin.y + along * sine + down * cosine)
        }
      }
      stroke(lines, radius: radius, text.color)
      pen += advance
    }
  }

  /// Stretches a bitmap over a rectangle: every pixel becomes the mean of what it covers.
  private mutating func draw(_ bitmap: Bitmap, in rectangle: Drawing.Rectangle) {
    let columns = Shares(
      from: rectangle.x * scale, to: rectangle.maxX * scale, cells: bitmap.width, limit: width)
    let rows = Shares(
      from: rectangle.y * scale, to: rectangle.maxY * scale, cells: bitmap.height, limit: height)
    let channels = bitmap.channels.rawValue
    for row in rows.pixels {
      for column in columns.pixels {
        var (red, green, blue, total) = (0.0, 0.0, 0.0, 0.0)
        for (y, high) in rows.cells(under: row) {
          for (x, wide) in columns.cells(under: column) {
            let place = (y * bitmap.width + x) * channels
            let opacity = channels == 4 ? Double(bitmap.bytes[place + 3]) / 255 : 1
            let share = high * wide * opacity
            total += share
            red += share * Double(bitmap.bytes[place])
            green += share * Double(bitmap.bytes[channels == 1 ? place : place + 1])
            blue += share * Double(bitmap.bytes[channels == 1 ? place : place + 2])
          }
        }
        guard total > 0 else { continue }
        let place = (row * width + column) * 3
        blend(Float(red / total), at: place, Float(min(total, 1)))
        blend(Float(green / total), at: place + 1, Float(min(total, 1)))
        blend(Float(blue / total), at: place + 2, Float(min(total, 1)))
      }
    }
  }
}

/// Along one axis, which cells of a bitmap lie under each pixel, and how much of it they fill.
private struct Shares {
  let from, cell: Double
  let cellCount: Int
  let pixels: Range<Int>

  init(from: Double, to: Double, cells: Int, limit: Int) {
    self.from = from
    cell = (to - from) / Double(cells)
    cellCount = cells
    let isVisible = from.isFinite && to.isFinite && cell > 0
    func bound(_ value: Double) -> Int { wholePart(of: value, in: 0...limit) }
    pixels = isVisible ? bound(from.rounded(.down))..<bound(to.rounded(.up)) : 0..<0
  }

  func cells(under pixel: Int) -> [(index: Int, share: Double)] {
    let low = (Double(pixel) - from) / cell
    let high = (Double(pixel + 1) - from) / cell
    let first = wholePart(of: low, in: 0...(cellCount - 1))
    let last = wholePart(of: high, in: 0...(cellCount - 1))
    var result: [(index: Int, share: Double)] = []
    for index in first...last {
      let share = (min(high, Double(index + 1)) - max(low, Double(index))) * cell
      if share > 0 { result.append((index, share)) }
    }
    return result
  }
}
