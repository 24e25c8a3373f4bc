/// Reads a ``NumberArray`` from an `.npy` file or a pipe of one, in chunks.
struct NPYReader {
  private static let headerLimit = 1 << 16

  let input: ChunkedInput
  let limit: Int

  func read() throws(InputError) -> NumberArray {
    let (header, start) = try header()
    guard let count = header.count else {
      throw error(.shapeOverflow(header.shape), byte: 0)
    }
    if count > limit {
      throw input.error(.array(.tooManyNumbers(limit: limit)))
    }
    let values = try values(count, header, start: start)
    let isTransposed = header.isFortranOrder && header.shape.count > 1 && count > 0
    var array = NumberArray(
      isTransposed ? rowMajor(values, header.shape) : values, shape: header.shape)
    array.roundoff = header.element.roundoff
    return array
  }

  func header() throws(InputError) -> (NPYHeader, start: Int) {
    let magic = NPYHeader.magic.count
    try need(magic + 2)
    let (major, minor) = (Int(input.unread[magic]), Int(input.unread[magic + 1]))
    guard 1...3 ~= major, minor == 0 else {
      throw error(.version(major: major, minor: minor), byte: magic)
    }
    let start = magic + 2 + (major == 1 ? 2 : 4)
    try need(start)
    let length = (magic + 2..<start).reversed().reduce(0) { $0 << 8 | Int(input.unread[$1]) }
    if length > Self.headerLimit {
      throw error(.headerTooLong(count: length, limit: Self.headerLimit), byte: magic + 2)
    }
    try need(start + length)
    do throws(NPYFailure) {
      let header = try NPYHeader(
        dictionary: Array(input.unread[start..<(start + length)]), offset: start)
      input.consume(start + length)
      return (header, start + length)
    } catch {
      throw self.error(error.problem, byte: error.byte)
    }
  }

  /// Reads on until so many bytes of the header are there.
  private func need(_ count: Int) throws(InputError) {
    if try input.has(count) { return }
    let found = input.unread.count
    throw error(.headerTruncated(found: found, expected: count), byte: found)
  }

  private func values(
    _ count: Int, _ header: NPYHeader, start: Int
  ) throws(InputError) -> [Double] {
    let (element, isBigEndian) = (header.element, header.isBigEndian)
    let expected = count * element.size
    var values: [Double] = []
    // What a header promises is not taken for granted before its data have come.
    values.reserveCapacity(min(count, 1 << 20))
    try input.forEachElement(
      count, of: element.size,
      truncated: { error(.dataTruncated(found: $0, expected: expected), byte: start + $0) },
      goesOn: { error(.trailingBytes, byte: start + expected) }
    ) { bytes in
      for offset in stride(from: 0, to: bytes.count, by: element.size) {
        values.append(element.value(bytes, at: offset, isBigEndian: isBigEndian))
      }
    }
    return values
  }

  /// The same elements with the innermost extent running fastest.
  func rowMajor<Value>(_ values: [Value], _ shape: [Int]) -> [Value] {
    var steps = [Int](repeating: 1, count: shape.count)
    for axis in 1..<shape.count { steps[axis] = steps[axis - 1] * shape[axis - 1] }
    var index = [Int](repeating: 0, count: shape.count)
    var position = 0
    return values.indices.map { _ in
      defer {
        var axis = shape.count - 1
        while axis >= 0 {
          index[axis] += 1
          position += steps[axis]
          if index[axis] < shape[axis] { break }
          position -= steps[axis] * shape[axis]
          index[axis] = 0
          axis -= 1
        }
      }
      return values[position]
    }
  }

  private func error(_ problem: NPYProblem, byte: Int) -> InputError {
    input.error(.array(.npy(problem, byte: byte)))
  }
}
