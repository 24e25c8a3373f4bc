import CGumbelMath
import GumbelTensors

/// The categorical distribution with its classes as vectors: 1 at the class, 0 elsewhere.
///
/// The logits are those of ``Categorical``.
public struct OneHotCategorical<Value: DistributionParameter>: Sendable {
  /// The same distribution over the classes themselves.
  public let categorical: Categorical<Value>

  /// The same distribution over vectors.
  public init(_ categorical: Categorical<Value>) { self.categorical = categorical }

  /// The logarithms of the probabilities, up to a constant: k numbers, `[batch…, k]` with tensors.
  public var logits: Value.Vector { categorical.logits }
}

extension OneHotCategorical<Tensor>: Distribution, HasMoments, HasEntropy {
  /// See ``Categorical/init(logits:)-(Tensor)``.
  public init(logits: Tensor) { self.init(Categorical(logits: logits)) }
  /// See ``Categorical/init(logits:mask:)``.
  public init(logits: Tensor, mask: Tensor) { self.init(Categorical(logits: logits, mask: mask)) }
  /// See ``Categorical/init(probabilities:)-(Tensor)``.
  public init(probabilities: Tensor) { self.init(Categorical(probabilities: probabilities)) }

  public var batchShape: Shape { categorical.batchShape }
  public var eventShape: Shape { [categorical.classCount] }

  /// Exact draws; an invalid row gives zeros.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    categorical.sample(shape, key: key).oneHot(depth: categorical.classCount)
  }

  /// -inf where a vector is not a one-hot. The gradient in the value is the logarithms of the
  /// probabilities, 0 where those are -inf.
  public func logProbability(of value: Tensor) -> Tensor {
    let log = categorical.logProbabilities
    let isPossible = log.isPossible
    let score = (value * log.replacingImpossible(isPossible)).sum(along: -1)
    let isFraction = abs(value * (1 - value)).sum(along: -1)
    let isOutside =
      (value * (1 - isPossible)).sum(along: -1) + isFraction + abs(value.sum(along: -1) - 1)
    let outside = select(isOutside.isNaN, isOutside, Tensor(-.infinity)).stoppingGradient()
    return select(isOutside .!= 0, outside, score)
  }

  public var mean: Tensor { categorical.probabilities }
  public var variance: Tensor { mean * (1 - mean) }
  public var entropy: Tensor { categorical.entropy }

  /// The most probable vector.
  public var mode: Tensor { categorical.mode.oneHot(depth: categorical.classCount) }

  /// See ``Categorical/klDivergence(to:)->Tensor``.
  public func klDivergence(to other: Self) -> Tensor {
    categorical.klDivergence(to: other.categorical)
  }
}

extension OneHotCategorical<Double> {
  /// See ``Categorical/init(logits:)-([Double])``.
  public init(logits: [Double]) { self.init(Categorical(logits: logits)) }
  /// See ``Categorical/init(probabilities:)-([Double])``.
  public init(probabilities: [Double]) { self.init(Categorical(probabilities: probabilities)) }

  /// -inf where the vector is not a one-hot.
  public func logProbability(of value: [Double]) -> Double {
    if value.contains(where: \.isNaN) { return .nan }
    guard value.count == categorical.classCount, value.allSatisfy({ $0 == 0 || $0 == 1 }),
      value.reduce(0, +) == 1
    else { return -.infinity }
    return categorical.logProbability(of: value.argmax)
  }

  public var mean: [Double] { categorical.probabilities }
  /// Of each element.
  public var variance: [Double] { mean.map { $0 * (1 - $0) } }
  /// In nats.
  public var entropy: Double { categorical.entropy }

  /// See ``Categorical/klDivergence(to:)->Double``.
  public func klDivergence(to other: Self) -> Double {
    categorical.klDivergence(to: other.categorical)
  }
}
