import GumbelTensors

/// What one training step is given.
public struct TextBatch: TensorGroup, Sendable {
  /// What is to be predicted: int32, `[time, batch]`, padded with 0.
  public var tokens: Tensor
  /// 1 for each token that counts, a string's end among them, and 0 for padding: `[time, batch]`.
  public var mask: Tensor

  /// Creates a batch of tokens and their mask.
  public init(tokens: Tensor, mask: Tensor) {
    self.tokens = tokens
    self.mask = mask
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("tokens", &tokens)
    visitor.visit("mask", &mask)
  }
}

extension TextSet {
  /// Some strings as a batch, in so many steps of time; by default in as many as they need. Traps
  /// on no strings, and on one that needs more.
  public func batch(_ indices: some Collection<Int>, time: Int? = nil) -> TextBatch {
    require(!indices.isEmpty, "TextSet: a batch of no strings")
    let extra = endsStrings ? 1 : 0
    let needed = indices.reduce(1) { Swift.max($0, self[$1].count + extra) }
    let time = time ?? needed
    require(needed <= time, "TextSet: a batch of \(time) tokens a string, expected \(needed)")
    let count = indices.count
    var tokens = [Int32](repeating: TextVocabulary.end, count: time * count)
    var mask = [Float](repeating: 0, count: time * count)
    for (column, index) in indices.enumerated() {
      let string = self[index]
      for (row, token) in string.enumerated() { tokens[row * count + column] = token }
      for row in 0..<(string.count + extra) { mask[row * count + column] = 1 }
    }
    return TextBatch(
      tokens: Tensor(int32: tokens, shape: [time, count]),
      mask: Tensor(mask, shape: [time, count]))
  }
}

/// Batches of a set for training: each epoch goes through the strings in an order of its own, and
/// leaves out those that do not fill a last batch.
///
/// The batch of a step is a function of set, size, key and step, never of what was asked for
/// before, so that a resumed run sees what an unbroken one sees.
public struct TextBatches: Sendable {
  /// The strings.
  public let texts: TextSet
  /// Strings of a batch.
  public var batchSize: Int { order.batchSize }

  /// Times are rounded up to a multiple of this, so that there are few shapes to compile for.
  private let rounding: Int
  private var order: EpochOrder

  /// Batches of a set; traps unless the set fills one.
  ///
  /// - Parameters:
  ///   - set: the strings.
  ///   - batchSize: strings of a batch.
  ///   - rounding: a batch has as many tokens a string as its longest string needs, rounded up to
  ///     a multiple of this, and never more than the set's longest needs.
  ///   - key: of the order.
  public init(_ set: TextSet, batchSize: Int, rounding: Int = 8, key: RandomKey) {
    require(
      1...Swift.max(set.count, 1) ~= batchSize && set.count > 0,
      "TextBatches: batches of \(batchSize) of \(set.count) strings")
    require(rounding >= 1, "TextBatches: times rounded to multiples of \(rounding)")
    texts = set
    self.rounding = rounding
    order = EpochOrder(set.count, batchSize: batchSize, key: key)
  }

  /// The whole batches that the set fills.
  public var batchesPerEpoch: Int { order.batchesPerEpoch }

  /// The indices of a step's strings. Traps if the step is negative.
  public mutating func indices(_ step: Int) -> [Int] { order.indices(step) }

  /// The batch of a step. Traps if the step is negative.
  public mutating func batch(_ step: Int) -> TextBatch {
    let indices = indices(step)
    return texts.batch(indices, time: time(of: indices))
  }

  private func time(of indices: [Int]) -> Int {
    let longest = indices.reduce(0) { Swift.max($0, texts[$1].count) }
    let needed = Swift.max(1, longest + (texts.endsStrings ? 1 : 0))
    return Swift.min((needed + rounding - 1) / rounding * rounding, texts.time)
  }
}
