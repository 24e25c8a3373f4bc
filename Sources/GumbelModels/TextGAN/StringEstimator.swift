import GumbelDistributions
import GumbelEstimators
import GumbelTensors

/// How the discriminator's judgement of a string reaches the choices of its symbols.
///
/// A choice depends on those before it, so that there is no list of independent variables to be
/// given to an estimator. Two families do without: those that put a value in the draw's place at
/// each step, and scores of whole strings.
package enum StringEstimator: TensorGroup, Sendable {
  /// Each symbol is a value that a gradient passes.
  case surrogate(any SurrogateEstimator<OneHotCategorical<Tensor>>)
  /// Symbols are drawn, and the cost of a string weighs the gradient of its log-probability.
  case score(StringBaseline)

  /// The estimator of a name; nil where there is none that works here.
  package init?(named name: String) {
    if let baseline = StringBaseline(named: name) {
      self = .score(baseline)
      return
    }
    let builtIn = OneHotCategorical<Tensor>.builtInEstimators.first { $0.name == name }
    guard let made = builtIn?.make(EstimatorOptions(featureCount: 1)),
      let surrogate = made as? any SurrogateEstimator<OneHotCategorical<Tensor>>
    else { return nil }
    self = .surrogate(surrogate)
  }

  package mutating func visit(_ visitor: inout some TensorVisitor) {
    switch self {
    case .surrogate(var estimator):
      visitor.note("type", ObjectIdentifier(type(of: estimator)))
      estimator.visit(&visitor)
      self = .surrogate(estimator)
    case .score(var baseline):
      baseline.visit(&visitor)
      self = .score(baseline)
    }
  }

  /// What strings are drawn by.
  var draw: TextGAN.Generator.Draw {
    switch self {
    case .surrogate(let estimator): .surrogate(estimator)
    case .score: .exact
    }
  }

  /// A scalar whose value is the mean cost of strings, with the estimated gradient.
  func mean(of costs: Tensor, logProbabilities: Tensor) -> Tensor {
    guard case .score(let baseline) = self else { return costs.mean() }
    let fixed = costs.stoppingGradient()
    let score = (baseline.advantages(of: fixed) * logProbabilities).mean()
    return fixed.mean() + (score - score.stoppingGradient())
  }

  /// Sets the temperature, where there is one.
  package mutating func anneal(to temperature: Tensor) {
    guard case .surrogate(var estimator) = self else { return }
    estimator.anneal(to: temperature)
    self = .surrogate(estimator)
  }

  /// Takes note of the mean cost of a round.
  mutating func observe(_ cost: Tensor) {
    guard case .score(.movingAverage(var average)) = self else { return }
    average.observe(cost)
    self = .score(.movingAverage(average))
  }
}

/// What is subtracted from the cost of a string before it weighs the string's score; it does not
/// depend on the string's own choices.
package enum StringBaseline: TensorGroup, Sendable {
  /// Nothing.
  case none
  /// The moving average of earlier costs.
  case movingAverage(MovingAverageBaseline<OneHotCategorical<Tensor>>)
  /// The mean cost of the other strings of the batch (Kool et al. 2019).
  case others

  init?(named name: String) {
    switch name {
    case "score-function": self = .none
    case "score-function-baseline": self = .movingAverage(MovingAverageBaseline())
    case "rloo": self = .others
    default: return nil
    }
  }

  package mutating func visit(_ visitor: inout some TensorVisitor) {
    switch self {
    case .none: visitor.note("baseline", 0)
    case .others: visitor.note("baseline", 1)
    case .movingAverage(var average):
      average.visit(&visitor)
      self = .movingAverage(average)
    }
  }

  func advantages(of costs: Tensor) -> Tensor {
    switch self {
    case .none: return costs
    case .movingAverage(let average): return costs - average.average
    case .others:
      // c - (Σ c - c) / (n - 1) = (c - mean) n / (n - 1).
      let n = Float(costs.count)
      return (costs - costs.mean()) * (n / Swift.max(n - 1, 1))
    }
  }
}

extension TextGAN.Settings {
  /// The names of the estimators that pass a gradient through the choices of a string.
  public static var estimatorNames: [String] {
    OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
      .filter { StringEstimator(named: $0) != nil }
  }

  /// Why an estimator cannot be used here, and which can; nil where it can.
  public static func problem(ofEstimator name: String) -> String? {
    if StringEstimator(named: name) != nil { return nil }
    let reason =
      switch name {
      case "exact": "the sum over all strings has too many terms"
      case "rebar", "relax", "unordered-set":
        "it is of independent variables, and a symbol depends on those before it"
      case "vimco": "it is of a bound on a likelihood, and the discriminator gives none"
      case "arm", "disarm": "it is of binary variables, and symbols are of many classes"
      default: "there is no such estimator"
      }
    return "\(reason); expected " + estimatorNames.dropLast().joined(separator: ", ")
      + " or \(estimatorNames.last!)"
  }

  func makeEstimator() throws(TextSettingsError) -> StringEstimator {
    guard let made = StringEstimator(named: estimator) else {
      throw TextSettingsError(
        "the estimator \(estimator): \(Self.problem(ofEstimator: estimator)!)")
    }
    if case .score(.others) = made, batchSize < 2 {
      throw TextSettingsError("the estimator rloo with a batch of 1 string, expected 2 or more")
    }
    return made
  }

  /// The temperatures of the first and of the last rounds where no others are asked for. Relaxed
  /// draws come nearer to choices; where the temperature only says how the gradient is spread, it
  /// stays as the estimator has it.
  package var usualTemperatures: (from: Double, to: Double) {
    switch estimator {
    case "decoupled-straight-through": (1.5, 1.5)
    case "reinmax", "gapped-straight-through": (1, 1)
    default: (1, 0.5)
    }
  }
}
