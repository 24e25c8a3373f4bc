import CGumbelMath
import GumbelTensors

extension GumbelFit {
  /// What tells how much the estimates would vary from sample to sample.
  public enum Information: Sendable {
    /// The curvature of this sample's likelihood; for the methods of moments the same as expected.
    case observed
    /// What is expected of a sample of this size from the fitted distribution.
    case expected
  }

  /// Variances and covariance of the estimates, to first order in 1 / n.
  public struct Covariance: Sendable, Equatable {
    /// 0 where the parameter is fixed.
    public var location, scale, locationAndScale: Double
  }

  /// How the estimates vary together.
  ///
  /// For maximum likelihood the inverse of the Fisher information,
  ///
  ///     expected: n / scale² · [1, γ - 1; γ - 1, π²/6 + (1 - γ)²]
  ///     observed: 1 / scale² · [Σ e⁻ᶻ, Σ z e⁻ᶻ; Σ z e⁻ᶻ, n + Σ z² e⁻ᶻ]
  ///
  /// and for the methods of moments the variances of their limit.
  public func covariance(_ information: Information = .observed) -> Covariance {
    let unit = unitCovariance(information)
    let factor = scale * (scale / totalWeight)
    // Mirroring turns the location's sign, and so the covariance's.
    let sign = extreme == .maximum ? 1.0 : -1.0
    return Covariance(
      location: unit.location * factor, scale: unit.scale * factor,
      locationAndScale: sign * unit.locationAndScale * factor)
  }

  /// The square roots of the variances in `covariance()`.
  public var standardErrors: (location: Double, scale: Double) {
    let unit = unitCovariance(.observed)
    let root = totalWeight.squareRoot()
    return (
      scale * unit.location.squareRoot() / root, scale * unit.scale.squareRoot() / root
    )
  }

  /// The covariance for scale 1 and one observation, of maxima.
  func unitCovariance(_ information: Information) -> Covariance {
    let asymptotic: Covariance
    switch method {
    case .maximumLikelihood:
      return inverseInformation(information)
    case .moments:
      // Var(m) = π²/6, Var(s) = (2.4 + 2)/4 π²/6, Cov(m, s) = skewness/2 π²/6, and scale = √6/π s.
      let root = (Double.pi * Double.pi / 6).squareRoot()
      asymptotic = Self.combined(scale: 1.1, meanAndScale: 1.139_547_099_404_648_6 * root / 2)
      if isLocationFixed {
        return Covariance(location: 0, scale: Self.fixedSpread, locationAndScale: 0)
      }
    case .lMoments:
      // 4 Var(h(X)) / log² 2 with h(x) = E|x - Y| / 2 = E₁(e⁻ˣ) - x/2, by quadrature.
      asymptotic = Self.combined(
        scale: 0.804_620_860_147_052_1, meanAndScale: 0.693_147_180_559_945_3)
    }
    if isScaleFixed {
      return Covariance(
        location: isLocationFixed ? 0 : .pi * .pi / 6, scale: 0, locationAndScale: 0)
    }
    return isLocationFixed
      ? Covariance(location: 0, scale: asymptotic.scale, locationAndScale: 0) : asymptotic
  }

  /// The covariance of location = mean - γ scale with the scale.
  private static func combined(scale: Double, meanAndScale: Double) -> Covariance {
    let gamma = GumbelFit.eulerGamma
    return Covariance(
      location: .pi * .pi / 6 + gamma * (gamma * scale - 2 * meanAndScale), scale: scale,
      locationAndScale: meanAndScale - gamma * scale)
  }

  /// Var(z²) / (2 E[z²])², from the cumulants γ, π²/6, 2 ζ(3) and π⁴/15.
  private static let fixedSpread: Double = {
    let (k1, k2, k3, k4) = (
      GumbelFit.eulerGamma, Double.pi * .pi / 6, 2.404_113_806_319_188_6,
      6.493_939_402_266_829
    )
    let second = k2 + k1 * k1
    let fourth = k4 + 4 * k3 * k1 + 3 * k2 * k2 + 6 * k2 * k1 * k1 + k1 * k1 * k1 * k1
    return (fourth - second * second) / (4 * second * second)
  }()

  private func inverseInformation(_ information: Information) -> Covariance {
    let m: (location: Double, both: Double, scale: Double)
    switch information {
    case .expected:
      let rest = 1 - GumbelFit.eulerGamma
      m = (1, -rest, .pi * .pi / 6 + rest * rest)
    case .observed:
      // Of z = a y - b: e⁻ᶻ = exp(b) exp(-a y).
      let (m0, m1, m2) = sample.tilted(a)
      let factor = exp(b)
      m = (
        factor * m0, factor * (a * m1 - b * m0),
        1 + factor * (a * a * m2 - 2 * a * b * m1 + b * b * m0)
      )
    }
    if isLocationFixed && isScaleFixed {
      return Covariance(location: 0, scale: 0, locationAndScale: 0)
    }
    if isLocationFixed { return Covariance(location: 0, scale: 1 / m.scale, locationAndScale: 0) }
    if isScaleFixed { return Covariance(location: 1 / m.location, scale: 0, locationAndScale: 0) }
    let determinant = m.location * m.scale - m.both * m.both
    return Covariance(
      location: m.scale / determinant, scale: m.location / determinant,
      locationAndScale: -m.both / determinant)
  }
}
