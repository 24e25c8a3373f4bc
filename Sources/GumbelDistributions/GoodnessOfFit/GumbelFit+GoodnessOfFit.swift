import GumbelTensors

extension GumbelFit {
  /// Whether the data look like a Gumbel distribution at all.
  ///
  /// Probabilities and critical values are those for parameters fitted as these were, not the
  /// larger ones of a distribution known beforehand: fitting draws the distribution towards the
  /// data. They come from simulated samples of the data's size (500 at most, where the limit is
  /// near; 10,000 of them unless another number is given), and have an error of
  /// `√(p (1 - p) / replicates)`.
  ///
  /// Traps unless there are 100 replicates or more.
  public func goodnessOfFit(
    replicates: Int? = nil, key: RandomKey = RandomKey(0)
  ) -> GoodnessOfFit {
    let replicates = replicates ?? 10_000
    let distance = distances
    let null = NullDistances(of: self, replicates: replicates, key: key)
    var kolmogorovSmirnov = null.kolmogorovSmirnov(distance.kolmogorovSmirnov, size: totalWeight)
    if isLocationFixed && isScaleFixed {
      kolmogorovSmirnov = .kolmogorov(distance.kolmogorovSmirnov, size: totalWeight)
    }
    return GoodnessOfFit(
      kolmogorovSmirnov: kolmogorovSmirnov,
      andersonDarling: null.andersonDarling(distance.andersonDarling))
  }

  /// The data's distances from the fit, without a word on how likely they are.
  package var distances: EmpiricalDistance {
    let (y, shares) = sample.sorted()
    return EmpiricalDistance(count: y.count, size: totalWeight, shares: shares) {
      gumbelLogarithms(a * y[$0] - b)
    }
  }
}

extension RealDistribution {
  /// Whether values look like draws from this distribution, which was known before they were seen.
  ///
  /// The Anderson-Darling test's distribution is simulated, the Kolmogorov-Smirnov test's computed.
  /// Traps unless there are values, none of them NaN, and 100 replicates or more.
  ///
  /// Of a continuous distribution only. For one that was fitted to the values, the probabilities
  /// would be far too large; see ``GumbelFit/goodnessOfFit(replicates:key:)``.
  public func goodnessOfFit(
    of values: [Double], replicates: Int = 10_000, key: RandomKey = RandomKey(0)
  ) -> GoodnessOfFit {
    require(!values.isEmpty, "goodnessOfFit: no values, expected some")
    require(!values.contains(where: \.isNaN), "goodnessOfFit: a value is NaN, expected numbers")
    let sorted = values.sorted()
    let size = Double(sorted.count)
    let distance = EmpiricalDistance(count: sorted.count, size: size) {
      (logCDF(at: sorted[$0]), logSurvival(at: sorted[$0]))
    }
    return GoodnessOfFit(
      kolmogorovSmirnov: .kolmogorov(distance.kolmogorovSmirnov, size: size),
      andersonDarling: NullDistances(size: size, replicates: replicates, key: key)
        .andersonDarling(distance.andersonDarling))
  }
}

extension GoodnessOfFit.Test {
  /// The Kolmogorov-Smirnov test of a distribution known beforehand.
  static func kolmogorov(_ distance: Double, size: Double) -> GoodnessOfFit.Test {
    let null = KolmogorovDistribution(count: size)
    return GoodnessOfFit.Test(
      statistic: distance, pValue: null.survival(at: distance),
      criticalValue: null.inverseSurvival(at: 0.05))
  }
}
