import CGumbelMath
import GumbelTensors

extension ExtremeValueFit {
  /// Whether the data look like those of the family at all: of the r largest the extremes of the
  /// blocks.
  ///
  /// Probabilities and critical values come from samples that are drawn from the fit and fitted as
  /// the data were (at most 500 values each, without weights), and have an error of
  /// `√(p (1 - p) / replicates)`. Unless another number is given there are 1000, and of more than
  /// 500 values 500. The distances hardly depend on the shape.
  ///
  /// Traps unless there are 100 replicates or more.
  public func goodnessOfFit(
    replicates: Int? = nil, key: RandomKey = RandomKey(0)
  ) -> GoodnessOfFit {
    let replicates = replicates ?? (count > NullDistances.largestSize ? 500 : 1000)
    require(replicates >= 100, "goodnessOfFit: \(replicates) replicates, expected 100 or more")
    let source = smaller
    let fits = (0..<replicates).compactMap { source?.refitted(key: key.folding(in: $0)) }
    // Where hardly a sample can be fitted, as of three values, a known distribution's stand in.
    let null =
      fits.count >= 100
      ? NullDistances(fits.map(\.distances), size: fits[0].totalWeight)
      : NullDistances(size: totalWeight, replicates: replicates, key: key)
    let found = distances
    return GoodnessOfFit(
      kolmogorovSmirnov: null.kolmogorovSmirnov(found.kolmogorovSmirnov, size: totalWeight),
      andersonDarling: null.andersonDarling(found.andersonDarling))
  }

  /// The fit itself, or one to fewer data that has its parameters.
  private var smaller: ExtremeValueFit? {
    count <= NullDistances.largestSize ? self : try? restricted(to: NullDistances.largestSize)
  }

  /// The data's distances from the fit.
  package var distances: EmpiricalDistance {
    let covariates = sample.topCovariates
    let shares = sample.weights.map { weights in weights.map { $0 / totalWeight } }
    let places = sample.values.indices.map { reduced(sample.values[$0], at: covariates?[$0]) }
    let order = places.indices.sorted { places[$0] < places[$1] }
    return EmpiricalDistance(
      count: order.count, size: totalWeight, shares: shares.map { all in order.map { all[$0] } }
    ) { i in
      let y = places[order[i]]
      return isOfExceedances ? (log1mexp(-max(y, 0)), -max(y, 0)) : gumbelLogarithms(y)
    }
  }
}
