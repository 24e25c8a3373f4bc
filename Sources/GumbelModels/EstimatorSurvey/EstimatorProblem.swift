import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelMPI
import GumbelTensors

/// A problem that estimators are measured on, whatever its kind of choice.
package protocol EstimatorProblem {
  /// As in JSON.
  var name: String { get }
  /// One line on what it is.
  var title: String { get }
  var exactGradient: [Double] { get }
  /// Those that apply, in the order of tables.
  var estimatorNames: [String] { get }
  /// How often exact enumeration evaluates f.
  var stateCount: Int { get }
  /// What the cost of the binary toy aims at, for its training curves.
  var target: Float? { get }

  /// Whether a temperature makes a difference to an estimator.
  func hasTemperature(_ name: String) -> Bool

  /// Measures one estimator; nil for its own default temperature.
  func measure(
    _ name: String, temperature: Float?, draws: Int, key: RandomKey,
    among communicator: Communicator,
    progress: (Int) throws -> Void
  ) throws -> GradientMeasurement
}

/// A problem of one kind of choice.
private struct ChoiceProblem<Choice: MeasurableChoice>: EstimatorProblem {
  let name, title: String
  let target: Float?
  private let experiment: GradientExperiment<Choice>
  private let cost: (Tensor) -> Tensor

  init(
    _ name: String, _ title: String, logits: Tensor, target: Float? = nil,
    cost: @escaping (Tensor) -> Tensor
  ) {
    self.name = name
    self.title = title
    self.target = target
    self.cost = cost
    experiment = GradientExperiment(logits: logits, cost: cost)
  }

  var exactGradient: [Double] { experiment.exactGradient }
  var stateCount: Int { experiment.stateCount }
  var estimatorNames: [String] { Choice.builtInEstimators.map(\.name) }

  func hasTemperature(_ name: String) -> Bool { builtIn(name).hasTemperature }

  func measure(
    _ name: String, temperature: Float?, draws: Int, key: RandomKey,
    among communicator: Communicator,
    progress: (Int) throws -> Void
  ) throws -> GradientMeasurement {
    let estimator = builtIn(name).make(experiment.options(temperature: temperature))
    let trained = trainedControl(
      of: estimator, logits: experiment.logits, key: key.folding(in: "control"), cost: cost)
    return try experiment.measure(
      trained, draws: draws, key: key, among: communicator, progress: progress)
  }

  private func builtIn(_ name: String) -> BuiltInEstimator<Choice> {
    Choice.builtInEstimators.first { $0.name == name }!
  }
}

/// The problems that estimators are compared on.
package enum EstimatorProblems {
  package enum Choice: String, CaseIterable {
    case k3, binary, joint, all

    /// Those that apply to one of the problems.
    package var estimatorNames: [String] {
      switch self {
      case .k3, .joint: OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
      case .binary, .all: Bernoulli<Tensor>.builtInEstimators.map(\.name)
      }
    }
  }

  private static let targets: [Float] = [0.45, 0.49, 0.499]

  /// The problems that a name stands for.
  package static func named(_ choice: Choice) -> [any EstimatorProblem] {
    switch choice {
    case .k3: [threeClasses]
    case .binary: targets.map(binary)
    case .joint: [joint]
    case .all: [threeClasses] + targets.map(binary) + [joint]
    }
  }

  /// A cost that is neither linear nor quadratic in one choice of three.
  private static var threeClasses: any EstimatorProblem {
    let weights = Tensor([1, -0.7, 0.4])
    return ChoiceProblem<OneHotCategorical<Tensor>>(
      "k3", "one choice of 3 classes, f(z) = exp(0.8 w·z) + 0.3 |z|²",
      logits: Tensor([0.5, -0.3, 0.1])
    ) { z in exp(0.8 * (z * weights).sum(along: -1)) + 0.3 * square(z).sum(along: -1) }
  }

  /// The toy of the REBAR paper: the closer t is to ½, the smaller the gradient.
  private static func binary(target: Float) -> any EstimatorProblem {
    ChoiceProblem<Bernoulli<Tensor>>(
      "binary-\(target)", "one binary choice at logit 0, f(b) = (b − \(target))²",
      logits: Tensor(0), target: target
    ) { square($0 - target) }
  }

  /// Few enough joint states to be counted, too many to be a toy. Inputs of 3 bend the network's
  /// hyperbolic tangents: of a linear function every estimator knows the gradient.
  private static var joint: any EstimatorProblem {
    let key = RandomKey(4096)
    let network = Sequential.mlp([32, 16, 1], activation: .tanh, key: key.folding(in: "decoder"))
    return ChoiceProblem<OneHotCategorical<Tensor>>(
      "joint", "4 choices of 8 classes, decoded by a random network of 16 hidden units",
      logits: Tensor.normal([4, 8], key: key.folding(in: "logits"))
    ) { z in
      let rows = z.shape[0]
      return network(3 * z.reshaped(to: [rows, 32])).reshaped(to: [rows])
    }
  }
}
