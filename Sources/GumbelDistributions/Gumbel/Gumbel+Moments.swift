import CGumbelMath
import GumbelTensors

extension Gumbel<Double> {
  public var mode: Double { location }
  public var mean: Double { location + eulerGamma * scale }
  public var variance: Double { .pi * .pi / 6 * scale * scale }
  /// `12 √6 ζ(3) / π³`.
  public var skewness: Double { 1.139_547_099_404_648_6 }
  public var excessKurtosis: Double { 2.4 }
  /// `log scale + γ + 1`.
  public var entropy: Double { log(scale) + 1 + eulerGamma }

  /// The cumulant of an order of 1 or more: from the second on `scaleⁿ (n - 1)! ζ(n)`.
  public func cumulant(_ order: Int) -> Double {
    require(order >= 1, "Gumbel.cumulant: order \(order), expected 1 or more")
    // ψ and its derivatives at 1 are -γ and (-1)ⁿ (n - 1)! ζ(n).
    return order == 1
      ? mean : pow(scale, Double(order)) * polygamma(order - 1, 1).magnitude
  }

  /// `E[exp(t X)] = Γ(1 - scale t) exp(location t)` for `t < 1 / scale`, infinite beyond.
  public func momentGeneratingFunction(at t: Double) -> Double {
    scale * t < 1 ? tgamma(1 - scale * t) * exp(location * t) : .infinity
  }

  /// `log E[exp(t X)]` for `t < 1 / scale`, infinite beyond.
  public func cumulantGeneratingFunction(at t: Double) -> Double {
    scale * t < 1 ? polygamma(-1, 1 - scale * t) + location * t : .infinity
  }
}

extension Gumbel<Tensor>: HasMoments, HasEntropy {
  public var mode: Tensor { location.broadcast(to: batchShape) }
  public var mean: Tensor { (location + Float(eulerGamma) * scale).broadcast(to: batchShape) }
  public var variance: Tensor {
    (Float.pi * Float.pi / 6 * square(scale)).broadcast(to: batchShape)
  }
  public var entropy: Tensor { (log(scale) + Float(1 + eulerGamma)).broadcast(to: batchShape) }
}
