import GumbelTensors

/// Images of a byte a pixel, in files that are mapped, in any order: what is held in memory is the order.
struct MappedPixels: Sendable {
  /// A file, the byte at which its images begin, and the first of all images that is in it.
  struct Part: Sendable {
    let file: MappedFile
    let offset, first, count: Int
  }

  /// How pixels are made black or white.
  enum Reading: Sendable {
    /// White from this value on.
    case threshold(Float)
    case drawn(PixelDraws)
  }

  /// The most bytes that can be counted with.
  static let limit = 1 << 50

  let parts: [Part]
  let imageSize: Int
  /// The bytes that were read since memory was let go of.
  private let read = Locked(0)
  /// About so many bytes of the files are memory of the process at a time.
  private static let together = 1 << 25
  /// The images by their numbers in the files; nil for all of them as they are there.
  private var order: [Int32]?
  /// Whether there is no byte above 1, so that 1 is white.
  private let areBits: Bool
  /// What is made of the pixels; and by which numbers, where those of the images were others then.
  private var made: Reading?
  private var madeOrder: [Int32]?

  /// Bytes of files, image after image; where none is above 1, 1 is white.
  init(_ files: [(file: MappedFile, offset: Int, images: Int)], imageSize: Int) {
    var parts: [Part] = []
    var first = 0
    for (file, offset, images) in files {
      parts.append(Part(file: file, offset: offset, first: first, count: images))
      first += images
    }
    (self.parts, self.imageSize) = (parts, imageSize)
    areBits = !parts.contains { Self.hasMoreThanBits($0, imageSize) }
  }

  private static func hasMoreThanBits(_ part: Part, _ imageSize: Int) -> Bool {
    defer { part.file.release() }
    let bytes = UnsafeBufferPointer(
      rebasing: part.file.bytes[part.offset..<(part.offset + part.count * imageSize)])
    let length = together
    for start in stride(from: 0, to: bytes.count, by: length) {
      part.file.check()
      if bytes[start..<min(start + length, bytes.count)].contains(where: { $0 > 1 }) { return true }
      part.file.release()
    }
    return false
  }

  var images: Int { order?.count ?? parts.reduce(0) { $0 + $1.count } }
  /// The number of pixels.
  var count: Int { images * imageSize }

  /// The images with these numbers, in their order.
  func subset(_ indices: some Collection<Int>) -> MappedPixels {
    var part = self
    part.order = indices.map { order?[$0] ?? Int32($0) }
    if made != nil { part.madeOrder = indices.map { madeOrder?[$0] ?? Int32($0) } }
    return part
  }

  /// Whether they are the pixels of the files.
  var isOriginal: Bool { made == nil }

  /// Images of the files with their pixels made black or white, each time that they are looked at.
  func making(_ reading: Reading) -> MappedPixels {
    var result = self
    result.made = reading
    return result
  }

  /// These and then others; nil unless both are all images of their files, as they are there.
  func appending(_ other: MappedPixels) -> MappedPixels? {
    guard order == nil, other.order == nil, isOriginal, other.isOriginal, areBits == other.areBits
    else { return nil }
    return MappedPixels(
      (parts + other.parts).map { ($0.file, $0.offset, $0.count) }, imageSize: imageSize)
  }

  /// Calls the body with the bytes of an image.
  func withBytes<Result>(of index: Int, _ body: (UnsafePointer<UInt8>) -> Result) -> Result {
    let image = order.map { Int($0[index]) } ?? index
    let part = parts[partIndex(of: image)]
    let bytes = part.file.bytes.baseAddress! + part.offset + (image - part.first) * imageSize
    if made == nil, !areBits { return body(bytes) }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: imageSize) { pixels in
      for i in 0..<imageSize { pixels[i] = areBits ? bytes[i] &* 255 : bytes[i] }
      switch made {
      case nil: break
      case .threshold(let least):
        for i in 0..<imageSize { pixels[i] = Float(pixels[i]) / 255 >= least ? 255 : 0 }
      case .drawn(let draws):
        withUnsafeTemporaryAllocation(of: Float.self, capacity: imageSize) { row in
          draws.draw(
            UnsafePointer(pixels.baseAddress!), of: madeOrder.map { Int($0[index]) } ?? index,
            to: row.baseAddress!)
          for i in 0..<imageSize { pixels[i] = UInt8(row[i]) &* 255 }
        }
      }
      return body(UnsafePointer(pixels.baseAddress!))
    }
  }

  /// Ends the process with words if a file that images are in has become shorter: to be called right
  /// before they are looked at. What was looked at before is let go of from time to time, so that it
  /// does not count as memory of the process; it stays where the system keeps files while it can.
  func check(_ indices: some Collection<Int>) {
    let isMuch = read.withLock { read in
      read += indices.count * imageSize
      if read < Self.together { return false }
      read = 0
      return true
    }
    if isMuch { release() }
    if parts.count == 1 { return parts[0].file.check() }
    var seen = Set<Int>()
    for index in indices {
      let part = partIndex(of: order.map { Int($0[index]) } ?? index)
      if seen.insert(part).inserted { parts[part].file.check() }
    }
  }

  /// Calls the body with the bytes of each image in turn, of which no more than a few MB stay in memory.
  func forEach(_ body: (UnsafePointer<UInt8>) -> Void) {
    let count = max(Self.together / imageSize, 1)
    for start in stride(from: 0, to: images, by: count) {
      let indices = start..<min(start + count, images)
      check(indices)
      for index in indices { withBytes(of: index, body) }
    }
    release()
  }

  /// All bytes, in memory.
  var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      forEach { image in
        (buffer.baseAddress! + initialized).initialize(from: image, count: imageSize)
        initialized += imageSize
      }
    }
  }

  /// Says that what was looked at so far is not soon looked at again.
  func release() { for part in parts { part.file.release() } }

  private func partIndex(of image: Int) -> Int {
    var (low, high) = (0, parts.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if parts[middle].first <= image { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
