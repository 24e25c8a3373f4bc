/// Numbers in rows and columns, as a file holds them.
///
/// Text has a row a line, its numbers between commas, semicolons, tabs or spaces. `inf`, `-inf` and
/// `nan` are numbers too; empty lines and lines that begin with `#` are passed over, and so is a
/// first line of as many names as there are columns. NumPy's `.npy` files are told from text by
/// their first bytes, and so are its `.npz` files: of several arrays, one is named behind a colon,
/// as in `file.npz:name`.
public struct NumberArray: Equatable, Sendable {
  /// The extents, the outermost first; [] for a single number.
  public let shape: [Int]
  /// The numbers, the innermost extent running fastest.
  public let values: [Double]

  /// How far, relative to a number, the rounding to the type in which it was stored may have moved
  /// it: 2⁻⁵³ but for narrower floats.
  package var roundoff = 0x1p-53

  public static func == (a: NumberArray, b: NumberArray) -> Bool {
    a.shape == b.shape && a.values == b.values
  }

  /// An array of given shape. Traps unless there is a value for each of its elements.
  public init(_ values: [Double], shape: [Int]) {
    precondition(
      elementCount(of: shape) == values.count,
      "NumberArray: \(values.count) values for the shape \(shape)")
    self.values = values
    self.shape = shape
  }

  /// Reads text, an `.npy` file or an array of an `.npz` file as a whole.
  ///
  /// Text with one number a line, or with one line, becomes a vector; other text becomes a matrix.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - limit: The most numbers to be held in memory.
  ///   - lineLimit: The most bytes that a line of text may have.
  ///   - decimalMark: What stands before fractions in text; a comma then separates no numbers. Nil
  ///     for a point, but where both commas and semicolons stand in a line, which is an error.
  ///   - shouldStop: Asked while reading; once true, `InputError` says that it was interrupted.
  /// - Throws: If the source cannot be read, holds no numbers, or something else besides.
  public static func load(
    _ source: InputSource, limit: Int = 1 << 28, lineLimit: Int = 1 << 26,
    decimalMark: NumberNotation.DecimalMark? = nil, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> NumberArray {
    try load(
      source, limit: limit, lineLimit: lineLimit, decimalMark: decimalMark, chunk: 1 << 16,
      shouldStop: shouldStop)
  }

  package static func load(
    _ source: InputSource, limit: Int = 1 << 28, lineLimit: Int = 1 << 26,
    decimalMark: NumberNotation.DecimalMark? = nil, chunk: Int,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> NumberArray {
    let input = try NPZArchive.open(source, chunk: chunk, shouldStop: shouldStop)
    if try input.begins(with: NPYHeader.magic) {
      return try NPYReader(input: input, limit: limit).read()
    }
    try input.refuseOtherKinds(expected: "numbers", isMarkup: true)
    try input.passByteOrderMark()
    var reader = NumberTextReader(
      input: input, limit: limit, lineLimit: lineLimit, decimalMark: decimalMark)
    return try reader.read()
  }

  /// Reads a list such as `0.2,0.3,0.5`, given as text.
  ///
  /// - Parameters:
  ///   - text: The list.
  ///   - name: What messages call it.
  ///   - decimalMark: What stands before fractions; a comma then separates no numbers. Nil for a
  ///     point, but where both commas and semicolons stand in a line, which is an error.
  public static func parse(
    _ text: String, name: String, decimalMark: NumberNotation.DecimalMark? = nil
  ) throws(InputError) -> NumberArray {
    var reader = NumberTextReader(source: name, limit: .max, decimalMark: decimalMark)
    var text = text
    var failure: InputError?
    text.withUTF8 { bytes in
      do throws(InputError) { try reader.addLines(of: bytes) } catch { failure = error }
    }
    if let failure { throw failure }
    return try reader.array()
  }
}

/// The number of elements of an array; nil where an extent is negative, or where the product of the
/// others, among which an extent of 0 makes no difference, overflows.
func elementCount(of shape: [Int]) -> Int? {
  var count = 1
  for extent in shape where extent != 0 {
    let (product, overflow) = count.multipliedReportingOverflow(by: extent)
    if extent < 0 || overflow { return nil }
    count = product
  }
  return shape.contains(0) ? 0 : count
}
