import GumbelTensors

extension TensorGroup {
  /// 64 bits that differ, but for one chance in 2^64 or so, where a bit of a tensor does: FNV-1a over
  /// words of eight bytes, with a mix at the end. Against chance, not against forgery.
  package var digest: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ word: UInt64) {
      hash = (hash ^ word) &* 0x0000_0100_0000_01b3
      // The product moves bits up only.
      hash ^= hash >> 32
    }
    for tensor in tensors {
      tensor.withLittleEndianBytes { bytes in
        take(UInt64(bytes.count))
        let whole = bytes.count & ~7
        for i in stride(from: 0, to: whole, by: 8) {
          take(bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self))
        }
        var last: UInt64 = 0
        for i in whole..<bytes.count { last = last << 8 | UInt64(bytes[i]) }
        if whole < bytes.count { take(last) }
      }
    }
    return hash
  }
}
