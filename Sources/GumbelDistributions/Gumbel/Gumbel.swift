/// The Gumbel distribution, the limit of the largest of many independent values.
///
///     z = (x - location) / scale
///     P(X ≤ x) = exp(-exp(-z)),   density exp(-z - exp(-z)) / scale
///
/// The location is the mode, not the mean, which is `location + γ scale`. Scales are positive.
///
/// Gumbel, "Statistics of extremes", 1958.
public struct Gumbel<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
}

/// γ, the mean of the standard Gumbel distribution.
let eulerGamma = 0.577_215_664_901_532_9
