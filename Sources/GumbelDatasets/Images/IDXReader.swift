/// Reads IDX files, the form of MNIST and its kin: two zeros, the code of an element type, the
/// number of extents, the extents as big-endian 32-bit numbers, and the elements.
///
/// Source: "The MNIST database of handwritten digits", LeCun, Cortes & Burges.
struct IDXReader {
  let input: ChunkedInput
  /// The most bytes of pixels or labels to be held in memory.
  let limit: Int

  private static let elements: [UInt8: NPYHeader.Element] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// Reads images: `[images, height, width]`, with channels as a fourth extent or behind the first,
  /// or `[images, pixels]` of square ones.
  func images(_ options: ImageFileOptions) throws(InputError) -> LoadedImages {
    let (element, extents) = try header()
    let reader = elements(element, extents)
    let map = reader.map
    let size = try ImageExtents(
      extents, options, limit: map == nil ? limit : MappedPixels.limit, source: input.source,
      byte: 4)
    return LoadedImages(try reader.pixels(size, options, map: map, limit: limit), size)
  }

  /// Reads labels, a list of whole numbers, or a table whose first column they are: QMNIST's have
  /// the writer and more behind the class.
  func labels() throws(InputError) -> [Int32] {
    let (element, extents) = try header()
    guard 1...2 ~= extents.count, !extents.dropFirst().contains(0) else {
      throw error(
        .extents(extents, expected: "one, the number of labels, or two, with columns"), byte: 3)
    }
    // Of 32 bits each, so that the product does not overflow.
    guard extents.reduce(1, { $0 * UInt64($1) }) <= UInt64(limit / 4) else {
      throw error(.tooManyPixels(extents: extents, limit: limit), byte: 4)
    }
    return try elements(element, extents).labels(columns: extents.count == 2 ? extents[1] : 1)
  }

  private func elements(_ element: NPYHeader.Element, _ extents: [Int]) -> ElementReader {
    ElementReader(
      input: input, element: element, isBigEndian: true, start: 4 + 4 * extents.count,
      count: extents.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue })
  }

  private func header() throws(InputError) -> (NPYHeader.Element, extents: [Int]) {
    try need(4)
    let magic = Array(input.unread[..<4])
    guard magic[0] == 0, magic[1] == 0, 1...4 ~= magic[3] else {
      throw error(.idxMagic(found: magic), byte: 0)
    }
    guard let element = Self.elements[magic[2]] else {
      throw error(.idxElementType(code: magic[2]), byte: 2)
    }
    let rank = Int(magic[3])
    try need(4 + 4 * rank)
    let extents = (0..<rank).map { axis in
      (0..<4).reduce(0) { $0 << 8 | Int(input.unread[4 + 4 * axis + $1]) }
    }
    input.consume(4 + 4 * rank)
    return (element, extents)
  }

  /// Reads on until so many bytes of the header are there.
  private func need(_ count: Int) throws(InputError) {
    if try input.has(count) { return }
    let found = input.unread.count
    throw error(.truncated(found: found, expected: count), byte: found)
  }

  private func error(_ problem: ImageProblem, byte: Int) -> InputError {
    input.error(.image(problem, byte: byte))
  }
}
