import CGumbelMath

// With gₖ = Γ(1 - k ξ), the moments of 1 + ξ z, the central moments of z are
//
//     (g₂ - g₁²) / ξ²,   (g₃ - 3 g₂ g₁ + 2 g₁³) / ξ³,   …
//
// in which all digits cancel as ξ goes to 0. Written with
//
//     aₖ = log gₖ - k log g₁ = Σ ζ(j) ξʲ (kʲ - k) / j,  j from 2 on,
//
// the powers of ξ that cancel can be left out beforehand.

extension GeneralizedExtremeValue<Double> {
  /// At an upper end where the shape is -1 or less.
  public var mode: Double {
    shape <= -1 ? upperEnd : location + scale * variate(-log1p(shape), shape: shape)
  }

  /// Infinite where the shape is 1 or more.
  public var mean: Double {
    if shape >= 1 { return .infinity }
    let moments = ExtremeMoments(shape: shape)
    return location + scale * moments.mean
  }

  /// Infinite where the shape is 1/2 or more.
  public var variance: Double {
    shape >= 0.5 ? .infinity : scale * scale * ExtremeMoments(shape: shape).variance
  }

  /// Infinite where the shape is 1/3 or more, and NaN from 1/2 on.
  public var skewness: Double {
    if shape >= 1.0 / 3 { return shape >= 0.5 ? .nan : .infinity }
    let moments = ExtremeMoments(shape: shape)
    return moments.third / (moments.variance * moments.variance.squareRoot())
  }

  /// Infinite where the shape is 1/4 or more, and NaN from 1/2 on.
  public var excessKurtosis: Double {
    if shape >= 0.25 { return shape >= 0.5 ? .nan : .infinity }
    let moments = ExtremeMoments(shape: shape)
    return moments.fourth / (moments.variance * moments.variance) - 3
  }

  /// `log scale + γ shape + γ + 1`.
  public var entropy: Double { log(scale) + eulerGamma * shape + eulerGamma + 1 }

  /// The first two L-moments and the next two's ratios to the second.
  ///
  ///     λ₂ = scale Γ(1 - ξ) (2^ξ - 1) / ξ,   τ₃ = 2 (3^ξ - 1) / (2^ξ - 1) - 3
  ///
  /// There are none where the shape is 1 or more: λ₁ and λ₂ are infinite and the ratios 1.
  ///
  /// Hosking, "L-moments", Journal of the Royal Statistical Society B 52, 1990.
  public var lMoments: LMoments {
    if shape >= 1 { return LMoments(mean: .infinity, scale: .infinity, skewness: 1, kurtosis: 1) }
    let moments = ExtremeMoments(shape: shape)
    let two = ExtremeMoments.powerRatio(2, shape)
    let three = ExtremeMoments.powerRatio(3, shape)
    let four = ExtremeMoments.powerRatio(4, shape)
    return LMoments(
      mean: location + scale * moments.mean, scale: scale * two * exp(moments.logGamma),
      skewness: 2 * three / two - 3, kurtosis: (5 * four - 10 * three) / two + 6)
  }
}

extension Gumbel<Double> {
  /// The first two L-moments, `mean` and `scale log 2`, and the next two's ratios to the second.
  public var lMoments: LMoments {
    GeneralizedExtremeValue(location: location, scale: scale, shape: 0).lMoments
  }
}

/// Moments of the standard generalized extreme value distribution.
struct ExtremeMoments {
  let shape: Double
  /// log Γ(1 - ξ).
  let logGamma: Double
  private let a2, a3, a4: Double
  /// a₃ - 3 a₂ and a₄ - 4 a₃ + 6 a₂, which are of third and fourth order.
  private let d3, d4: Double

  init(shape: Double) {
    // Nearer to 0, powers underflow and nothing is different.
    let x = shape.magnitude < 1e-30 ? 0 : shape
    self.shape = x
    if x.magnitude > 0.2 {
      // Logarithms of what does not exist are not used.
      let l = (0...4).map { 1 - Double($0) * x > 0 ? polygamma(-1, 1 - Double($0) * x) : .nan }
      logGamma = l[1]
      (a2, a3, a4) = (l[2] - 2 * l[1], l[3] - 3 * l[1], l[4] - 4 * l[1])
      (d3, d4) = (a3 - 3 * a2, a4 - 4 * a3 + 6 * a2)
      return
    }
    var sums = (one: eulerGamma * x, a2: 0.0, a3: 0.0, a4: 0.0, d3: 0.0, d4: 0.0)
    var power = x
    for j in 2..<200 {
      power *= x
      let term = (j < Self.zeta.count ? Self.zeta[j] : 1) * power / Double(j)
      // (4 x)²⁰⁰ is below 1e-19.
      let (p2, p3, p4) = (pow(2.0, Double(j)), pow(3.0, Double(j)), pow(4.0, Double(j)))
      let (c2, c3, c4) = (p2 - 2, p3 - 3, p4 - 4)
      sums.one += term
      sums.a2 += term * c2
      sums.a3 += term * c3
      sums.a4 += term * c4
      sums.d3 += term * (c3 - 3 * c2)
      sums.d4 += term * (c4 - 4 * c3 + 6 * c2)
      if power.magnitude * p4 < 1e-19 * x.magnitude * x.magnitude * x.magnitude * x.magnitude {
        break
      }
    }
    logGamma = sums.one
    (a2, a3, a4) = (sums.a2, sums.a3, sums.a4)
    (d3, d4) = (sums.d3, sums.d4)
  }

  /// Those of integers up to 60, of 2 and more.
  private static let zeta: [Double] = (0...60).map {
    $0 < 2 ? .nan : polygamma($0 - 1, 1).magnitude / tgamma(Double($0))
  }

  /// `exp(a) - 1 - a`, without cancellation.
  private static func excess(_ a: Double) -> Double {
    if a.magnitude > 0.5 { return expm1(a) - a }
    var sum = 0.0
    for k in stride(from: 17, through: 2, by: -1) { sum = (1 + sum) * a / Double(k) }
    return a * sum
  }

  /// (g₁ - 1) / ξ.
  var mean: Double { shape == 0 ? eulerGamma : expm1(logGamma) / shape }
  var variance: Double {
    shape == 0 ? .pi * .pi / 6 : exp(2 * logGamma) * expm1(a2) / shape / shape
  }
  /// The third central moment.
  var third: Double {
    shape == 0
      ? 2.404_113_806_319_188_6
      : exp(3 * logGamma) * (d3 + Self.excess(a3) - 3 * Self.excess(a2)) / shape / shape / shape
  }
  /// The fourth central moment.
  var fourth: Double {
    if shape == 0 { return 5.4 * .pi * .pi * .pi * .pi / 36 }
    let sum = d4 + Self.excess(a4) - 4 * Self.excess(a3) + 6 * Self.excess(a2)
    return exp(4 * logGamma) * sum / shape / shape / shape / shape
  }

  /// `(baseˣ - 1) / x`, log base at 0.
  static func powerRatio(_ base: Double, _ x: Double) -> Double {
    let logarithm = log(base)
    let v = x * logarithm
    return v == 0 ? logarithm : logarithm * (expm1(v) / v)
  }
}
