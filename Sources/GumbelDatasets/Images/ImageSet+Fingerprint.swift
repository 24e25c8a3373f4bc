import GumbelFiles

extension ImageSet {
  /// A number that tells sets with other pixels apart.
  package var fingerprint: UInt64 {
    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var hash = Fingerprint()
      hash.add(bytes)
      return hash.value
    }
    switch pixels {
    case .bytes(let bytes): return bytes.withUnsafeBytes(hash)
    case .floats(let floats): return floats.withUnsafeBytes(hash)
    case .mapped(let map):
      var hash = Fingerprint()
      // Words go on from one image into the next.
      var (word, length) = (UInt64(0), 0)
      map.forEach { image in
        var i = 0
        while i < imageSize {
          if length == 0, i + 8 <= imageSize {
            hash.add(
              UInt64(
                littleEndian: UnsafeRawPointer(image + i).loadUnaligned(as: UInt64.self)))
            i += 8
            continue
          }
          word |= UInt64(image[i]) << (8 * UInt64(length))
          (i, length) = (i + 1, length + 1)
          if length == 8 {
            hash.add(word)
            (word, length) = (0, 0)
          }
        }
      }
      for i in 0..<length { hash.add(word >> (8 * UInt64(i)) & 255) }
      hash.add(UInt64(map.count))
      return hash.value
    }
  }
}
