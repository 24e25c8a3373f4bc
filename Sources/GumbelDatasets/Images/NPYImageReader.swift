extension NPYReader {
  /// Reads images: `[images, height, width]`, with channels as a fourth extent or behind the first,
  /// or `[images, pixels]` of square ones.
  func images(_ options: ImageFileOptions) throws(InputError) -> LoadedImages {
    let (header, start) = try header()
    func reader(_ count: Int) -> ElementReader {
      ElementReader(
        input: input, element: header.element, isBigEndian: header.isBigEndian, start: start,
        count: count)
    }
    let map = header.isFortranOrder ? nil : reader(0).map
    let size = try ImageExtents(
      header.shape, options, limit: map == nil ? limit : MappedPixels.limit,
      source: input.source, byte: nil)
    var pixels = try reader(size.images * size.count).pixels(
      size, options, map: map, limit: limit)
    if header.isFortranOrder {
      pixels =
        switch pixels {
        case .bytes(let bytes): .bytes(rowMajor(bytes, header.shape))
        case .floats(let floats): .floats(rowMajor(floats, header.shape))
        case .mapped: pixels
        }
    }
    return LoadedImages(pixels, size)
  }

  /// Reads labels, a list of whole numbers, or a column of them.
  func labels() throws(InputError) -> [Int32] {
    let (header, start) = try header()
    guard header.shape.count == 1 || header.shape.count == 2 && header.shape[1] == 1,
      header.shape[0] <= limit / 4
    else {
      throw input.error(.image(.extents(header.shape, expected: "one, the number of labels")))
    }
    return try ElementReader(
      input: input, element: header.element, isBigEndian: header.isBigEndian, start: start,
      count: header.shape[0]
    ).labels()
  }
}
