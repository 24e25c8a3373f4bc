import GumbelDistributions
import GumbelTensors

extension GradientEstimator {
  /// f at a value of the whole batch: checked, so that a mistake is found where it is made.
  func cost(_ f: (Tensor) -> Tensor, _ value: Tensor, _ distribution: Choice) -> Tensor {
    let cost = f(value)
    let batch = distribution.batchShape
    require(
      cost.elementType == .float32 && cost.rank <= batch.rank
        && cost.shape == batch.prefix(cost.rank),
      "\(name): f returned \(cost.type) for values of shape \(value.shape), expected float32 of "
        + "a shape that the batch shape \(batch) begins with")
    if let position = cost.firstNaN {
      fatalError("\(name): f returned NaN as cost \(position) of \(cost.count)")
    }
    return cost
  }

  /// A temperature that no gradient reaches; traps as `requireTemperature`.
  func constant(_ temperature: Tensor) -> Tensor {
    requireTemperature(temperature)
    return temperature.stoppingGradient()
  }

  /// Traps unless a temperature that can be read is positive.
  func requireTemperature(_ temperature: Tensor) {
    guard temperature.isReadable else { return }
    for value in temperature.scalars where !(value > 0 && value < .infinity) {
      fatalError("\(name): temperature \(value), expected a positive finite number")
    }
  }
}

extension Tensor {
  /// The sum over all that one cost depends on: from `[batch…, variables…]` to `[batch…]`.
  func summed(toRank rank: Int) -> Tensor {
    if self.rank == rank { return self }
    return reshaped(to: shape.prefix(rank) + [shape.trailingCount(from: rank)]).sum(along: -1)
  }

  /// 1, with the gradient of this tensor: what is multiplied by it gets the score function's
  /// gradient when this is the logarithm of a probability, and so do its own derivatives.
  ///
  /// Foerster et al. 2018, "DiCE: the infinitely differentiable Monte Carlo estimator" (arXiv
  /// 1802.05098).
  var scoreFactor: Tensor { exp(self - stoppingGradient()) }
}

extension Shape {
  /// The number of elements that the dimensions from `rank` on span.
  func trailingCount(from rank: Int) -> Int {
    (rank..<self.rank).reduce(1) { $0 * self[$1] }
  }
}

extension Tensor {
  /// 0, with the gradient of this tensor.
  var gradientOnly: Tensor { self - stoppingGradient() }

  /// All elements that belong to a cost as one row: `[batch…, n]`.
  func features(ofCosts costShape: Shape) -> Tensor {
    reshaped(to: costShape + [shape.trailingCount(from: costShape.rank)])
  }
}

extension Distribution {
  /// The log-probability of values that were drawn. A discrete choice has a cheaper one than the
  /// general, since what is drawn is never outside the support.
  func score(of drawn: Tensor) -> Tensor {
    (self as? any RelaxableChoice)?.logProbability(ofDraw: drawn) ?? logProbability(of: drawn)
  }
}
