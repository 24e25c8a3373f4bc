import GumbelDistributions
import GumbelLayers
import GumbelTensors

/// What is subtracted from a cost before it weighs a score: anything that does not depend on the
/// draw leaves the estimate unbiased, and a guess of the cost lowers its variance.
public protocol Baseline<Choice>: TensorGroup, Sendable {
  associatedtype Choice: Distribution

  /// A guess of the costs, broadcasting with their shape; nil for none.
  func prediction(under distribution: Choice, costShape: Shape) -> Tensor?

  /// Whether a gradient trains the parameters, towards the least squared error.
  var isTrained: Bool { get }

  /// Takes note of costs, where the baseline keeps state that no gradient trains.
  mutating func observe(_ costs: Tensor)
}

extension Baseline {
  /// Does nothing.
  public mutating func observe(_ costs: Tensor) {}
}

/// No baseline.
public struct NoBaseline<Choice: Distribution>: Baseline {
  /// Creates it.
  public init() {}
  public var isTrained: Bool { false }
  public func prediction(under distribution: Choice, costShape: Shape) -> Tensor? { nil }
  public mutating func visit(_ visitor: inout some TensorVisitor) {}
}

/// The exponential moving average of the costs that were observed: state that no gradient trains.
public struct MovingAverageBaseline<Choice: Distribution>: Baseline {
  /// How much of the average an observation leaves in place.
  public let decay: Float
  private var sum = Tensor(0)
  private var weight = Tensor(0)

  /// Creates an average of nothing, which is 0.
  public init(decay: Float = 0.99) {
    require(
      decay >= 0 && decay < 1, "MovingAverageBaseline: decay \(decay), expected 0 ≤ decay < 1")
    self.decay = decay
  }

  public var isTrained: Bool { false }

  public func prediction(under distribution: Choice, costShape: Shape) -> Tensor? {
    average
  }

  /// Of the costs so far, without a gradient: a scalar, 0 before the first.
  public var average: Tensor { (sum / maximum(weight, Tensor(1e-30))).stoppingGradient() }

  /// Takes the mean of these costs into the average.
  public mutating func observe(_ costs: Tensor) {
    sum = sum * decay + costs.stoppingGradient().mean() * (1 - decay)
    weight = weight * decay + (1 - decay)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("sum", &sum)
    visitor.visit("weight", &weight)
    visitor.note("decay", decay)
  }
}

/// A network's guess, from the means of the variables that a cost depends on.
///
/// Where the logits are a function of an input, so is the guess: the baseline depends on the input.
/// Mnih & Gregor 2014, "Neural variational inference and learning in belief networks" (arXiv
/// 1402.0030).
public struct LearnedBaseline<Choice: RelaxableChoice, Network: Layer>: Baseline {
  /// From `[batch…, n]` to `[batch…, 1]`, n the number of elements of a cost's variables.
  public var network: Network

  /// Creates a baseline.
  public init(network: Network) { self.network = network }

  public var isTrained: Bool { true }

  public func prediction(under distribution: Choice, costShape: Shape) -> Tensor? {
    let means = Choice.mean(ofLogits: distribution.logits.stoppingGradient())
    return network(means.features(ofCosts: costShape)).reshaped(to: costShape)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
  }
}
