import CGumbelMath
import GumbelTensors

/// What is kept of the tokens that a draft model wrote ahead, and the token after these.
public struct SpeculativeTokens: Sendable, Hashable {
  /// How many tokens of the draft are kept: its first ones.
  public let acceptedCount: Int
  /// The tokens that are kept, and one more: the target model's own where it differs from the draft,
  /// or the one behind a draft that is kept whole.
  public let tokens: [Int32]
}

/// Several tokens of a language model at once, from the draft of a smaller model.
///
/// The draft model writes n tokens, the target model is run once on all of them, and of the draft so
/// much is kept that what is written has the target model's distribution exactly. There are two ways.
///
/// - **By rejection** (`tokens(draft:draftLogProbabilities:targetLogProbabilities:keys:)`): a token x of
///   the draft is kept with probability min(1, p(x) / q(x)), where p is the target's probability and q
///   the draft's; instead of the first that is not, a token is drawn from max(0, p - q), normalised.
///   A token is kept with probability 1 - δ, where δ = ½ Σ |p - q| is the distance of the two in total
///   variation: no way keeps more. Leviathan, Kalman & Matias 2023 (arXiv 2211.17192), Chen et al. 2023
///   (arXiv 2302.01318).
/// - **By coupling** (`TokenSampling.speculativeTokens(draft:logits:keys:)`): a draw by the Gumbel-max trick
///   is a function of the logits and of the noise of (key, token). Where the draft was drawn with the
///   keys that the target is drawn with, both choose the same token mostly, and the draft is kept as
///   long as they do: what is written is, to the bit, what the target model writes without a draft,
///   whichever draft model there is. A token is kept with probability (1 - δ) / (1 + δ) at least.
///   Daliri, Musco & Suresh 2025 (arXiv 2408.07978).
///
/// ```swift
/// let sampling = try TokenSampling(temperature: 0.8, topP: 0.95)
/// let keys = (0...2).map { RandomKey(1).forToken(sequence: 0, position: $0) }
/// let draftLogits = Tensor([0, 1, 2, 0, 1, 0], shape: [2, 3])
/// let draft = sampling.tokens(logits: draftLogits, keys: Array(keys[..<2])).int32Scalars
/// let logits = Tensor([0, 1, 2.1, 0.2, 1, 0, 3, 1, 0], shape: [3, 3])
/// let kept = try sampling.speculativeTokens(draft: draft, logits: logits, keys: keys)
/// let alone = sampling.tokens(logits: logits, keys: keys).int32Scalars
/// print(kept.tokens == Array(alone.prefix(kept.acceptedCount + 1)))  // true
/// ```
public enum SpeculativeSampling {
  /// Keeps a part of a draft by rejection, and draws the token after it.
  ///
  /// For position i a stream is made of `keys[i].folding(in: "speculation")`: its first number decides
  /// whether the draft's token is kept, and its second draws the token in its place, or the one behind
  /// the draft. The draft itself may be drawn with the same keys.
  ///
  /// - Parameters:
  ///   - draft: n tokens, each drawn from its row of the draft's probabilities.
  ///   - draftLogProbabilities: float32, `[n, classes]`: the logarithms of the probabilities that the
  ///     draft was drawn with, such as ``TokenSampling/logProbabilities(logits:)`` gives them.
  ///   - targetLogProbabilities: float32, `[n + 1, classes]`: those of the target, the last row for the
  ///     token behind the draft.
  ///   - keys: n + 1, one for each position.
  /// - Throws: A ``SpeculationError``. Traps in a compiled function.
  public static func tokens(
    draft: [Int32], draftLogProbabilities: Tensor, targetLogProbabilities: Tensor,
    keys: [RandomKey]
  ) throws(SpeculationError) -> SpeculativeTokens {
    let classes = try classes(of: targetLogProbabilities, rows: draft.count + 1)
    if !draft.isEmpty || draftLogProbabilities.count > 0 {
      guard try self.classes(of: draftLogProbabilities, rows: draft.count) == classes else {
        throw .shape(draftLogProbabilities.shape, rows: draft.count)
      }
    }
    return try draftLogProbabilities.withUnsafeFloats { q throws(SpeculationError) in
      try targetLogProbabilities.withUnsafeFloats { p throws(SpeculationError) in
        try tokens(draft: draft, draftLogProbabilities: q, targetLogProbabilities: p, keys: keys)
      }
    }
  }

  /// The same of probabilities in memory of whatever computed them, rows one after the other.
  public static func tokens(
    draft: [Int32], draftLogProbabilities: UnsafeBufferPointer<Float>,
    targetLogProbabilities: UnsafeBufferPointer<Float>, keys: [RandomKey]
  ) throws(SpeculationError) -> SpeculativeTokens {
    let rows = draft.count + 1
    guard keys.count == rows else { throw .keys(keys.count, rows: rows) }
    guard !targetLogProbabilities.isEmpty, targetLogProbabilities.count % rows == 0 else {
      throw .logits(targetLogProbabilities.count, rows: rows)
    }
    let classes = targetLogProbabilities.count / rows
    guard draftLogProbabilities.count == draft.count * classes else {
      throw .logits(draftLogProbabilities.count, rows: draft.count)
    }
    func row(_ values: UnsafeBufferPointer<Float>, _ row: Int) -> UnsafeBufferPointer<Float> {
      UnsafeBufferPointer(rebasing: values[(row * classes)..<((row + 1) * classes)])
    }
    for (position, token) in draft.enumerated() {
      guard token >= 0, token < classes else {
        throw .draftToken(token, position: position, classes: classes)
      }
      let (p, q) = (row(targetLogProbabilities, position), row(draftLogProbabilities, position))
      let (target, drafted) = (Double(p[Int(token)]), Double(q[Int(token)]))
      if target.isNaN || drafted.isNaN { throw .noToken(position: position) }
      var stream = RandomKeyStream(keys[position].folding(in: "speculation"))
      // u < p / q, without a quotient.
      let u = unit(&stream)
      if u * exponential(drafted) < exponential(target) { continue }
      let next = try draw(unit(&stream), p, without: q, position: position)
      return SpeculativeTokens(acceptedCount: position, tokens: draft.prefix(position) + [next])
    }
    var stream = RandomKeyStream(keys[draft.count].folding(in: "speculation"))
    _ = stream.next()
    let next = try draw(
      unit(&stream), row(targetLogProbabilities, draft.count), without: nil,
      position: draft.count)
    return SpeculativeTokens(acceptedCount: draft.count, tokens: draft + [next])
  }

  /// Draws from max(0, p - q) by inversion, or from p.
  private static func draw(
    _ u: Double, _ p: UnsafeBufferPointer<Float>, without q: UnsafeBufferPointer<Float>?,
    position: Int
  ) throws(SpeculationError) -> Int32 {
    func weight(_ token: Int) -> Double {
      let all = exponential(Double(p[token]))
      guard let q else { return all }
      let rest = all - exponential(Double(q[token]))
      return rest > 0 ? rest : rest.isNaN ? .nan : 0
    }
    var total = 0.0
    for token in p.indices { total += weight(token) }
    if total == 0, q != nil {
      // p is nowhere above q but for rounding, which is then all that the rejection came from.
      return try draw(u, p, without: nil, position: position)
    }
    guard total > 0, total.isFinite else { throw .noToken(position: position) }
    let border = u * total
    var sum = 0.0
    var last = 0
    for token in p.indices {
      let weight = weight(token)
      if weight == 0 { continue }
      sum += weight
      last = token
      if sum > border { break }
    }
    return Int32(last)
  }

  /// A multiple of 2⁻⁵³ in [0, 1).
  private static func unit(_ stream: inout RandomKeyStream) -> Double {
    Double(stream.next() >> 11) * 0x1p-53
  }

  private static func exponential(_ x: Double) -> Double { CGumbelMath.exp(x) }

  fileprivate static func classes(
    of tensor: Tensor, rows: Int
  ) throws(SpeculationError) -> Int {
    guard tensor.elementType == .float32, tensor.rank == 2, tensor.shape[0] == rows,
      tensor.shape[1] > 0
    else { throw .shape(tensor.shape, rows: rows) }
    return tensor.shape[1]
  }
}

extension TokenSampling {
  /// Keeps a draft as long as its tokens are those that these settings draw, and gives the first that
  /// is not, or the one behind the draft.
  ///
  /// The tokens are those of ``tokens(logits:keys:)->Tensor``, up to and with the first that differs from
  /// the draft. So they have this distribution whatever the draft is; for much of it to be kept, draw it
  /// from the draft model's logits with the same settings and keys (see ``SpeculativeSampling``).
  ///
  /// - Parameters:
  ///   - draft: n tokens.
  ///   - logits: float32, `[n + 1, classes]`: the target's, the last row for the token behind the draft.
  ///   - keys: n + 1, one for each position.
  /// - Throws: A ``SpeculationError``. Traps in a compiled function.
  public func speculativeTokens(
    draft: [Int32], logits: Tensor, keys: [RandomKey]
  ) throws(SpeculationError) -> SpeculativeTokens {
    _ = try SpeculativeSampling.classes(of: logits, rows: draft.count + 1)
    return try logits.withUnsafeFloats { logits throws(SpeculationError) in
      try speculativeTokens(draft: draft, logits: logits, keys: keys)
    }
  }

  /// The same of logits in memory of whatever computed them, rows one after the other.
  public func speculativeTokens(
    draft: [Int32], logits: UnsafeBufferPointer<Float>, keys: [RandomKey]
  ) throws(SpeculationError) -> SpeculativeTokens {
    let rows = draft.count + 1
    guard keys.count == rows else { throw .keys(keys.count, rows: rows) }
    guard !logits.isEmpty, logits.count % rows == 0 else {
      throw .logits(logits.count, rows: rows)
    }
    let classes = logits.count / rows
    var tokens: [Int32] = []
    for position in 0..<rows {
      let row = UnsafeBufferPointer(
        rebasing: logits[(position * classes)..<((position + 1) * classes)])
      guard let token = try? token(logits: row, key: keys[position]) else {
        throw .noToken(position: position)
      }
      tokens.append(Int32(token))
      if position < draft.count, draft[position] != Int32(token) { break }
    }
    return SpeculativeTokens(acceptedCount: tokens.count - 1, tokens: tokens)
  }
}

/// Why a draft is not judged.
public enum SpeculationError: Error, Hashable, CustomStringConvertible {
  /// A tensor is not one row of classes for each of so many positions.
  case shape(Shape, rows: Int)
  /// So many numbers are not as many for each of so many positions.
  case logits(Int, rows: Int)
  /// So many keys for another number of positions.
  case keys(Int, rows: Int)
  /// A token of the draft that is none of the classes.
  case draftToken(Int32, position: Int, classes: Int)
  /// A row with a NaN, or nothing above -inf.
  case noToken(position: Int)

  public var description: String {
    switch self {
    case .shape(let shape, let rows):
      "a tensor \(shape): expected float32 of \(rows) rows with at least one class"
    case .logits(let count, let rows):
      "\(count) numbers for \(rows) rows: expected as many, above 0, for each"
    case .keys(let count, let rows): "\(count) keys for \(rows) rows: expected one for each"
    case .draftToken(let token, let position, let classes):
      "token \(token) at position \(position) of the draft: expected one from 0 to \(classes - 1)"
    case .noToken(let position):
      "row \(position) has a NaN, or nothing above -inf: expected a token that can be drawn"
    }
  }
}

extension Tensor {
  /// The elements of a tensor, in its own memory.
  fileprivate func withUnsafeFloats<R, E: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(E) -> R
  ) throws(E) -> R {
    requireReadable(.float32)
    return try withExtendedLifetime(self) { () throws(E) -> R in
      try body(UnsafeBufferPointer(start: buffer.floats, count: count))
    }
  }
}
