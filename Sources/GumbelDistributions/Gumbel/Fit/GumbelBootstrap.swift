import GumbelTensors

/// Fits to samples simulated from a fitted distribution, from which intervals follow that allow
/// for the sample's size.
///
/// The estimates follow shifts and scales of the data. So the distributions of
///
///     (location estimate - location) / scale estimate,   scale estimate / scale
///
/// and of the same for a quantile depend on the size, the method and on what is fixed alone, and
/// intervals from their simulated quantiles are exact but for the number of replicates.
///
/// Antle & Bain, "A property of maximum likelihood estimators of location and scale parameters",
/// SIAM Review 11, 1969.
public struct GumbelBootstrap: SimulatedFits {
  private let fit: GumbelFit
  /// Estimates from samples of the standard distribution.
  private let replicates: [(location: Double, scale: Double)]

  /// Simulates and fits `replicates` samples of the data's size: the sum of the weights, rounded.
  ///
  /// Traps unless there are 20 replicates or more, and at most 10⁹ observations.
  /// The time is that of as many fits.
  public init(_ fit: GumbelFit, replicates: Int = 2000, key: RandomKey) {
    require(replicates >= 20, "GumbelBootstrap: \(replicates) replicates, expected 20 or more")
    require(
      fit.totalWeight <= 1e9,
      "GumbelBootstrap: a fit to \(fit.totalWeight) observations, expected at most 1e9")
    self.fit = fit
    let size = max(Int(fit.totalWeight.rounded()), fit.isScaleFixed || fit.isLocationFixed ? 1 : 2)
    var simulation = StandardSimulation(
      size: size, method: fit.method, isLocationFixed: fit.isLocationFixed,
      isScaleFixed: fit.isScaleFixed, key: key)
    self.replicates = (0..<replicates).map { _ in simulation.next().estimate }
  }

  /// How many samples were fitted.
  public var count: Int { replicates.count }

  public func interval(
    for quantity: ExtremeValueQuantity, confidence: Double
  ) -> (Double, Double) {
    var level = 0.0
    switch quantity {
    case .scale:
      let (low, high) = Self.middle(replicates.map(\.scale), confidence)
      return (fit.scale / high, fit.scale / low)
    case .location: break
    case .shape: return (0, 0)
    case .trend: GumbelFit.refuseTrend()
    case .returnLevel(let period): level = GumbelFit.reducedLevel(period: period)
    }
    let (low, high) = Self.middle(
      replicates.map { ($0.location + level * ($0.scale - 1)) / $0.scale }, confidence)
    let center = fit.estimate(of: quantity)
    // A minimum's quantities are the mirror images of a maximum's.
    return fit.extreme == .maximum
      ? (center - fit.scale * high, center - fit.scale * low)
      : (center + fit.scale * low, center + fit.scale * high)
  }

  /// The quantiles that leave half of the rest outside at either end.
  private static func middle(_ values: [Double], _ confidence: Double) -> (Double, Double) {
    let sorted = values.sorted()
    func quantile(_ p: Double) -> Double {
      let place = min(max(p * Double(sorted.count + 1) - 1, 0), Double(sorted.count - 1))
      let index = min(Int(place), sorted.count - 2)
      return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
    return (quantile((1 - confidence) / 2), quantile((1 + confidence) / 2))
  }
}
