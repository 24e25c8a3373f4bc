import GumbelDistributions
import GumbelEstimators
import GumbelTensors

extension VAE.Latent {
  /// Independent binary variables, the prior uniform.
  public static func bernoulli(_ variables: Int) -> Self {
    Self(kind: BernoulliLatents.kind, sizes: [variables])
  }
}

/// Binary variables. The parameters are their logits.
struct BernoulliLatents: LatentGroup {
  static var kind: String { "bernoulli" }
  static var smallest: [Int] { [1] }
  static var estimatorNames: [String] {
    Bernoulli<Tensor>.builtInEstimators.map(\.name)
  }

  let valueCount: Int
  /// Logits; nil for the uniform prior.
  private var prior: Tensor?
  private var estimator: LatentEstimator<Bernoulli<Tensor>>

  init(_ sizes: [Int], _ options: LatentOptions) {
    valueCount = sizes[0]
    prior = options.learnsPrior ? Tensor.zeros([valueCount]) : nil
    estimator = LatentEstimator(
      options, featureCount: valueCount, Bernoulli<Tensor>.builtInEstimators)
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    if prior != nil { visitor.visit("prior", &prior!) }
    estimator.visit(&visitor)
    visitor.note("valueCount", valueCount)
  }

  var parameterCount: Int { valueCount }
  var priorParameterCount: Int { prior?.count ?? 0 }
  private var priorLogits: Tensor { prior ?? Tensor.zeros([valueCount]) }

  func expectation(
    of f: (Tensor) -> Tensor, under parameters: Tensor, key: RandomKey
  ) -> Tensor {
    estimator.builtIn!.expectation(of: f, under: Bernoulli(logits: parameters), key: key)
  }

  func divergenceTerms(under parameters: Tensor) -> Tensor {
    // E[log q] = p x - softplus x, and the same of the prior's logits.
    let p = sigmoid(parameters)
    guard let prior else {
      let log2: Float = 0.693_147_18
      return p * parameters - softplus(parameters) + log2
    }
    return p * (parameters - prior) - softplus(parameters) + softplus(prior)
  }

  func relaxedDraw(under parameters: Tensor, key: RandomKey) -> (value: Tensor, logRatio: Tensor) {
    let posterior = RelaxedBernoulli(
      logits: parameters, temperature: estimator.posteriorTemperature)
    let prior = RelaxedBernoulli(logits: priorLogits, temperature: estimator.priorTemperature)
    let logit = posterior.pathwiseSample(key: key)
    let ratio = posterior.logProbability(of: logit) - prior.logProbability(of: logit)
    return (sigmoid(logit), ratio.sum(along: -1))
  }

  func sample(under parameters: Tensor, key: RandomKey) -> Tensor {
    Bernoulli(logits: parameters).sample(key: key)
  }

  func mode(under parameters: Tensor) -> Tensor { parameters .> 0 }
  func mean(under parameters: Tensor) -> Tensor { sigmoid(parameters) }

  func classProbabilities(under parameters: Tensor) -> Tensor? {
    Tensor.stacked([sigmoid(-parameters), sigmoid(parameters)], along: -1)
  }

  func logPosterior(of value: Tensor, under parameters: Tensor) -> Tensor {
    -sigmoidCrossEntropy(logits: parameters, labels: value).sum(along: -1)
  }

  func logPrior(of value: Tensor) -> Tensor { logPosterior(of: value, under: priorLogits) }

  func priorSample(_ count: Int, key: RandomKey) -> Tensor {
    Bernoulli(logits: priorLogits).sample([count], key: key)
  }

  mutating func observe(_ costs: Tensor) { estimator.observe(costs) }
  mutating func anneal(to temperature: Tensor) { estimator.anneal(to: temperature) }
}
