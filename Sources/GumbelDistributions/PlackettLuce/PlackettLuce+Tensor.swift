import GumbelTensors

extension PlackettLuce<Tensor>: Distribution {
  /// - Parameters:
  ///   - logits: float32, `[batch…, k]`; traps without a class.
  ///   - length: the number of classes that are drawn, all unless given; traps where there are
  ///     fewer classes.
  public init(logits: Tensor, length: Int? = nil) {
    requireLogits(logits, "PlackettLuce")
    self.logits = logits
    self.length = length ?? logits.shape[-1]
    requireLength(self.length, logits.shape[-1])
  }

  /// The distribution over the classes at which the mask is not 0; see
  /// ``Categorical/init(logits:mask:)``.
  public init(logits: Tensor, mask: Tensor, length: Int) {
    self.init(logits: maskedLogits(logits, mask, "PlackettLuce"), length: length)
  }

  private var classCount: Int { logits.shape[-1] }
  public var batchShape: Shape { logits.rowShape }
  public var eventShape: Shape { [length] }

  /// Exact draws of distinct classes in order: int32. -1 all along an invalid row, and one with fewer
  /// possible classes than are drawn.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    // Relative to the largest, so that noise is not lost beside logits that are far from 0.
    let logits = relativeLogits
    return logits.rank == 1
      ? .gumbelTopK(logits: logits, k: length, shape: shape, key: key)
      : .gumbelTopK(
        logits: logits.broadcast(to: shape + logits.shape), k: length, key: key)
  }

  /// - Parameter value: int32, `[…, length]`; -inf unless the classes are distinct and possible.
  public func logProbability(of value: Tensor) -> Tensor {
    let (ordered, isValid) = orderedLogits(value, "PlackettLuce.logProbability")
    let terms = apply(SuffixLogSoftmax(), [ordered])[0].sliced(along: -1, 0..<length)
    return select(isValid, terms.sum(along: -1), Tensor(-.infinity))
  }

  /// The most probable order, the lowest class first on ties: int32, `[batch…, length]`.
  public var mode: Tensor { logits.finiteAtMost.largestInOrder(length) }

  /// The logarithm of the probability that these classes are drawn, in whatever order: the sum over
  /// all orders.
  ///
  /// The work doubles with each class: traps where the length is above 12.
  ///
  /// Kool, van Hoof & Welling 2020 (arXiv 2002.06043), appendix B.
  ///
  /// - Parameter set: int32, `[…, length]`; -inf unless the classes are distinct and possible.
  public func logProbability(ofSet set: Tensor) -> Tensor {
    requireSetSize(length)
    let (ordered, isValid) = orderedLogits(set, "PlackettLuce.logProbability(ofSet:)")
    let rows = ordered.rowShape
    if length == 0 { return select(isValid, Tensor.zeros(rows), Tensor(-.infinity)) }
    let drawn = ordered.sliced(along: -1, 0..<length)
    let arePossible = drawn.isPossible.min(along: -1).stoppingGradient()
    let members = (0..<length).map { i in
      let member = drawn.sliced(along: -1, i..<(i + 1)).reshaped(to: rows)
      return member.replacingImpossible(member.isPossible)
    }
    let others =
      length < classCount ? [ordered.sliced(along: -1, length..<classCount).logSumExp()] : []
    let result = logProbabilitiesOfSets(members.count) { before, last in
      let left = members.indices.filter { before & 1 << $0 == 0 }.map { members[$0] } + others
      return members[last] - Tensor.stacked(left, along: -1).logSumExp()
    } sum: {
      Tensor.stacked($0, along: -1).logSumExp()
    } product: {
      $0 + $1
    }
    return select(arePossible * isValid, result, Tensor(-.infinity))
  }

  /// The logits less each row's largest. No gradient passes through that one: probabilities do not
  /// depend on a constant that is added to the logits.
  private var relativeLogits: Tensor {
    let logits = self.logits.finiteAtMost
    return logits - logits.max(along: -1, keepingAxis: true).stoppingGradient()
  }

  /// The relative logits, those of a value's classes first and in its order, and whether it is an
  /// order.
  private func orderedLogits(_ value: Tensor, _ name: String) -> (Tensor, isValid: Tensor) {
    require(
      value.elementType == .int32 && value.rank >= 1 && value.shape[-1] == length,
      "\(name): a value \(value.type), expected int32[…, \(length)]")
    let (order, isValid) = value.completedOrder(classCount)
    let ordered = relativeLogits.elementsOfRows(at: order, name)
    return (ordered, isValid.broadcastingRows(with: ordered.rowShape))
  }
}

/// The logarithm of the probability of drawing all of n members first, from that of drawing the
/// member `last` when those in the bits of `before` have been: over sets that grow by one.
func logProbabilitiesOfSets<T>(
  _ n: Int, _ step: (_ before: Int, _ last: Int) -> T, sum: ([T]) -> T, product: (T, T) -> T
) -> T {
  var found: [T?] = [nil]
  for set in 1..<(1 << n) {
    let terms = (0..<n).filter { set & 1 << $0 != 0 }.map { last in
      let before = set ^ 1 << last
      let draw = step(before, last)
      return found[before].map { product($0, draw) } ?? draw
    }
    found.append(terms.count == 1 ? terms[0] : sum(terms))
  }
  return found[(1 << n) - 1]!
}
