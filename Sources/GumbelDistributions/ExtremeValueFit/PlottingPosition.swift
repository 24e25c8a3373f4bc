import GumbelTensors

/// The probability that the i-th smallest of n values stands for when it is drawn on probability
/// paper: `(i - a) / (n + 1 - 2 a)`.
///
/// Cunnane, "Unbiased plotting positions", Journal of Hydrology 37, 1978.
public enum PlottingPosition: String, Sendable, CaseIterable {
  /// a = 0: the mean probability of the i-th smallest, for any distribution.
  case weibull
  /// a = 0.44: near the mean of the i-th smallest of a Gumbel distribution.
  case gringorten
  /// a = 0.5: the middle of its step.
  case hazen
  /// a = 0.4: a compromise for distributions of all kinds.
  case cunnane

  /// a.
  public var offset: Double {
    switch self {
    case .weibull: 0
    case .gringorten: 0.44
    case .hazen: 0.5
    case .cunnane: 0.4
    }
  }

  /// The probability for the value at a rank, from 1, among so many, which need not be whole.
  ///
  /// Traps unless the rank is between 1/2 and count + 1/2.
  public func probability(rank: Double, of count: Double) -> Double {
    require(
      rank >= 0.5 && rank <= count + 0.5,
      "PlottingPosition: rank \(rank) among \(count), expected one of these")
    return (rank - offset) / (count + 1 - 2 * offset)
  }
}
