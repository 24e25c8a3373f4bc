/// Reads images from text: a line an image, its pixels between commas, semicolons, tabs or spaces,
/// and perhaps a column of labels. Empty lines and lines that begin with `#` are passed over; a
/// first line without a number names the columns.
struct CSVImageReader {
  let input: ChunkedInput
  let options: ImageFileOptions

  private var line = 0
  private var names: [String]?
  private var layout: Layout?
  private var builder = PixelBuilder()
  private var labels = LabelTable()
  private var images = 0

  /// What the columns are.
  private struct Layout {
    let fields: Int
    /// The position, from 0, of the labels.
    let label: Int?
    let size: ImageExtents
  }

  init(input: ChunkedInput, options: ImageFileOptions) {
    self.input = input
    self.options = options
  }

  mutating func read() throws(InputError) -> LoadedImages {
    try input.passByteOrderMark()
    let input = input
    try input.forEachLine(limit: Self.lineLimit) { text, number throws(InputError) in
      line = number
      try add(text)
    }
    guard let layout else { throw failure(.image(.noImages), inLine: false) }
    let (found, classNames) = layout.label == nil ? (nil, nil) : labels.labels()
    return LoadedImages(builder.pixels(), layout.size, labels: found, classNames: classNames)
  }

  /// The longest line: an image of 1024x1024 pixels in three colours, with all the digits of
  /// doubles.
  private static let lineLimit = 1 << 26

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) throws(InputError) {
    var cursor = NumberCursor(text)
    cursor.skipBlanks()
    if cursor.isAtEnd || cursor.isComment { return }
    if layout == nil, try start(cursor) { return }
    let layout = layout!
    builder.reserve(layout.size.count)
    var field = 0
    var pixel = 0
    repeat {
      defer { field += 1 }
      // Counted on, for the message.
      if field >= layout.fields {
        cursor.passField()
        continue
      }
      if field == layout.label {
        if let problem = labels.add(cursor.field(advancing: true)) { throw failure(problem) }
        continue
      }
      guard let value = cursor.number() else {
        throw failure(.notANumber(text: cursor.field(), column: field + 1))
      }
      pixel += 1
      if let problem = builder.append(value) {
        let place = (image: images + 1, pixel: pixel)
        throw failure(
          .image(
            problem == .mixed
              ? .mixedPixels(found: value, image: place.image, pixel: place.pixel)
              : .pixelOutOfRange(found: value, image: place.image, pixel: place.pixel)))
      }
    } while cursor.passSeparator()
    if field != layout.fields {
      throw failure(.raggedRow(fields: field, expected: layout.fields))
    }
    images += 1
    // A label takes four bytes more.
    if builder.byteCount + (layout.label == nil ? 0 : 4 * images) > options.limit {
      let extents = [images, layout.size.height, layout.size.width]
      throw failure(.image(.tooManyPixels(extents: extents, limit: options.limit)))
    }
  }

  // MARK: - The first lines

  /// Looks at the first line: true if it names the columns, else it settles the layout.
  private mutating func start(_ first: NumberCursor) throws(InputError) -> Bool {
    var cursor = first
    var fields = FirstFields()
    repeat {
      var ahead = cursor
      if ahead.number() == nil {
        if fields.firstText == nil { fields.firstText = fields.count }
        fields.textCount += 1
      }
      fields.count += 1
      cursor.passField()
    } while cursor.passSeparator()
    if names == nil, fields.count > 1, fields.textCount == fields.count {
      names = Self.names(first)
      return true
    }
    let label = try labelColumn(fields)
    let count = fields.count - (label == nil ? 0 : 1)
    let size = try ImageExtents(
      [1, count], options, limit: options.limit, source: input.source, byte: nil, line: line)
    layout = Layout(fields: fields.count, label: label, size: size)
    return false
  }

  /// What the fields of the first line are, of which there may be millions.
  private struct FirstFields {
    var count = 0
    var textCount = 0
    /// The first field that is not a number.
    var firstText: Int?
  }

  private static func names(_ line: NumberCursor) -> [String] {
    var cursor = line
    var names: [String] = []
    repeat {
      names.append(withoutQuotes(cursor.field(advancing: true)))
    } while cursor
      .passSeparator()
    return names
  }

  private func labelColumn(_ fields: FirstFields) throws(InputError) -> Int? {
    let count = fields.count
    switch options.labels {
    case .none: return nil
    case .first: return 0
    case .last: return count - 1
    case .named(let name):
      guard let names else { throw failure(.namedColumnWithoutHeader(named: name)) }
      let matches = names.indices.filter { names[$0] == name }
      if matches.count == 1 { return matches[0] }
      if matches.isEmpty { throw failure(.noColumn(named: name, columns: names)) }
      throw failure(.ambiguousColumn(named: name, numbers: matches.map { $0 + 1 }))
    case .automatic: break
    }
    if let names {
      let usual = ["label", "labels", "class", "target", "y"]
      let matches = names.indices.filter { usual.contains(names[$0].lowercased()) }
      if matches.count == 1 { return matches[0] }
    }
    if let text = fields.firstText { return text }
    if options.shape(ofImagesWith: count) != nil { return nil }
    if count > 1, options.shape(ofImagesWith: count - 1) != nil {
      throw failure(.image(.labelColumnUnknown(fields: count)))
    }
    return nil
  }

  private func failure(_ problem: DataProblem, inLine: Bool = true) -> InputError {
    input.error(problem, line: inLine ? line : nil)
  }
}

private func withoutQuotes(_ text: String) -> String {
  text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
    ? String(text.dropFirst().dropLast()) : text
}
