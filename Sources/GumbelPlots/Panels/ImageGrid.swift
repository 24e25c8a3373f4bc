// Snippet: let digits = [[Double]](repeating: [Double](repeating: 0.5, count: 784), count: 20)
/// Small pictures side by side, row by row, such as samples of a generative model.
///
/// ```swift
/// let grid = ImageGrid(digits, imageWidth: 28, imageHeight: 28, columns: 10, title: "Samples")
/// ```
public struct ImageGrid: Panel {
  public let images: [[Double]]
  public let imageWidth, imageHeight, columns: Int
  public let captions: [String]
  public let title: String
  public let range: ClosedRange<Double>
  public let scale: ColorScale
  public let pixelSize: Double

  private static let gap = 4.0
  private static let captionHeight = 14.0

  /// A grid of images of `imageHeight` rows of `imageWidth` values each, one after the other.
  ///
  /// - Parameters:
  ///   - images: the values of each, row after row.
  ///   - imageWidth: the values in a row.
  ///   - imageHeight: the rows of an image.
  ///   - columns: how many images stand side by side.
  ///   - captions: a text below each image; may be empty.
  ///   - title: what stands above.
  ///   - range: the values of the scale's first and last colour.
  ///   - scale: from values to colours.
  ///   - pixelSize: the side of a pixel, in points.
  ///
  /// Traps when an image has another number of values, or captions another than images, or a
  /// count or the pixels' size is not positive.
  public init(
    _ images: [[Double]], imageWidth: Int, imageHeight: Int, columns: Int = 8,
    captions: [String] = [], title: String = "", range: ClosedRange<Double> = 0...1,
    scale: ColorScale = .grayscale, pixelSize: Double = 2
  ) {
    require(
      imageWidth > 0 && imageHeight > 0 && columns > 0 && pixelSize > 0,
      """
      ImageGrid: \(columns) columns of images of \(imageWidth)x\(imageHeight) pixels of size \
      \(pixelSize); expected positive numbers
      """)
    for (index, image) in images.enumerated() {
      require(
        image.count == imageWidth * imageHeight,
        "ImageGrid: image \(index) has \(image.count) values; expected \(imageWidth)x\(imageHeight)"
      )
    }
    require(
      captions.isEmpty || captions.count == images.count,
      "ImageGrid: \(captions.count) captions; expected \(images.count)")
    self.images = images
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    self.columns = columns
    self.captions = captions
    self.title = title
    self.range = range
    self.scale = scale
    self.pixelSize = pixelSize
  }

  /// A grid of images whose values stand one image after the other, as those of a tensor do.
  ///
  ///     ImageGrid(pixels: samples.scalars, imageWidth: 28, imageHeight: 28)
  ///
  /// Traps when the values do not fill whole images, and as the other one does.
  public init(
    pixels: [Float], imageWidth: Int, imageHeight: Int, columns: Int = 8,
    captions: [String] = [], title: String = "", range: ClosedRange<Double> = 0...1,
    scale: ColorScale = .grayscale, pixelSize: Double = 2
  ) {
    let size = imageWidth * imageHeight
    require(
      imageWidth > 0 && imageHeight > 0 && pixels.count % size == 0,
      "ImageGrid: \(pixels.count) values do not fill images of \(imageWidth)x\(imageHeight) pixels")
    let images = stride(from: 0, to: pixels.count, by: size).map { start in
      pixels[start..<(start + size)].map(Double.init)
    }
    self.init(
      images, imageWidth: imageWidth, imageHeight: imageHeight, columns: columns,
      captions: captions, title: title, range: range, scale: scale, pixelSize: pixelSize)
  }

  private var cell: Drawing.Size {
    Drawing.Size(
      width: Double(imageWidth) * pixelSize + Self.gap,
      height: Double(imageHeight) * pixelSize + Self.gap
        + (captions.isEmpty ? 0 : Self.captionHeight))
  }

  public var size: Drawing.Size {
    let across = max(1, min(columns, images.count))
    let down = max(1, (images.count + columns - 1) / columns)
    let heading = PanelHeading(title: title, panelWidth: .infinity).height
    return Drawing.Size(
      width: Double(across) * cell.width - Self.gap,
      height: heading + Double(down) * cell.height - Self.gap)
  }

  public var summary: String {
    "Grid of \(images.count) images of \(imageWidth) by \(imageHeight) pixels."
  }

  public func margins(in size: Drawing.Size) -> Drawing.Margins {
    let heading = PanelHeading(title: title, panelWidth: size.width)
    return Drawing.Margins(top: heading.height, right: 0, bottom: 0, left: 0)
  }

  public func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    PanelHeading(title: title, panelWidth: panel.width)
      .draw(in: panel, plotArea: plotArea, on: &drawing)
    if images.isEmpty { drawEmpty(plotArea, on: &drawing) }
    for (index, image) in images.enumerated() {
      let place = Drawing.Rectangle(
        x: plotArea.x + Double(index % columns) * cell.width,
        y: plotArea.y + Double(index / columns) * cell.height,
        width: Double(imageWidth) * pixelSize, height: Double(imageHeight) * pixelSize)
      let bitmap = Bitmap(width: imageWidth, height: imageHeight) { row, column in
        scale.color(of: image[row * imageWidth + column], in: range)
      }
      drawing.image(bitmap.reducedToGray(), in: place)
      guard !captions.isEmpty else { continue }
      drawing.text(
        TextMetrics.truncated(captions[index], to: cell.width, size: Theme.labelSize),
        at: Drawing.Point(x: place.midX, y: place.maxY + Theme.labelSize), anchor: .middle,
        size: Theme.labelSize, color: Theme.subdued)
    }
  }
}
