/// The last bytes of a number, the most significant first.
public func bigEndian(_ value: Int, _ count: Int = 4) -> [UInt8] {
  littleEndian(value, count).reversed()
}

/// The last bytes of a number, the least significant first.
public func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
