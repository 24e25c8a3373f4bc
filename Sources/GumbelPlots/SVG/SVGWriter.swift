extension Drawing {
  /// The drawing as an SVG document that stands alone or is embedded in HTML.
  ///
  /// It has no identifiers, scripts, styles or outside references, so several fit in one page.
  public func svg() -> String {
    let (width, height) = (svgNumber(size.width), svgNumber(size.height))
    var text = """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(width)" height="\(height)" \
      viewBox="0 0 \(width) \(height)" role="img" \
      font-family="Helvetica,Arial,'Liberation Sans',sans-serif" \
      stroke-linecap="round" stroke-linejoin="round">\n
      """
    if !title.isEmpty { text += "<title>\(xmlEscaped(title))</title>\n" }
    if !summary.isEmpty { text += "<desc>\(xmlEscaped(summary))</desc>\n" }
    text += "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#fff\"/>\n"
    for element in elements {
      text += svg(element)
      text += "\n"
    }
    return text + "</svg>\n"
  }

  private func svg(_ element: Element) -> String {
    switch element {
    case .rectangles(let rectangles, let fill):
      if rectangles.count == 1 {
        return "<rect \(svgBounds(rectangles[0]))\(svgPaint("fill", fill))/>"
      }
      return "<path d=\"\(svgPath(rectangles))\"\(svgPaint("fill", fill))/>"
    case .polygons(let polygons, let fill):
      let path = polygons.map { svgPath($0) + "z" }.joined()
      return "<path d=\"\(path)\"\(svgPaint("fill", fill))/>"
    case .polylines(let polylines, let stroke, let reading):
      var attributes = svgPaint("stroke", stroke.color)
      if stroke.width != 1 { attributes += " stroke-width=\"\(svgNumber(stroke.width))\"" }
      let dash = stroke.dash.lengths(width: stroke.width)
      if !dash.isEmpty {
        attributes += " stroke-dasharray=\"\(dash.map(svgNumber).joined(separator: " "))\""
      }
      attributes += reading.map(svgReading) ?? ""
      return "<path d=\"\(polylines.map { svgPath($0) }.joined())\" fill=\"none\"\(attributes)/>"
    case .text(let text):
      return svg(text)
    case .image(let bitmap, let rectangle):
      // Two spellings of "keep the pixels sharp": browsers read the style, some editors only
      // the attribute.
      return """
        <image \(svgBounds(rectangle)) preserveAspectRatio="none" \
        image-rendering="optimizeSpeed" style="image-rendering:pixelated" \
        href="data:image/png;base64,\(base64(bitmap.enlarged(for: rectangle).png()))"/>
        """
    }
  }

  private func svg(_ text: Text) -> String {
    let (x, y) = (svgNumber(text.position.x), svgNumber(text.position.y))
    var attributes = "x=\"\(x)\" y=\"\(y)\" font-size=\"\(svgNumber(text.size))\""
    switch text.anchor {
    case .start: break
    case .middle: attributes += " text-anchor=\"middle\""
    case .end: attributes += " text-anchor=\"end\""
    }
    if text.isBold { attributes += " font-weight=\"bold\"" }
    attributes += svgPaint("fill", text.color)
    if text.rotation != 0 {
      attributes += " transform=\"rotate(\(svgNumber(text.rotation)) \(x) \(y))\""
    }
    return "<text \(attributes)>\(xmlEscaped(text.string))</text>"
  }
}

private func svgBounds(_ rectangle: Drawing.Rectangle) -> String {
  """
  x="\(svgNumber(rectangle.x))" y="\(svgNumber(rectangle.y))" \
  width="\(svgNumber(rectangle.width))" height="\(svgNumber(rectangle.height))"
  """
}

private func svgPaint(_ attribute: String, _ color: Drawing.Color) -> String {
  let paint = " \(attribute)=\"\(color.hexadecimal)\""
  return color.opacity == 1
    ? paint : paint + " \(attribute)-opacity=\"\(svgNumber(color.opacity))\""
}

/// How the script of a page finds out what a point of a path stands for.
private func svgReading(_ reading: Drawing.Reading) -> String {
  if !reading.corners.isEmpty {
    let corners = reading.corners.flatMap { [$0.x, $0.y] }.map(svgNumber).joined(separator: " ")
    return " data-name=\"\(xmlEscaped(reading.name))\" data-corners=\"\(corners)\""
  }
  func axis(_ axis: Drawing.Reading.Axis?) -> String {
    guard let axis else { return "" }
    let ends = [axis.start, axis.end].map(svgNumber) + [axis.low, axis.high].map { "\($0)" }
    return xmlEscaped(
      ([axis.name, axis.spread.rawValue] + ends).joined(separator: "|"))
  }
  return " data-name=\"\(xmlEscaped(reading.name))\" data-x=\"\(axis(reading.x))\""
    + " data-y=\"\(axis(reading.y))\""
}

/// A polyline's path data; one point becomes a line of no length, which round ends make a dot.
private func svgPath(_ points: [Drawing.Point]) -> String {
  var path = ""
  for (index, point) in points.enumerated() {
    path +=
      "\(index == 0 ? "M" : index == 1 ? "L" : " ")\(svgNumber(point.x)) \(svgNumber(point.y))"
  }
  return points.count == 1 ? path + "h0" : path
}

/// Path data of rectangles, each side of which ends where its own rounded coordinate is.
private func svgPath(_ rectangles: [Drawing.Rectangle]) -> String {
  rectangles.map {
    let (left, top) = (svgNumber($0.x), svgNumber($0.y))
    return "M\(left) \(top)H\(svgNumber($0.maxX))V\(svgNumber($0.maxY))H\(left)z"
  }.joined()
}
