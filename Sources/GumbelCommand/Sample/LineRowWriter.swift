import SwiftGumbel

/// Writes lines, each with a number behind it as one more field where that is wanted.
struct LineRowWriter {
  /// What the field of numbers is called.
  static func name(isExpectation: Bool) -> String {
    isExpectation ? "expected_count" : "inclusion_probability"
  }

  let buffer: OutputBuffer
  /// What stands before a number.
  var delimiter = "\t"
  var terminator = LineTerminator.lineFeed

  /// Writes the row that names the columns.
  func write(header: LineSample.Line, name: String?) throws {
    try header.bytes.withUnsafeBufferPointer { bytes in
      try write(bytes, name, isReturned: header.hasCarriageReturn)
    }
  }

  /// Writes a line that is given without its end, but perhaps with a carriage return.
  func write(_ text: UnsafeBufferPointer<UInt8>, _ number: Double?) throws {
    guard let number else { return try write(text, nil, isReturned: false) }
    let isReturned = terminator == .lineFeed && text.last == UInt8(ascii: "\r")
    try write(
      UnsafeBufferPointer(rebasing: isReturned ? text.dropLast() : text[...]),
      number == number.rounded() && number < 1e15 ? "\(Int(number))" : "\(number)",
      isReturned: isReturned)
  }

  private func write(
    _ text: UnsafeBufferPointer<UInt8>, _ field: String?, isReturned: Bool
  ) throws {
    try buffer.append(UnsafeRawBufferPointer(text))
    if let field { try buffer.append(delimiter + field) }
    if isReturned { try buffer.append("\r") }
    try withUnsafeBytes(of: terminator.byte) { try buffer.append($0) }
  }
}

/// A line as JSON has it.
struct LineResult: Encodable {
  /// Where there may be several.
  let file: String?
  let number: Int
  let text: String
  var inclusionProbability: Double?
  var expectedCount: Double?
}
