/// Pixels as they come from a file: bytes while all are whole numbers, which costs a quarter of
/// the memory, and floats after the first fraction.
struct PixelBuilder {
  private var bytes: [UInt8] = []
  private var floats: [Float] = []
  private var hasFraction = false
  private var isAboveOne = false
  /// What white is among floats.
  private var largest: Float = 1

  private var areFloats: Bool { hasFraction || largest > 1 }

  var count: Int { areFloats ? floats.count : bytes.count }
  /// The memory that they take.
  var byteCount: Int { areFloats ? 4 * floats.count : bytes.count }

  /// Makes room for some more, but never for many more than there are already: what a header
  /// promises is not taken for granted before its data have come.
  mutating func reserve(_ more: Int) {
    let target = min(count + more, max(2 * count, 1 << 20))
    if areFloats {
      if floats.capacity < count + min(more, 1 << 16) { floats.reserveCapacity(target) }
    } else if bytes.capacity < count + min(more, 1 << 16) {
      bytes.reserveCapacity(target)
    }
  }

  /// Appends pixels that are bytes.
  mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
    bytes.append(contentsOf: more)
  }

  /// Appends a pixel of 16 bits, to which this builder then keeps: parts of 65,535 if one of them
  /// has more than 8.
  @inline(__always)
  mutating func append(sixteenBits value: UInt16) {
    if largest == 1 {
      if let byte = UInt8(exactly: value) {
        bytes.append(byte)
        return
      }
      largest = 65_535
      floats = bytes.map { Float($0) }
      bytes = []
    }
    floats.append(Float(value))
  }

  /// Appends a pixel; nil, or what is wrong with it.
  @inline(__always)
  mutating func append(_ value: Double) -> Failure? {
    if !hasFraction, value >= 0, value <= 255, value == value.rounded(.towardZero) {
      if value > 1 { isAboveOne = true }
      bytes.append(UInt8(value))
      return nil
    }
    return appendFraction(value)
  }

  private mutating func appendFraction(_ value: Double) -> Failure? {
    guard value >= 0, value <= 255 else { return .outOfRange }
    if value > 1, value != value.rounded() { return isAboveOne ? .mixed : .outOfRange }
    if hasFraction ? value > 1 : isAboveOne { return .mixed }
    if !hasFraction {
      hasFraction = true
      floats = bytes.map { Float($0) }
      bytes = []
    }
    floats.append(Float(value))
    return nil
  }

  enum Failure { case outOfRange, mixed }

  /// What was appended. Whole numbers up to 1 are black and white, larger ones parts of 255.
  consuming func pixels() -> ImageSet.Pixels {
    if areFloats {
      if largest > 1 {
        for i in floats.indices { floats[i] /= largest }
      }
      return .floats(floats)
    }
    if !bytes.contains(where: { $0 > 1 }) {
      for i in bytes.indices { bytes[i] *= 255 }
    }
    return .bytes(bytes)
  }
}
