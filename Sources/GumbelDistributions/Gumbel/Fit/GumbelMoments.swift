extension GumbelFit {
  /// Euler's γ, the mean of the standard Gumbel distribution.
  static let eulerGamma = 0.577_215_664_901_532_9
}

extension StandardSample {
  /// The scale by one of the two methods of moments.
  ///
  ///     moments:    variance = π²/6 scale², with the unbiased variance
  ///     l-moments:  E|X - Y| / 2 = log 2 scale, with the unbiased mean difference
  ///
  /// Hosking, "L-moments", Journal of the Royal Statistical Society B 52, 1990.
  func scale(location: Double?, method: GumbelFit.Method) throws(FitError) -> Double {
    if method == .moments, let location {
      // E[z²] = π²/6 + γ².
      return (squareMean(from: location) / 1.978_111_990_655_943_5).squareRoot()
    }
    // Weights count observations, so it is their sum that takes the place of n.
    guard totalWeight > 1 else { throw .tooLittleWeight(total: totalWeight) }
    let unbiased = totalWeight / (totalWeight - 1)
    if method == .moments {
      return (squareMean(from: mean) * unbiased * 6).squareRoot() / .pi
    }
    return meanDifference * unbiased / 2 / 0.693_147_180_559_945_3
  }

  /// `Σ pᵢ pⱼ |yᵢ - yⱼ|`, from the distances between neighbours.
  private var meanDifference: Double {
    let (y, shares) = sorted()
    var below = 0.0
    var sum = 0.0
    for i in y.indices.dropLast() {
      below += shares?[i] ?? 1 / Double(count)
      sum += 2 * below * max(1 - below, 0) * (y[i + 1] - y[i])
    }
    return sum
  }

  /// The values in ascending order, with their shares.
  func sorted() -> (y: [Double], shares: [Double]?) {
    guard let shares else { return (y.sorted(), nil) }
    let order = y.indices.sorted { y[$0] < y[$1] }
    return (order.map { y[$0] }, order.map { shares[$0] })
  }
}
