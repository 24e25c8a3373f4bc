import CGumbelMath
import GumbelTensors

/// The binary Concrete distribution with its values between 0 and 1: `σ((logit + L) / temperature)`.
///
/// These are the values σ(z) of ``RelaxedBernoulli``. Where the temperature is low they round to 0
/// and 1, which have no density, so that the logarithm is -inf: score samples there.
///
/// Maddison, Mnih & Teh 2016 (arXiv 1611.00712), appendix B.
public struct UnitRelaxedBernoulli<Value: DistributionParameter>: Sendable {
  /// The same distribution over the logits of its values.
  public let logitSpace: RelaxedBernoulli<Value>

  /// The view of a distribution over logits.
  public init(_ logitSpace: RelaxedBernoulli<Value>) { self.logitSpace = logitSpace }
}

extension UnitRelaxedBernoulli<Tensor>: Distribution, Reparameterised {
  /// See ``RelaxedBernoulli/init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Tensor) {
    self.init(RelaxedBernoulli(logits: logits, temperature: temperature))
  }

  public var batchShape: Shape { logitSpace.batchShape }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    sigmoid(logitSpace.pathwiseSample(shape, key: key))
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let isInside = (value .> 0) * (value .< 1)
    let inside = select(isInside, value, Tensor(0.5))
    let (log, logRest) = (log(inside), log1p(-inside))
    let density = logitSpace.logProbability(of: log - logRest) - log - logRest
    // 0 and 1 are the values of a logit of ±inf, and of no other.
    let border = select(value .> 0, Tensor(.infinity), Tensor(-.infinity))
    let isBorder = (value .== Tensor(0)) + (value .== Tensor(1))
    let onBorder = select(isBorder * (logitSpace.logits .== border), Tensor(0), Tensor(-.infinity))
    return select(isInside, density, select(value.isNaN, value, onBorder))
  }
}

extension UnitRelaxedBernoulli<Double> {
  /// See ``RelaxedBernoulli/init(logits:temperature:)-(Double,_)``.
  public init(logits: Double, temperature: Double) {
    self.init(RelaxedBernoulli(logits: logits, temperature: temperature))
  }

  public func logProbability(of value: Double) -> Double {
    if value == 0 || value == 1 {
      return logitSpace.logits == (value == 0 ? -.infinity : .infinity) ? 0 : -.infinity
    }
    guard value > 0, value < 1 else { return value.isNaN ? .nan : -.infinity }
    let (log, logRest) = (log(value), log1p(-value))
    return logitSpace.logProbability(of: log - logRest) - log - logRest
  }
}
