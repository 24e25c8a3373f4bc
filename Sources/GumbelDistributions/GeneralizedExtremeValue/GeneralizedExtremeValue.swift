/// The generalized extreme value distribution, the limit of the largest of many independent values
/// of any kind: ``Gumbel`` in the middle, Fréchet's heavy tail on one side and Weibull's bounded one
/// on the other.
///
///     z = (x - location) / scale,   y = log(1 + shape z) / shape  (z where the shape is 0)
///     P(X ≤ x) = exp(-exp(-y)),     density exp(-(1 + shape) y - exp(-y)) / scale
///
/// where `1 + shape z > 0`; nothing lies outside. With a positive shape the upper tail is that of a
/// power, `P(X > x) ~ x^(-1 / shape)`, and with a negative one there is an upper end at
/// `location - scale / shape`. The sign is that of Coles and of R's evd, the opposite of Hosking's
/// and of SciPy's `c`.
///
/// Everything is continuous in the shape across 0, and a shape of 0 gives the bits of ``Gumbel``,
/// draws included.
///
/// Jenkinson, "The frequency distribution of the annual maximum (or minimum) values of
/// meteorological elements", Quarterly Journal of the Royal Meteorological Society 81, 1955; Coles,
/// "An introduction to statistical modeling of extreme values", 2001.
public struct GeneralizedExtremeValue<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
  public let shape: Value
}
