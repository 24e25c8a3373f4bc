import GumbelDistributions
import GumbelTensors

extension VAE.Latent {
  /// Independent normal variables, the prior standard normal.
  public static func gaussian(_ variables: Int) -> Self {
    Self(kind: GaussianLatents.kind, sizes: [variables])
  }
}

/// Normal variables. The parameters are the means, then the logarithms of the variances.
struct GaussianLatents: LatentGroup {
  static var kind: String { "gaussian" }
  static var smallest: [Int] { [1] }
  static var estimatorNames: [String] { [] }

  let valueCount: Int
  /// As the posterior's parameters; nil for the standard normal.
  private var prior: Tensor?

  init(_ sizes: [Int], _ options: LatentOptions) {
    valueCount = sizes[0]
    prior = options.learnsPrior ? Tensor.zeros([2 * valueCount]) : nil
  }

  mutating func visit(_ visitor: inout some TensorVisitor) {
    if prior != nil { visitor.visit("prior", &prior!) }
    visitor.note("valueCount", valueCount)
  }

  var parameterCount: Int { 2 * valueCount }
  var priorParameterCount: Int { prior?.count ?? 0 }

  private func split(_ parameters: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    let axis = parameters.rank - 1
    return (
      parameters.sliced(along: axis, 0..<valueCount),
      parameters.sliced(along: axis, valueCount..<(2 * valueCount))
    )
  }

  func expectation(
    of f: (Tensor) -> Tensor, under parameters: Tensor, key: RandomKey
  ) -> Tensor {
    f(sample(under: parameters, key: key))
  }

  func divergenceTerms(under parameters: Tensor) -> Tensor {
    let (mean, logVariance) = split(parameters)
    guard let prior else {
      return 0.5 * (square(mean) + exp(logVariance) - 1 - logVariance)
    }
    let (priorMean, priorLogVariance) = split(prior)
    let difference = logVariance - priorLogVariance
    let distance = square(mean - priorMean) * exp(-priorLogVariance)
    return 0.5 * (distance + exp(difference) - 1 - difference)
  }

  func relaxedDraw(under parameters: Tensor, key: RandomKey) -> (value: Tensor, logRatio: Tensor) {
    let value = sample(under: parameters, key: key)
    return (value, logPosterior(of: value, under: parameters) - logPrior(of: value))
  }

  func sample(under parameters: Tensor, key: RandomKey) -> Tensor {
    let (mean, logVariance) = split(parameters)
    return Normal(location: mean, scale: exp(0.5 * logVariance)).pathwiseSample(key: key)
  }

  func mode(under parameters: Tensor) -> Tensor { split(parameters).mean }
  func mean(under parameters: Tensor) -> Tensor { split(parameters).mean }

  func classProbabilities(under parameters: Tensor) -> Tensor? { nil }

  func logPosterior(of value: Tensor, under parameters: Tensor) -> Tensor {
    let (mean, logVariance) = split(parameters)
    let logRootTwoPi: Float = 0.918_938_53
    let squares = square(value - mean) * exp(-logVariance)
    return -0.5 * (squares + logVariance).sum(along: -1) - logRootTwoPi * Float(valueCount)
  }

  func logPrior(of value: Tensor) -> Tensor {
    logPosterior(of: value, under: prior ?? Tensor.zeros([parameterCount]))
  }

  func priorSample(_ count: Int, key: RandomKey) -> Tensor {
    let parameters = prior ?? Tensor.zeros([parameterCount])
    return sample(under: parameters.broadcast(to: [count, parameterCount]), key: key)
  }

  mutating func observe(_ costs: Tensor) {}
  mutating func anneal(to temperature: Tensor) {}
}
