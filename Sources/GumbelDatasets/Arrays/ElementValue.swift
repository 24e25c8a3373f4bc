extension NPYHeader.Element {
  /// The number that stands at an offset among bytes.
  @inline(__always)
  func value(_ bytes: UnsafeRawBufferPointer, at offset: Int, isBigEndian: Bool) -> Double {
    func integer<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type) -> T {
      let raw = bytes.loadUnaligned(fromByteOffset: offset, as: T.self)
      return isBigEndian ? T(bigEndian: raw) : T(littleEndian: raw)
    }
    return switch self {
    case .bool: bytes[offset] == 0 ? 0 : 1
    case .int8: Double(integer(Int8.self))
    case .int16: Double(integer(Int16.self))
    case .int32: Double(integer(Int32.self))
    case .int64: Double(integer(Int64.self))
    case .uint8: Double(bytes[offset])
    case .uint16: Double(integer(UInt16.self))
    case .uint32: Double(integer(UInt32.self))
    case .uint64: Double(integer(UInt64.self))
    case .float16: double(halfPrecision: integer(UInt16.self))
    case .float32: Double(Float(bitPattern: integer(UInt32.self)))
    case .float64: Double(bitPattern: integer(UInt64.self))
    }
  }
}

/// The value of a number in IEEE 754's 16 bits, a type that not every processor has.
private func double(halfPrecision bits: UInt16) -> Double {
  let sign: Double = bits >> 15 == 0 ? 1 : -1
  let (exponent, fraction) = (Int(bits >> 10 & 31), Double(bits & 1023))
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    return sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
  }
}
