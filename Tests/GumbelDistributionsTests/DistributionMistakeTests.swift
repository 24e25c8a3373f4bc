import GumbelDistributions
import GumbelTensors
import Testing

/// Mistakes of the programmer, each of which ends the process with a message that names the
/// distribution and what was wrong.
enum DistributionMistake: String, CaseIterable, Codable, Sendable {
  case zeroScale, infiniteLocation, negativeRate, emptyUniform, crossedBounds, probabilityAboveOne
  case negativeTrials, quantileAboveOne, survivalOfNaN, shapes, differentTrials, negativeCount
  case noSuchClass, noClasses

  func commit() {
    let pair = Tensor([1, 2])
    let triple = Tensor([1, 2, 3])
    switch self {
    case .zeroScale: _ = Gumbel(location: 0, scale: 0)
    case .infiniteLocation: _ = Normal(location: .infinity, scale: 1)
    case .negativeRate: _ = Exponential(rate: -2)
    case .emptyUniform: _ = Uniform(lower: 1, upper: 1)
    case .crossedBounds: _ = TruncatedGumbel(location: 0, scale: 1, lower: 2, upper: 1)
    case .probabilityAboveOne: _ = Bernoulli(probabilities: 1.5)
    case .negativeTrials: _ = Binomial(trials: -1, probabilities: 0.5)
    case .quantileAboveOne: _ = Gumbel(location: 0, scale: 1).quantile(at: 1.5)
    case .survivalOfNaN: _ = Logistic(location: 0, scale: 1).inverseSurvival(at: .nan)
    case .shapes: _ = Logistic(location: pair, scale: triple)
    case .differentTrials:
      _ = Binomial(trials: 3, logits: 0.0).klDivergence(to: Binomial(trials: 4, logits: 0.0))
    case .negativeCount: _ = Normal(location: 0, scale: 1).sample(-1, key: RandomKey(1))
    case .noSuchClass: _ = conditionalGumbels(logits: [0, 1], argmax: 2, key: RandomKey(1))
    case .noClasses: _ = conditionalGumbels(logits: Tensor(1), maximum: pair, key: RandomKey(1))
    }
  }

  var message: String {
    switch self {
    case .zeroScale: "Gumbel: scale 0.0"
    case .infiniteLocation: "Normal: location inf"
    case .negativeRate: "Exponential: rate -2.0"
    case .emptyUniform: "Uniform: upper - lower 0.0"
    case .crossedBounds: "TruncatedGumbel: bounds 2.0 and 1.0"
    case .probabilityAboveOne: "Bernoulli: probability 1.5"
    case .negativeTrials: "Binomial: -1 trials"
    case .quantileAboveOne: "Gumbel<Double>.quantile(at:): 1.5 is not a probability"
    case .survivalOfNaN: "Logistic<Double>.inverseSurvival(at:): nan is not a probability"
    case .shapes: "Logistic: the parameters location [2] and scale [3] do not broadcast"
    case .differentTrials: "3.0 trials and 4.0"
    case .negativeCount: "sample: -1 draws"
    case .noSuchClass: "class 2 does not lie in 0..<2"
    case .noClasses: "conditionalGumbels: logits of shape []"
    }
  }
}

@Suite(.serialized) struct DistributionMistakeTests {
  @Test(arguments: DistributionMistake.allCases)
  func ends(_ mistake: DistributionMistake) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [mistake] in mistake.commit() }
    let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    let isNamed = output.contains(mistake.message)
    #expect(isNamed, "\(output)")
  }
}
