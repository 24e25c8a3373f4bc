import SwiftGumbel

/// Samples: classes, or real numbers.
enum SampleValues {
  case classes([Int32])
  case numbers([Float])
}

/// What is to be written.
struct SampleShape {
  /// The rows of logits.
  let rows: Int
  let isBatch: Bool
  /// The samples from each row.
  let count: Int
  /// The values of a sample; nil for a single class.
  let width: Int?
  let classCount: Int
  /// Whether values are classes rather than numbers.
  let areClasses: Bool

  /// The extents of an array of so many samples of one row, or of so many whole rows.
  func extents(rows: Int, samples: Int) -> [Int] {
    (isBatch ? [rows] : []) + [samples] + (width.map { [$0] } ?? [])
  }
}

/// Writes samples as they are drawn, of which there may be more than fit in memory.
struct SampleWriter {
  private let file: AtomicFileWriter
  private let buffer: OutputBuffer
  private let shape: SampleShape
  private let format: SampleFormat
  private let layout: SampleFormat.Layout
  private let names: [String]?
  /// Every class with the separator before it, where all are short.
  private var shortTexts: [ShortText] = []
  private var headerLength = 0
  private var rowsBegun = 0
  private var samplesInRow = 0
  private var completeRowsLength = 0

  init(
    path: String, format: SampleFormat, shape: SampleShape, names: [String]?, method: String,
    seed: UInt64
  ) throws {
    file = try AtomicFileWriter(path)
    buffer = OutputBuffer(file)
    self.format = format
    self.shape = shape
    layout = format.layout(isBatch: shape.isBatch, isTuple: shape.width != nil)
    // Arrays and JSON hold indices, whatever these are called.
    self.names =
      format == .csv ? names?.map(Self.csvField) : format == .text ? names : nil
    switch format {
    case .text: break
    case .csv:
      if !shape.areClasses, let names = self.names {
        try buffer.append(names.joined(separator: ",") + "\n")
      }
    case .json:
      try buffer.append("{\"method\":\"\(method)\",\"seed\":\(seed)")
      if let names { try buffer.append(",\"names\":" + JSON.text(of: names)) }
      try buffer.append(",\"samples\":[")
    case .npy:
      let header = NPYFile.header(
        isInteger: shape.areClasses,
        shape: shape.extents(rows: shape.rows, samples: shape.count))
      try header.withUnsafeBytes { try buffer.append($0) }
      headerLength = header.count
    }
    if shape.areClasses, shape.width == nil, format != .npy, shape.classCount <= 1 << 20 {
      shortTexts = (0..<shape.classCount).compactMap { ShortText(layout.separator + text(of: $0)) }
      if shortTexts.count < shape.classCount { shortTexts = [] }
    }
  }

  /// Whether a pipe, a device or standard output is written.
  var isInPlace: Bool { file.isInPlace }

  mutating func beginRow() throws {
    if rowsBegun > 0 { try buffer.append(layout.rowSeparator) }
    try buffer.append(layout.rowOpening)
    rowsBegun += 1
    samplesInRow = 0
  }

  mutating func write(_ values: SampleValues) throws {
    switch values {
    case .classes(let classes) where format == .npy:
      try classes.withUnsafeBytes { try buffer.append($0) }
      samplesInRow += classes.count / (shape.width ?? 1)
    case .numbers(let numbers) where format == .npy:
      try numbers.withUnsafeBytes { try buffer.append($0) }
      samplesInRow += numbers.count / (shape.width ?? 1)
    case .classes(let classes):
      if shape.width == nil, !shortTexts.isEmpty {
        try writeShort(classes)
      } else {
        let names = names
        try write(classes) { index in names.map { $0[Int(index)] } ?? String(index) }
      }
    case .numbers(let numbers): try write(numbers, text: Self.text)
    }
  }

  mutating func endRow() throws {
    try buffer.append(layout.rowClosing)
    completeRowsLength = buffer.total
  }

  /// Ends the output and puts a file in its place.
  mutating func finish() throws {
    if format == .json { try buffer.append("]}\n") }
    try buffer.flush()
    try file.finish()
  }

  /// Ends the output after less than was announced, so that what is there can be read. False where
  /// it cannot: the start of an array said how much would follow, and a pipe does not go back.
  mutating func finishEarly() throws -> Bool {
    guard format == .npy else {
      if samplesInRow > 0 || format == .json { try endRow() }
      try finish()
      return true
    }
    try buffer.flush()
    // Of a batch, only whole rows make an array.
    let isRowComplete = samplesInRow == shape.count
    let extents = shape.extents(
      rows: isRowComplete ? rowsBegun : rowsBegun - 1,
      samples: shape.isBatch ? shape.count : samplesInRow)
    let header = NPYFile.header(
      isInteger: shape.areClasses, shape: extents, length: headerLength)
    let isRewritten = try file.rewrite(
      start: header, length: headerLength + extents.reduce(4, *))
    try file.finish()
    return isRewritten
  }

  private mutating func writeShort(_ classes: [Int32]) throws {
    var rest = classes[...]
    if samplesInRow == 0, let first = rest.popFirst() { try buffer.append(text(of: Int(first))) }
    samplesInRow += classes.count
    try buffer.append(rest, of: shortTexts)
  }

  private mutating func write<T>(_ values: [T], text: (T) -> String) throws {
    let width = shape.width ?? 1
    for (index, value) in values.enumerated() {
      if index % width == 0 {
        if samplesInRow > 0 { try buffer.append(layout.separator) }
        samplesInRow += 1
        if shape.width != nil { try buffer.append(layout.opening) }
      } else {
        try buffer.append(layout.inner)
      }
      try buffer.append(text(value))
      if shape.width != nil, index % width == width - 1 { try buffer.append(layout.closing) }
    }
  }

  private func text(of index: Int) -> String { names.map { $0[index] } ?? String(index) }

  private static func text(_ number: Float) -> String {
    number == 0 ? "0" : number == 1 ? "1" : "\(number)"
  }

  /// As RFC 4180 writes it.
  private static func csvField(_ name: String) -> String {
    let special: [UInt8] = Array("\",\r\n".utf8)
    guard name.utf8.contains(where: special.contains) else { return name }
    return "\""
      + name.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
