import GumbelDistributions
import GumbelEstimators
import GumbelTensors

/// A group of independent latent variables of one kind: its posterior, which an encoder gives the
/// parameters of, and its prior.
///
/// Parameters are `[n, parameterCount]`, values `[n, valueCount]`, and what is summed over the
/// variables `[n]`.
protocol LatentGroup: TensorGroup, Sendable {
  /// What the kind is called.
  static var kind: String { get }
  /// The smallest of each of the sizes that follow the name.
  static var smallest: [Int] { get }
  /// The estimators that a gradient can pass through discrete values by; none for continuous ones.
  static var estimatorNames: [String] { get }

  init(_ sizes: [Int], _ options: LatentOptions)

  var parameterCount: Int { get }
  var valueCount: Int { get }
  /// Numbers of a learned prior; 0 for one that is fixed.
  var priorParameterCount: Int { get }

  /// An estimate of E[f(z)] under the posterior, with its gradient.
  func expectation(
    of f: (Tensor) -> Tensor, under parameters: Tensor, key: RandomKey
  ) -> Tensor
  /// KL(q(z|x) ‖ p(z)) in closed form: `[n, …]`, the terms of each variable side by side.
  func divergenceTerms(under parameters: Tensor) -> Tensor

  /// A relaxed draw that a gradient passes through, and the `log q(z|x) - log p(z)` of relaxed
  /// densities there.
  func relaxedDraw(under parameters: Tensor, key: RandomKey) -> (value: Tensor, logRatio: Tensor)

  /// An exact draw of the posterior, without a gradient where it is discrete.
  func sample(under parameters: Tensor, key: RandomKey) -> Tensor
  /// The most probable value.
  func mode(under parameters: Tensor) -> Tensor
  /// The mean of the value: probabilities, where it is discrete.
  func mean(under parameters: Tensor) -> Tensor
  /// log q(z|x) of values that were drawn.
  func logPosterior(of value: Tensor, under parameters: Tensor) -> Tensor
  /// log p(z) of values that were drawn.
  func logPrior(of value: Tensor) -> Tensor
  /// So many values of the prior.
  func priorSample(_ count: Int, key: RandomKey) -> Tensor

  /// The probabilities of discrete variables' classes, `[n, variables, classes]`.
  func classProbabilities(under parameters: Tensor) -> Tensor?

  /// See `GradientEstimator.observe(_:)`.
  mutating func observe(_ costs: Tensor)
  /// See `GradientEstimator.anneal(to:)`.
  mutating func anneal(to temperature: Tensor)
}

extension LatentGroup {
  /// KL(q(z|x) ‖ p(z)) in closed form: `[n]`.
  func divergence(under parameters: Tensor) -> Tensor {
    divergenceTerms(under: parameters).sum(along: -1)
  }

  static var isDiscrete: Bool { !estimatorNames.isEmpty }
}

/// What groups of latent variables are made with.
struct LatentOptions {
  /// What a gradient passes through discrete values by.
  enum Estimator {
    /// An estimator of a name.
    case named(String)
    /// Relaxed draws and densities.
    case relaxed(priorTemperature: Float)
    /// Scores of the group's joint draws, which are the model's own concern.
    case score
  }

  var estimator: Estimator
  var draws: Int
  var noises: Int
  var learnsPrior: Bool
  var key: RandomKey
}

/// How a gradient passes through a group of discrete variables: by an estimator, or by relaxed
/// draws of a temperature.
struct LatentEstimator<Choice: RelaxableChoice>: TensorGroup, Sendable {
  private(set) var builtIn: (any GradientEstimator<Choice>)?
  private var temperature: Tensor?
  private let priorDensityTemperature: Float?

  /// Of the posterior's relaxed draws and density: annealed, not trained.
  var posteriorTemperature: Tensor { temperature!.stoppingGradient() }
  /// Of the prior's relaxed density.
  var priorTemperature: Tensor { Tensor(priorDensityTemperature!) }

  init(_ options: LatentOptions, featureCount: Int, _ builtIns: [BuiltInEstimator<Choice>]) {
    switch options.estimator {
    case .named(let name):
      var made = EstimatorOptions(featureCount: featureCount)
      made.draws = options.draws
      made.noises = options.noises
      made.key = options.key
      builtIn = builtIns.first { $0.name == name }!.make(made)
      priorDensityTemperature = nil
    case .relaxed(let priorTemperature):
      temperature = Tensor(1)
      priorDensityTemperature = priorTemperature
    case .score: priorDensityTemperature = nil
    }
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    if builtIn != nil { visitor.visit("estimator", ofAnyType: &builtIn!) }
    if temperature != nil { visitor.visit("temperature", &temperature!) }
    visitor.note("priorDensityTemperature", priorDensityTemperature)
  }

  mutating func observe(_ costs: Tensor) { builtIn?.observe(costs) }

  mutating func anneal(to temperature: Tensor) {
    builtIn?.anneal(to: temperature)
    if self.temperature != nil { self.temperature = temperature }
  }
}
