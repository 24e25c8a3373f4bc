import GumbelTensors

/// Rows of logits in tensors, with gradients that are 0, and not NaN, where a class is impossible.
extension Tensor {
  /// The outer dimensions: one row of classes each.
  var rowShape: Shape { shape.prefix(rank - 1) }

  /// Logits in which a row with some of +inf has 0 there and -inf elsewhere, which is the
  /// distribution that it stands for: an infinity less an infinity would be NaN.
  var finiteAtMost: Tensor {
    let infinity = Tensor(.infinity)
    let isCertain = max(along: -1, keepingAxis: true).stoppingGradient() .== infinity
    return select(isCertain, select(self .== infinity, Tensor(0), Tensor(-.infinity)), self)
  }

  /// Log probabilities of the classes that logits stand for.
  var normalisedLogits: Tensor { finiteAtMost.logSoftmax() }

  /// 1 where an element is not -inf, 0 elsewhere.
  var isPossible: Tensor { self .!= -.infinity }

  /// The elements, and a constant where one is -inf, to compute with where the result is not used.
  func replacingImpossible(_ isPossible: Tensor, with value: Float = 0) -> Tensor {
    select(isPossible, self, Tensor(value))
  }

  /// The logarithm, -inf at 0 and below with a gradient of 0; NaN at NaN.
  var logOrImpossible: Tensor {
    let isImpossible = self .<= Tensor(0)
    return select(isImpossible, Tensor(-.infinity), log(select(isImpossible, Tensor(1), self)))
  }

  /// The logarithm, NaN where a number is not positive, as a scale or a temperature has to be.
  var logOfPositive: Tensor {
    let isPositive = self .> 0
    return select(isPositive, log(select(isPositive, self, Tensor(1))), Tensor(.nan))
  }

  /// The logarithms of probabilities: -inf at 0 with a gradient of 0, NaN below.
  var logOfProbabilities: Tensor {
    let isPossible = self .!= 0
    return select(isPossible, log(select(isPossible, self, Tensor(1))), Tensor(-.infinity))
  }

  /// Elements of rows by their index: `[batch…, k]` and `[…, m]` give `[…, m]`, where the outer
  /// dimensions of both broadcast. -inf for an index outside 0 ..< k. No gradient passes to an
  /// element of -inf.
  func elementsOfRows(at indices: Tensor, _ name: String) -> Tensor {
    let k = shape[-1]
    require(
      indices.elementType == .int32,
      "\(name): expected int32 indices, found \(indices.elementType)\(indices.shape)")
    guard let rows = rowShape.broadcast(with: indices.rowShape) else {
      fatalError("\(name): the batch \(rowShape) and values \(indices.rowShape) do not broadcast")
    }
    require(count < Int(Int32.max), "\(name): \(count) logits are too many to be indexed by int32")
    let isInside = (indices .> Tensor(int32: -1)) * (indices .< Tensor(int32: Int32(k)))
    var positions = indices * isInside.converted(to: .int32)
    if rowShape.rank > 0 {
      let starts = Tensor.int32Range(rowShape.count) * Tensor(int32: Int32(k))
      positions = positions + starts.reshaped(to: rowShape + [1])
    }
    let shape = rows + [indices.shape[-1]]
    // Nothing can be read of no rows, and nothing has to be.
    if count == 0 { return Tensor.zeros(shape) }
    let found = reshaped(to: [count, 1]).gatheringRows(at: positions).reshaped(to: shape)
    return select(isInside * found.isPossible, found, Tensor(-.infinity))
  }
}

/// Traps unless these can be rows of logits of at least one class.
func requireLogits(_ logits: Tensor, _ name: String) {
  require(
    logits.elementType == .float32 && logits.rank >= 1 && logits.shape[-1] >= 1,
    "\(name): logits \(logits.type), expected float32[…, k] with at least one class")
}

/// Logits without the classes at which a mask is 0.
func maskedLogits(_ logits: Tensor, _ mask: Tensor, _ name: String) -> Tensor {
  require(
    mask.elementType == .float32 && logits.shape.broadcast(with: mask.shape) != nil,
    "\(name): logits \(logits.type) and mask \(mask.type), expected float32 and shapes that "
      + "broadcast")
  return select(mask, logits, Tensor(-.infinity))
}
