import GumbelKernels

/// The source of a random draw: a value that is split and never changed.
///
/// Every function that draws takes a key, and the same key always gives the same draw. Element i
/// of a draw depends on the key and on i alone: not on the size of the batch, on threads or on
/// chunks. Derive a key for each use; a key that is used twice gives the same noise twice.
///
/// ```swift
/// let key = RandomKey(42)
/// let (noiseKey, maskKey) = key.split()
/// let noise = Tensor.gumbel([3], key: noiseKey)
/// ```
///
/// The generator is Philox4x32-10: Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy
/// as 1, 2, 3", SC 2011.
public struct RandomKey: TensorGroup, Sendable {
  /// The key's two words. A tensor, so that a compiled function can take and derive keys.
  package var words: Tensor

  package init(words: Tensor) { self.words = words }

  /// The key for a seed.
  public init(_ seed: UInt64) {
    words = Tensor(int32: [
      Int32(bitPattern: UInt32(truncatingIfNeeded: seed)),
      Int32(bitPattern: UInt32(truncatingIfNeeded: seed >> 32)),
    ])
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) { visitor.visit("words", &words) }

  /// A key for this number: folding in a step, an epoch or an index gives independent keys, and so does
  /// any other number, a hash or a time in nanoseconds.
  ///
  /// Numbers from 0 to 2⁴⁸ - 1 take one step of the generator, all others two, one for each half of their
  /// 64 bits.
  public func folding(in data: Int) -> RandomKey {
    let bits = UInt64(bitPattern: Int64(data))
    if bits < 1 << 48 { return RandomKey(words: apply1(FoldKey(data: bits), [words])) }
    // In a range of their own, apart from smaller numbers, names and splits.
    let upper = RandomKey(words: apply1(FoldKey(data: 3 << 62 | bits >> 32), [words]))
    return RandomKey(words: apply1(FoldKey(data: 3 << 62 | bits & 0xffff_ffff), [upper.words]))
  }

  /// A key for a counter that is a tensor (an int32 scalar), as in a compiled function's state.
  /// Gives the key that the same number gives as an `Int`, for numbers that are not negative.
  public func folding(in data: Tensor) -> RandomKey {
    RandomKey(words: apply1(FoldKeyTensor(), [words, data]))
  }

  /// Independent keys, also independent of all that `folding(in:)` gives.
  public func split(into count: Int) -> [RandomKey] {
    (0..<count).map { RandomKey(words: apply1(FoldKey(data: 1 << 63 | UInt64($0)), [words])) }
  }

  /// Two independent keys.
  public func split() -> (RandomKey, RandomKey) {
    let keys = split(into: 2)
    return (keys[0], keys[1])
  }

  /// A key for what a name stands for.
  public func folding(in name: String) -> RandomKey {
    // FNV-1a, 48 bits of it, in a range of its own.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    return RandomKey(words: apply1(FoldKey(data: 1 << 62 | hash >> 16), [words]))
  }
}

/// A random number generator for Swift's own methods (`shuffle(using:)`, `Int.random(in:using:)`).
public struct RandomKeyStream: RandomNumberGenerator, Sendable {
  private let key: (UInt32, UInt32)
  private var position: UInt64 = 0
  private var block: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// Creates the stream of a key: the same key gives the same numbers.
  public init(_ key: RandomKey) {
    let words = key.words.int32Scalars
    self.init(words: (UInt32(bitPattern: words[0]), UInt32(bitPattern: words[1])))
  }

  package init(words: (UInt32, UInt32)) { key = words }

  public mutating func next() -> UInt64 {
    if position % 2 == 0 {
      let counter: [UInt32] = [
        UInt32(truncatingIfNeeded: position / 2), UInt32(truncatingIfNeeded: position >> 33), 0, 0,
      ]
      withUnsafeMutableBytes(of: &block) { block in
        withUnsafeBytes(of: key) { key in
          gk_philox4x32_10(
            counter, key.assumingMemoryBound(to: UInt32.self).baseAddress,
            block.assumingMemoryBound(to: UInt32.self).baseAddress)
        }
      }
    }
    defer { position += 1 }
    return position % 2 == 0
      ? UInt64(block.1) << 32 | UInt64(block.0) : UInt64(block.3) << 32 | UInt64(block.2)
  }
}

// MARK: - Draws

extension Tensor {
  /// Uniform draws from the open interval (0, 1): odd multiples of 2⁻²⁴.
  public static func uniform(_ shape: Shape, key: RandomKey) -> Tensor {
    apply1(RandomDraw(kind: .uniform, shape: shape), [key.words])
  }

  /// Draws from the standard normal distribution (Box & Muller).
  public static func normal(_ shape: Shape, key: RandomKey) -> Tensor {
    apply1(RandomDraw(kind: .normal, shape: shape), [key.words])
  }

  /// Draws from the exponential distribution of mean 1, with both tails at full precision.
  public static func exponential(_ shape: Shape, key: RandomKey) -> Tensor {
    apply1(RandomDraw(kind: .exponential, shape: shape), [key.words])
  }

  /// Draws from the standard Gumbel distribution, `-log(-log u)`, with both tails at full
  /// precision: 32 bits of u in the middle and 64 near 0 and 1.
  public static func gumbel(_ shape: Shape, key: RandomKey) -> Tensor {
    apply1(RandomDraw(kind: .gumbel, shape: shape), [key.words])
  }

  /// Draws of 1 with the probability given and of 0 otherwise, one for each probability.
  public static func bernoulli(probabilities: Tensor, key: RandomKey) -> Tensor {
    uniform(probabilities.shape, key: key) .< probabilities
  }

  /// Exact draws of classes, one from each row of logits (their innermost axis), or `shape` draws
  /// from logits of rank 1. The index is -1 where a row has no class to draw: all -inf, or NaN.
  public static func categorical(
    logits: Tensor, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    let rows = logits.rank == 1 ? shape ?? [] : logits.shape.prefix(logits.rank - 1)
    require(
      logits.rank == 1 || shape == nil || shape == rows,
      "categorical: logits of shape \(logits.shape) give draws of shape \(rows)")
    return apply1(GumbelMax(rows: rows), [logits, key.words])
  }

  /// Draws of k different classes from each row of logits (their innermost axis), or `shape` draws
  /// of k from logits of rank 1: the classes with the largest logits + Gumbel noise, from the largest
  /// down.
  ///
  /// That is drawing one class after another without replacement, each with a probability
  /// proportional to exp(logit) among those that are left (the Plackett-Luce distribution): the
  /// first has the probabilities softmax(logits), and k = the number of classes gives a permutation.
  /// The noise is that of ``categorical(logits:shape:key:)``, so that the first class is the one
  /// drawn there, but for sums that float32 cannot tell apart.
  ///
  /// Traps unless 0 ≤ k ≤ the number of classes. Yellott 1977; Vieira 2014; Kool, van Hoof & Welling
  /// 2019 (arXiv 1903.06059).
  ///
  /// - Returns: int32, `[rows…, k]`; -1 all along a row with a NaN or with fewer than k logits above
  ///   -inf.
  public static func gumbelTopK(
    logits: Tensor, k: Int, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    let rows = logits.rank == 1 ? shape ?? [] : logits.shape.prefix(logits.rank - 1)
    require(
      logits.rank == 1 || shape == nil || shape == rows,
      "gumbelTopK: logits of shape \(logits.shape) give draws of shape \(rows)")
    return apply1(GumbelTopK(rows: rows, k: k), [logits, key.words])
  }

  /// The numbers 0 ..< count in a uniformly drawn order: number i stands where the key's random word i
  /// stands among the words from 0 on.
  ///
  /// That is a stable sort of counter bits, which any device can make again, and a permutation of fewer
  /// numbers is one of more without those that are left out. Two numbers whose 32-bit words are equal,
  /// count²/2³³ pairs on average, keep their order. Traps unless 0 ≤ count < 2³¹.
  public static func permutation(_ count: Int, key: RandomKey) -> Tensor {
    apply1(RandomPermutation(count: count), [key.words])
  }
}
