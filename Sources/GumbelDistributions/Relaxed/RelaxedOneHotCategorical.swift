import CGumbelMath
import GumbelTensors

/// The Concrete distribution with its values on the simplex: vectors of probabilities,
/// `softmax((logits + G) / temperature)`.
///
/// This is the exponential of ``RelaxedCategorical``. Where the temperature is low a sample's
/// elements round to 0 and 1, which lie on the border and have no density, so that the logarithm is
/// -inf: score samples in log space.
///
/// Maddison, Mnih & Teh 2016 (arXiv 1611.00712); Jang, Gu & Poole 2016 (arXiv 1611.01144).
public struct RelaxedOneHotCategorical<Value: DistributionParameter>: Sendable {
  /// The same distribution in log space.
  public let logSpace: RelaxedCategorical<Value>

  /// The view of a distribution in log space.
  public init(_ logSpace: RelaxedCategorical<Value>) { self.logSpace = logSpace }

  /// The logarithms of the probabilities, up to a constant: k numbers, `[batch…, k]` with tensors.
  public var logits: Value.Vector { logSpace.logits }
  /// Not negative; with tensors one, or one for each distribution of the batch.
  public var temperature: Value { logSpace.temperature }
}

extension RelaxedOneHotCategorical<Tensor>: Distribution, Reparameterised {
  /// See ``RelaxedCategorical/init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Tensor) {
    self.init(RelaxedCategorical(logits: logits, temperature: temperature))
  }

  public var batchShape: Shape { logSpace.batchShape }
  public var eventShape: Shape { logSpace.eventShape }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    RelaxedRows(logits, temperature).sample(shape, key, Tensor.gumbelSoftmax)
  }

  /// With respect to all elements but one; -inf on the simplex's border, but for the elements of
  /// impossible classes, which are 0.
  public func logProbability(of value: Tensor) -> Tensor {
    let log = value.logOrImpossible
    return logSpace.logProbability(of: log)
      - log.replacingImpossible(log.isPossible).sum(along: -1)
  }

  /// Throws unless each row of a value sums to 1, but for the rounding of float32, and has no
  /// negative element.
  public func validate(_ value: Tensor) throws(SupportError) {
    try validateRows(value, eventShape, "RelaxedOneHotCategorical", "sum", expected: 1) { row in
      row.contains { $0 < 0 } ? nil : row.reduce(0) { $0 + Double($1) }
    }
  }
}

extension RelaxedOneHotCategorical<Double> {
  /// See ``RelaxedCategorical/init(logits:temperature:)-([Double],_)``.
  public init(logits: [Double], temperature: Double) {
    self.init(RelaxedCategorical(logits: logits, temperature: temperature))
  }

  /// With respect to all elements but one; -inf on the simplex's border, but for the elements of
  /// impossible classes, which are 0.
  public func logProbability(of value: [Double]) -> Double {
    let logs = value.map { $0 <= 0 ? -.infinity : log($0) }
    return logSpace.logProbability(of: logs)
      - logs.reduce(0) { $1 == -.infinity ? $0 : $0 + $1 }
  }
}
