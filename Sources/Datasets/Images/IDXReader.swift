/// Reads IDX files, the form of MNIST and its kin: two zeros, the code of an element type, the
/// number of extents, the extents as big-endian 32-bit numbers, and the elements.
///
/// Source: "The MNIST database of handwritten digits", LeCun, Cortes & Burges.
struct IDXReader {
  let input: ChunkedInput
  /// The most pixels to be held in memory.
  let limit: Int

  private static let elements: [UInt8: NPYHeader.Element] = [
    0x08: .uint8, 0x09: .int8, 0x0B: .int16, 0x0C: .int32, 0x0D: .float32, 0x0E: .float64,
  ]

  /// Reads images: `[images, height, width]`, with channels as a fourth extent, or
  /// `[images, pixels]` of square ones.
  func images(_ options: ImageFileOptions) throws(InputError) -> LoadedImages {
    let (element, extents) = try header()
    let size = try ImageExtents(extents, options, limit: limit, source: input.source, byte: 4)
    let reader = elements(element, extents)
    return LoadedImages(
      pixels: try reader.pixels(imageSize: size.count), height: size.height, width: size.width,
      channels: size.channels)
  }

  /// Reads labels, a list of whole numbers.
  func labels() throws(InputError) -> [Int32] {
    let (element, extents) = try header()
    guard extents.count == 1 else {
      throw error(.extents(extents, expected: "one, the number of labels"), byte: 3)
    }
    return try elements(element, extents).labels()
  }

  private func elements(_ element: NPYHeader.Element, _ extents: [Int]) -> ElementReader {
    ElementReader(
      input: input, element: element, isBigEndian: true, start: 4 + 4 * extents.count,
      count: extents.reduce(1, *))
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
    while input.unread.count < count {
      if try input.readMore() { continue }
      if input.isStopped { throw InputError(source: input.source.name, problem: .interrupted) }
      let found = input.unread.count
      throw error(.truncated(found: found, expected: count), byte: found)
    }
  }

  private func error(_ problem: ImageProblem, byte: Int) -> InputError {
    InputError(source: input.source.name, problem: .image(problem, byte: byte))
  }
}
