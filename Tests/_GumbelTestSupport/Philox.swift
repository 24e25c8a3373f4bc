/// Philox4x32-10 (Salmon et al. 2011), written from the paper, for one block at a time: what the
/// library's random numbers are checked against.
public struct Philox: Sendable {
  public let key: (UInt32, UInt32)

  public init(key: (UInt32, UInt32)) { self.key = key }

  /// The key of a law's operand: the words as numbers.
  public init(_ words: DoubleTensor) {
    func word(_ x: Double) -> UInt32 { UInt32(bitPattern: Int32(x)) }
    key = (word(words.values[0]), word(words.values[1]))
  }

  public func block(_ counter: [UInt32]) -> [UInt32] {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let left = UInt64(0xD251_1F53) * UInt64(c[0])
      let right = UInt64(0xCD9E_8D57) * UInt64(c[2])
      c = [
        UInt32(right >> 32) ^ c[1] ^ k.0, UInt32(truncatingIfNeeded: right),
        UInt32(left >> 32) ^ c[3] ^ k.1, UInt32(truncatingIfNeeded: left),
      ]
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }

  /// Word i of a stream.
  public func word(_ i: Int, stream: UInt32 = 0) -> UInt32 {
    let counter = UInt64(i / 4)
    return block([
      UInt32(truncatingIfNeeded: counter), UInt32(counter >> 32), stream, 0,
    ])[i % 4]
  }

  public func folding(_ data: UInt64) -> [UInt32] {
    Array(
      block([
        UInt32(truncatingIfNeeded: data), UInt32(data >> 32), 0xFFFF_FFFF, 0xF01D_0000,
      ])[0..<2])
  }

  /// Uniform draw i, an odd multiple of 2⁻²⁴.
  public func uniform(_ i: Int) -> Double {
    Double(2 * (word(i) >> 9) + 1) / 16_777_216
  }

  /// Exponential draw i, `-log u`: u has 64 bits within 2⁻⁸ of either end, 32 elsewhere.
  public func exponentialDraw(_ i: Int) -> Double {
    let (probability, isUpper) = tail(i)
    return isUpper ? -logarithmOnePlus(-probability) : -logarithm(probability)
  }

  /// Gumbel draw i, `-log(-log u)`.
  public func gumbel(_ i: Int) -> Double { -logarithm(exponentialDraw(i)) }

  /// The smaller of u and 1 - u, and whether it is the latter.
  private func tail(_ i: Int) -> (Double, isUpper: Bool) {
    let word = word(i)
    let isUpper = word >> 31 == 1
    let nearer = isUpper ? ~word : word
    if nearer >= 1 << 24 { return ((Double(nearer) + 0.5) / 4_294_967_296, isUpper) }
    let refinement = self.word(i, stream: 1)
    let low = isUpper ? ~refinement : refinement
    return ((Double(nearer) + (Double(low) + 0.5) / 4_294_967_296) / 4_294_967_296, isUpper)
  }

  /// Normal draw i, by Box & Muller's method from the words of its pair.
  public func normal(_ i: Int) -> Double {
    let radius = (2 * exponentialDraw(i / 2 * 2)).squareRoot()
    let angle =
      2 * Double.pi * (Double(Int64(Int32(bitPattern: word(i / 2 * 2 + 1)))) + 0.5)
      / 4_294_967_296
    return radius * (i % 2 == 0 ? cosine(angle) : sine(angle))
  }
}
