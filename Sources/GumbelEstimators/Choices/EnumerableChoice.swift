import GumbelDistributions
import GumbelTensors

/// A distribution over finitely many values.
public protocol EnumerableChoice: Distribution {
  /// The logarithms of the probabilities of every value: `[batch…, states]`.
  var stateLogProbabilities: Tensor { get }

  /// The values of states: `[…, states]`, one-hot, to `[…, event…]`.
  static func value(ofState oneHot: Tensor) -> Tensor
}
