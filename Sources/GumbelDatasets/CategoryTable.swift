import GumbelCLibrary

/// Byte strings numbered in the order of their arrival, found again by hash without a `String`
/// being made.
struct CategoryTable: Sendable {
  /// All byte strings, one after the other.
  private var bytes: [UInt8] = []
  /// Where in `bytes` each starts, and where the last ends.
  private var bounds = [0]
  private var hashes: [UInt64] = []
  /// Open addressing with linear probing: an index or -1, at most half of them taken.
  private var slots = [Int32](repeating: -1, count: 16)

  // Drawn anew for each process, so that no file can be made to collide; no result depends on it.
  private static let seed = UInt64.random(in: .min ... .max)

  var count: Int { hashes.count }

  /// The bytes that the strings take together.
  var byteCount: Int { bytes.count }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[bounds[index]..<bounds[index + 1]] }

  func name(at index: Int) -> String {
    String(decoding: self[index], as: UTF8.self)
  }

  func index(of string: UnsafeRawBufferPointer) -> Int32? {
    let hash = Self.hash(string)
    let index = slots[slot(for: string, hash: hash)]
    return index < 0 ? nil : index
  }

  /// Adds a string that is not there yet and returns its index.
  mutating func append(_ string: UnsafeRawBufferPointer) -> Int32 {
    if 2 * (count + 1) > slots.count { grow() }
    let hash = Self.hash(string)
    let index = Int32(count)
    slots[slot(for: string, hash: hash)] = index
    bytes.append(contentsOf: string)
    bounds.append(bytes.count)
    hashes.append(hash)
    return index
  }

  /// The slot that holds a string, or the empty one where it belongs.
  private func slot(for string: UnsafeRawBufferPointer, hash: UInt64) -> Int {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] >= 0 {
      let index = Int(slots[slot])
      if hashes[index] == hash, equal(index, string) { break }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private func equal(_ index: Int, _ string: UnsafeRawBufferPointer) -> Bool {
    let (start, end) = (bounds[index], bounds[index + 1])
    guard end - start == string.count else { return false }
    return bytes.withUnsafeBytes { all in
      string.isEmpty || memcmp(all.baseAddress! + start, string.baseAddress!, string.count) == 0
    }
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: 2 * slots.count)
    let mask = slots.count - 1
    for (index, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] >= 0 { slot = (slot + 1) & mask }
      slots[slot] = Int32(index)
    }
  }

  /// Eight bytes at a time through a multiplication to 128 bits, whose halves are then mixed.
  private static func hash(_ string: UnsafeRawBufferPointer) -> UInt64 {
    func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
      let product = a.multipliedFullWidth(by: b)
      return product.high ^ product.low
    }
    let odd: UInt64 = 0x9E37_79B9_7F4A_7C15  // 2^64 divided by the golden ratio
    var state = seed ^ UInt64(string.count)
    var offset = 0
    while offset + 8 <= string.count {
      state = mix(state ^ string.loadUnaligned(fromByteOffset: offset, as: UInt64.self), odd)
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < string.count {
      tail = tail << 8 | UInt64(string[offset])
      offset += 1
    }
    return mix(state ^ tail, odd)
  }
}
