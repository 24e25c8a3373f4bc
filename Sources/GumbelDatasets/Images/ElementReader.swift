/// The elements of an array in a binary file, as pixels or as labels.
struct ElementReader {
  let input: ChunkedInput
  let element: NPYHeader.Element
  let isBigEndian: Bool
  /// Where in the file the elements start.
  let start: Int
  let count: Int

  private var expectedEnd: Int { start + count * element.size }

  /// The file, mapped, where its elements are bytes.
  var map: MappedFile? { element == .uint8 ? input.mapped() : nil }

  /// Pixels of images of such extents: left in a file that is mapped, where they are as the options want
  /// them for that, and else read.
  func pixels(
    _ extents: ImageExtents, _ options: ImageFileOptions, map: MappedFile?, limit: Int
  ) throws(InputError) -> ImageSet.Pixels {
    guard let map, count >= options.leastMapped,
      extents.channels == 1 || !extents.areChannelsFirst
    else {
      if count > limit { throw error(extents.tooLarge(limit), byte: nil) }
      return try pixels(extents, limit: limit)
    }
    let found = map.bytes.count
    if found < expectedEnd {
      throw error(.truncated(found: found, expected: expectedEnd), byte: found)
    }
    if found > expectedEnd { throw error(.trailingBytes, byte: expectedEnd) }
    return .mapped(
      MappedPixels([(map, start, extents.images)], imageSize: extents.count))
  }

  /// Reads pixels of images of such extents, which take up to `limit` bytes in memory.
  func pixels(_ extents: ImageExtents, limit: Int) throws(InputError) -> ImageSet.Pixels {
    var builder = PixelBuilder()
    try read { bytes throws(InputError) in
      builder.reserve(count - builder.count)
      if element == .uint8 {
        builder.append(bytes.assumingMemoryBound(to: UInt8.self))
        return
      }
      for offset in stride(from: 0, to: bytes.count, by: element.size) {
        let value = value(bytes, at: offset)
        if element == .uint16 {
          builder.append(sixteenBits: UInt16(value))
          continue
        }
        guard let failure = builder.append(value) else { continue }
        let (image, pixel) = builder.count.quotientAndRemainder(dividingBy: extents.count)
        let problem: ImageProblem =
          switch failure {
          case .outOfRange: .pixelOutOfRange(found: value, image: image + 1, pixel: pixel + 1)
          case .mixed: .mixedPixels(found: value, image: image + 1, pixel: pixel + 1)
          }
        throw error(problem, byte: start + builder.count * element.size)
      }
      if builder.byteCount > limit { throw error(extents.tooLarge(limit), byte: nil) }
    }
    return builder.pixels()
  }

  /// Reads labels: of each row of so many elements, the first.
  func labels(columns: Int = 1) throws(InputError) -> [Int32] {
    var labels: [Int32] = []
    var position = 0
    try read { bytes throws(InputError) in
      for offset in stride(from: 0, to: bytes.count, by: element.size) {
        defer { position += 1 }
        guard position % columns == 0 else { continue }
        let value = value(bytes, at: offset)
        guard value >= 0, value <= 65535, value == value.rounded() else {
          throw error(
            .labelOutOfRange(found: value, image: labels.count + 1, classes: nil),
            byte: start + position * element.size)
        }
        labels.append(Int32(value))
      }
    }
    return labels
  }

  /// Calls `body` with all elements' bytes, behind which the file ends.
  private func read(
    _ body: (UnsafeRawBufferPointer) throws(InputError) -> Void
  ) throws(InputError) {
    try input.forEachElement(
      count, of: element.size,
      truncated: { error(.truncated(found: start + $0, expected: expectedEnd), byte: start + $0) },
      goesOn: { error(.trailingBytes, byte: expectedEnd) }, body)
  }

  @inline(__always)
  private func value(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Double {
    element.value(bytes, at: offset, isBigEndian: isBigEndian)
  }

  private func error(_ problem: ImageProblem, byte: Int?) -> InputError {
    input.error(.image(problem, byte: byte))
  }
}
