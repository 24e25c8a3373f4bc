/// The generalized Pareto distribution, the limit of what exceeds a high threshold, the location.
///
///     z = (x - location) / scale,   y = log(1 + shape z) / shape  (z where the shape is 0)
///     P(X > x) = exp(-y),           density exp(-(1 + shape) y) / scale
///
/// where `z ≥ 0` and `1 + shape z > 0`. A shape of 0 is the exponential distribution, and a negative
/// one has an upper end at `location - scale / shape`. If the number of values above a threshold is a
/// Poisson variable and their excesses are such variables, the largest is a
/// ``GeneralizedExtremeValue`` with the same shape.
///
/// Pickands, "Statistical inference using extreme order statistics", Annals of Statistics 3, 1975;
/// Davison & Smith, "Models for exceedances over high thresholds", JRSS B 52, 1990.
public struct GeneralizedPareto<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
  public let shape: Value
}
