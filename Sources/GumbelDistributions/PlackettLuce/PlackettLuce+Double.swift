import GumbelTensors

extension PlackettLuce<Double> {
  /// Traps without a possible class, on NaN, and where the length, that of all unless given, is
  /// above the number of classes that are possible.
  public init(logits: [Double], length: Int? = nil) {
    requireLogits(logits, "PlackettLuce")
    self.logits = logits
    self.length = length ?? logits.count
    requireLength(self.length, logits.count)
    let possible = logits.logSoftmax.count { $0 > -.infinity }
    require(
      self.length <= possible,
      "PlackettLuce: a length of \(self.length), expected at most \(possible), the number of "
        + "classes that are possible")
  }

  /// -inf unless the value is as many distinct classes as are drawn.
  public func logProbability(of value: [Int]) -> Double {
    guard isOrder(value) else { return -.infinity }
    var left = logits.logSoftmax
    var result = 0.0
    for index in value {
      // Before the shares of what is left, which might be nothing.
      if left[index] == -.infinity { return -.infinity }
      result += left.logSoftmax[index]
      left[index] = -.infinity
    }
    return result
  }

  /// The most probable order, the lowest class first on ties.
  public var mode: [Int] {
    let logits = self.logits.logSoftmax
    return Array(logits.indices.sorted { (logits[$1], $0) < (logits[$0], $1) }.prefix(length))
  }

  /// The logarithm of the probability that these classes are drawn, in whatever order: the sum over
  /// all orders. Traps where the length is above 12.
  public func logProbability(ofSet set: [Int]) -> Double {
    requireSetSize(length)
    guard isOrder(set) else { return -.infinity }
    let logits = self.logits.logSoftmax
    let members = set.map { logits[$0] }
    if members.contains(-.infinity) { return -.infinity }
    if set.isEmpty { return 0 }
    let others = logits.indices.filter { !set.contains($0) }.map { logits[$0] }
    return logProbabilitiesOfSets(members.count) { before, last in
      let left = members.indices.filter { before & 1 << $0 == 0 }.map { members[$0] } + others
      return members[last] - left.logSumExp
    } sum: {
      $0.logSumExp
    } product: {
      $0 + $1
    }
  }

  private func isOrder(_ value: [Int]) -> Bool {
    value.count == length && Set(value).count == length
      && value.allSatisfy(logits.indices.contains)
  }
}
