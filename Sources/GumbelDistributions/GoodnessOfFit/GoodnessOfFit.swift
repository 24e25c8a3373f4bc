/// How well a distribution describes data, by two distances between the distribution functions.
public struct GoodnessOfFit: Sendable, Equatable {
  /// One test of the hypothesis that the data come from the distribution, or from its family.
  public struct Test: Sendable, Equatable, Encodable {
    /// The distance found.
    public var statistic: Double
    /// The probability of so large a distance where the hypothesis holds.
    public var pValue: Double
    /// The distance that is exceeded with a probability of 5 % where the hypothesis holds.
    public var criticalValue: Double
  }

  /// The largest difference between the distribution functions: `max |Fₙ(x) - F(x)|`.
  public var kolmogorovSmirnov: Test

  /// `n ∫ (Fₙ - F)² / (F (1 - F)) dF`, which also weighs the tails.
  ///
  /// Anderson & Darling, "A test of goodness of fit", JASA 49, 1954.
  public var andersonDarling: Test
}
