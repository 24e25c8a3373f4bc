import GumbelTensors

/// Multi-head self-attention in which no position sees a later one, time first:
///
///     q, k, v = x W,    y_t = Σ_{s ≤ t} softmax_s(<q_t, k_s> / √d) v_s,    heads side by side, times W'
///
/// Vaswani et al. 2017 (arXiv 1706.03762).
public struct CausalSelfAttention: Layer {
  /// Queries, keys and values in one product: [width, 3 width].
  public var projection: Dense
  /// From the heads back: [width, width].
  public var output: Dense
  /// The number of heads.
  public let headCount: Int

  /// Creates attention of a width, which the heads share; traps unless they divide it.
  public init(_ width: Int, heads: Int, key: RandomKey) {
    require(
      heads >= 1 && width % heads == 0,
      "CausalSelfAttention: \(heads) heads do not divide a width of \(width)")
    projection = Dense(width, 3 * width, key: key.folding(in: 0))
    output = Dense(width, width, key: key.folding(in: 1))
    headCount = heads
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    self(input, mask: nil, mode: mode)
  }

  /// Attends over a sequence.
  ///
  /// - Parameters:
  ///   - input: [time, batch, width].
  ///   - mask: [time, batch], 1 where there is an element and 0 where nobody may look. Padding
  ///     behind a sequence needs none, as what follows is not seen anyway. A position that may see
  ///     nothing attends to all before it alike.
  ///   - mode: either does the same.
  /// - Returns: [time, batch, width].
  public func callAsFunction(_ input: Tensor, mask: Tensor?, mode: Mode = .inference) -> Tensor {
    require(
      input.rank == 3 && input.shape[-1] == width,
      "CausalSelfAttention: input of shape \(input.shape), expected [time, batch, \(width)]")
    let (time, batch) = (input.shape[0], input.shape[1])
    let parts = projection(input)
      .reshaped(to: [time, batch, 3, headCount, headWidth]).transposed([2, 1, 3, 0, 4])
      .reshaped(to: [3 * batch, headCount, time, headWidth]).split(into: 3)
    var scores = matmul(parts[0] * scale, parts[1], transposingSecond: true)
    if let mask {
      require(
        mask.shape == [time, batch],
        "CausalSelfAttention: mask of shape \(mask.shape), expected [\(time), \(batch)]")
      scores = scores + hidden(mask.transposed().reshaped(to: [batch, 1, 1, time]))
    }
    let seen = matmul(scores.causalSoftmax(), parts[2])
    return output(seen.transposed([2, 0, 1, 3]).reshaped(to: [time, batch, width]))
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("projection", &projection)
    visitor.visit("output", &output)
    visitor.note("headCount", headCount)
  }

  // MARK: - One step at a time

  /// The keys and values of the positions so far: [batch, heads, capacity, width of a head].
  public struct Cache: TensorGroup, Sendable {
    var keys: Tensor
    var values: Tensor

    public mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("keys", &keys)
      visitor.visit("values", &values)
    }
  }

  /// A cache of nothing, with room for so many positions.
  public func cache(batch: Int, capacity: Int) -> Cache {
    let zeros = Tensor.zeros([batch, headCount, capacity, headWidth])
    return Cache(keys: zeros, values: zeros)
  }

  /// The next position of a sequence, as the whole sequence gives it up to rounding.
  ///
  /// - Parameters:
  ///   - input: [batch, width].
  ///   - position: an int32 scalar, less than the cache's capacity.
  ///   - cache: of the positions before, to which this one is added.
  /// - Returns: [batch, width].
  public func step(_ input: Tensor, at position: Tensor, cache: inout Cache) -> Tensor {
    let batch = input.shape[0]
    let capacity = cache.keys.shape[2]
    let parts = projection(input)
      .reshaped(to: [batch, 3, headCount, 1, headWidth]).transposed([1, 0, 2, 3, 4])
    let positions = Tensor.int32Range(capacity)
    let here = (positions .== position).reshaped(to: [1, 1, capacity, 1])
    let room = cache.keys.shape
    cache.keys = select(here.broadcast(to: room), parts[1].broadcast(to: room), cache.keys)
    cache.values = select(here.broadcast(to: room), parts[2].broadcast(to: room), cache.values)
    let scores = matmul(parts[0] * scale, cache.keys, transposingSecond: true)
    let later = (position .< positions).converted(to: .float32).reshaped(to: [1, 1, 1, capacity])
    let seen = matmul((scores + hidden(1 - later)).softmax(), cache.values)
    return output(seen.reshaped(to: [batch, width]))
  }

  private var width: Int { output.weight.shape[0] }
  private var headWidth: Int { width / headCount }
  private var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// What is added to the scores of keys under a mask: so much that they weigh exactly 0.
  private func hidden(_ mask: Tensor) -> Tensor { (mask - 1) * 1e9 }
}
