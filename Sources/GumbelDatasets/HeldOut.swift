import GumbelTensors

/// Which members of a set are held out: each by what it is and a key alone.
struct HeldOut {
  private let hash: LineHash
  private let fraction: Double

  /// Traps unless the fraction is between 0 and 1.
  init(_ fraction: Double, key: RandomKey) {
    require(
      fraction > 0 && fraction < 1,
      "heldOut: a fraction of \(fraction), expected between 0 and 1")
    (hash, self.fraction) = (LineHash(key, for: .split), fraction)
  }

  func holdsOut(_ bytes: UnsafeRawBufferPointer) -> Bool {
    Double(hash.uniform(of: bytes) >> 11) * 0x1p-53 < fraction
  }

  /// The indices of both sides in their order; nil where one has none.
  static func sides(_ count: Int, _ isHeldOut: (Int) -> Bool) -> (rest: [Int], heldOut: [Int])? {
    var sides: (rest: [Int], heldOut: [Int]) = ([], [])
    for index in 0..<count {
      if isHeldOut(index) { sides.heldOut.append(index) } else { sides.rest.append(index) }
    }
    return sides.rest.isEmpty || sides.heldOut.isEmpty ? nil : sides
  }
}

extension ImageSet {
  /// About a fraction of the images apart, in their order, such as to choose by while others are
  /// learned from; nil where either part would have none.
  ///
  /// An image's side is a function of its pixels and the key: it stays what it is whatever images are
  /// added, and equal images are on one side. Traps unless the fraction is between 0 and 1.
  public func heldOut(
    _ fraction: Double, key: RandomKey
  ) -> (rest: ImageSet, heldOut: ImageSet)? {
    let rule = HeldOut(fraction, key: key)
    let size = imageSize
    var isHeldOut: [Bool] = []
    isHeldOut.reserveCapacity(count)
    func add<T>(_ pixels: [T]) {
      pixels.withUnsafeBufferPointer { pixels in
        for start in stride(from: 0, to: pixels.count, by: size) {
          let image = UnsafeBufferPointer(rebasing: pixels[start..<(start + size)])
          isHeldOut.append(rule.holdsOut(UnsafeRawBufferPointer(image)))
        }
      }
    }
    switch pixels {
    case .bytes(let bytes): add(bytes)
    case .floats(let floats): add(floats)
    case .mapped(let map):
      map.forEach {
        isHeldOut.append(rule.holdsOut(UnsafeRawBufferPointer(start: $0, count: size)))
      }
    }
    return HeldOut.sides(count) { isHeldOut[$0] }.map {
      (rest: subset($0.rest), heldOut: subset($0.heldOut))
    }
  }
}

extension TextSet {
  /// About a fraction of the strings apart, in their order, such as to choose by while others are
  /// learned from; nil where either part would have none.
  ///
  /// A string's side is a function of its symbols and the key: it stays what it is whatever strings
  /// are added, and equal strings are on one side. Traps unless the fraction is between 0 and 1.
  public func heldOut(
    _ fraction: Double, key: RandomKey
  ) -> (rest: TextSet, heldOut: TextSet)? {
    let rule = HeldOut(fraction, key: key)
    return HeldOut.sides(count) { index in
      // Not the tokens, which may be others where there are more strings.
      var text = vocabulary.decode(self[index])
      return text.withUTF8 { rule.holdsOut(UnsafeRawBufferPointer($0)) }
    }.map { (rest: subset($0.rest), heldOut: subset($0.heldOut)) }
  }
}
