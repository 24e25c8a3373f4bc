import CGumbelMath
import GumbelDistributions
import GumbelEstimators
import GumbelTensors

extension VAE.Latent {
  /// Independent variables of so many classes each, the prior uniform.
  public static func categorical(variables: Int, classes: Int) -> Self {
    Self(kind: CategoricalLatents.kind, sizes: [variables, classes])
  }
}

/// Categorical variables, as one-hot vectors one after another. The parameters are their logits.
struct CategoricalLatents: LatentGroup {
  static var kind: String { "categorical" }
  static var smallest: [Int] { [1, 2] }
  static var estimatorNames: [String] {
    OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
  }

  private let variables: Int
  private let classes: Int
  /// Logits `[variables, classes]`; nil for the uniform prior.
  private var prior: Tensor?
  private var estimator: LatentEstimator<OneHotCategorical<Tensor>>

  init(_ sizes: [Int], _ options: LatentOptions) {
    (variables, classes) = (sizes[0], sizes[1])
    prior = options.learnsPrior ? Tensor.zeros([variables, classes]) : nil
    estimator = LatentEstimator(
      options, featureCount: variables * classes, OneHotCategorical<Tensor>.builtInEstimators)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    if prior != nil { visitor.visit("prior", &prior!) }
    estimator.visit(&visitor)
    visitor.note("variables", variables)
    visitor.note("classes", classes)
  }

  var parameterCount: Int { variables * classes }
  var valueCount: Int { variables * classes }
  var priorParameterCount: Int { prior?.count ?? 0 }
  private var priorLogits: Tensor { prior ?? Tensor.zeros([variables, classes]) }

  /// From `[n, variables · classes]` to `[n, variables, classes]`, and back.
  private func byVariable(_ x: Tensor) -> Tensor {
    x.reshaped(to: [x.shape[0], variables, classes])
  }
  private func flat(_ x: Tensor) -> Tensor { x.reshaped(to: [x.shape[0], valueCount]) }

  func expectation(
    of f: (Tensor) -> Tensor, under parameters: Tensor, key: RandomKey
  ) -> Tensor {
    estimator.builtIn!.expectation(
      of: { f(flat($0)) }, under: OneHotCategorical(logits: byVariable(parameters)), key: key)
  }

  func divergenceTerms(under parameters: Tensor) -> Tensor {
    let logQ = byVariable(parameters).logSoftmax()
    let logRatio = prior.map { logQ - $0.logSoftmax() } ?? (logQ + Float(log(Double(classes))))
    return flat(exp(logQ) * logRatio)
  }

  func relaxedDraw(under parameters: Tensor, key: RandomKey) -> (value: Tensor, logRatio: Tensor) {
    let posterior = RelaxedCategorical(
      logits: byVariable(parameters), temperature: estimator.posteriorTemperature)
    let prior = RelaxedCategorical(logits: priorLogits, temperature: estimator.priorTemperature)
    let log = posterior.pathwiseSample(key: key)
    let ratio = posterior.logProbability(of: log) - prior.logProbability(of: log)
    return (flat(exp(log)), ratio.sum(along: -1))
  }

  func sample(under parameters: Tensor, key: RandomKey) -> Tensor {
    flat(Tensor.categorical(logits: byVariable(parameters), key: key).oneHot(depth: classes))
  }

  func mode(under parameters: Tensor) -> Tensor {
    flat(byVariable(parameters).argmax().oneHot(depth: classes))
  }

  func mean(under parameters: Tensor) -> Tensor { flat(byVariable(parameters).softmax()) }

  func classProbabilities(under parameters: Tensor) -> Tensor? { byVariable(parameters).softmax() }

  func logPosterior(of value: Tensor, under parameters: Tensor) -> Tensor {
    (value * flat(byVariable(parameters).logSoftmax())).sum(along: -1)
  }

  func logPrior(of value: Tensor) -> Tensor {
    (value * priorLogits.logSoftmax().reshaped(to: [valueCount])).sum(along: -1)
  }

  func priorSample(_ count: Int, key: RandomKey) -> Tensor {
    flat(OneHotCategorical(logits: priorLogits).sample([count], key: key))
  }

  mutating func observe(_ costs: Tensor) { estimator.observe(costs) }
  mutating func anneal(to temperature: Tensor) { estimator.anneal(to: temperature) }
}
