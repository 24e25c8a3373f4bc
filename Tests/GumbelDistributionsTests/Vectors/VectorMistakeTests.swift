import GumbelDistributions
import GumbelTensors
import Testing

/// Mistakes of the programmer, each of which ends the process.
enum VectorMistake: String, CaseIterable, Codable, Sendable {
  case noClass, scalarLogits, intLogits, maskShape, valueOfFloats, valueShape
  case exactNoClass, exactImpossible, exactNaN, exactSum, exactNegative, divergenceClasses
  case temperatureShape, exactTemperatureZero, exactTemperatureNegative, exactTemperatureNaN
  case exactProbability, exactElements, relaxedBitShapes
  case lengthAbove, lengthNegative, exactLengthAbovePossible, orderLength, setTooLarge
  case trialsNegative, trialsTooMany, countsShape, countsOfInt, divergenceTrials
  case noSamples, batchesApart

  func commit() {
    let three = Tensor([0, 1, 2])
    switch self {
    case .noClass: _ = Categorical(logits: Tensor.zeros([2, 0]))
    case .scalarLogits: _ = OneHotCategorical(logits: Tensor(1))
    case .intLogits: _ = PlackettLuce(logits: Tensor(int32: [1, 2]))
    case .maskShape: _ = Categorical(logits: three, mask: Tensor([1, 0]))
    case .valueOfFloats: _ = Categorical(logits: three).logProbability(of: Tensor(1))
    case .valueShape:
      _ = Categorical(logits: Tensor.zeros([2, 3])).logProbability(of: Tensor(int32: [0, 1, 2]))
    case .exactNoClass: _ = Categorical<Double>(logits: [])
    case .exactImpossible: _ = Categorical<Double>(logits: [-.infinity, -.infinity])
    case .exactNaN: _ = RelaxedCategorical<Double>(logits: [.nan, 1], temperature: 1)
    case .exactSum: _ = Categorical<Double>(probabilities: [0.5, 0.6])
    case .exactNegative: _ = Categorical<Double>(probabilities: [1.5, -0.5])
    case .divergenceClasses:
      _ = Categorical<Double>(logits: [0]).klDivergence(to: Categorical(logits: [0, 1]))
    case .temperatureShape:
      _ = RelaxedCategorical(logits: Tensor.zeros([2, 3]), temperature: Tensor.ones([3]))
    case .exactTemperatureZero: _ = RelaxedCategorical<Double>(logits: [0, 1], temperature: 0)
    case .exactTemperatureNegative: _ = RelaxedBernoulli<Double>(logits: 0, temperature: -1)
    case .exactTemperatureNaN: _ = RelaxedBernoulli<Double>(logits: 0, temperature: .nan)
    case .exactProbability: _ = RelaxedBernoulli<Double>(probabilities: 1.5, temperature: 1)
    case .exactElements:
      _ = RelaxedCategorical<Double>(logits: [0, 1], temperature: 1).logProbability(of: [0])
    case .relaxedBitShapes: _ = RelaxedBernoulli(logits: three, temperature: Tensor([1, 2]))
    case .lengthAbove: _ = PlackettLuce(logits: three, length: 4)
    case .lengthNegative: _ = PlackettLuce(logits: three, length: -1)
    case .exactLengthAbovePossible:
      _ = PlackettLuce<Double>(logits: [0, -.infinity, 1], length: 3)
    case .orderLength: _ = PlackettLuce(logits: three).logProbability(of: Tensor(int32: [0, 1]))
    case .setTooLarge:
      _ = PlackettLuce(logits: Tensor.zeros([13])).logProbability(ofSet: Tensor.int32Range(13))
    case .trialsNegative: _ = Multinomial(trials: -1, logits: three)
    case .trialsTooMany: _ = Multinomial(trials: 1 << 25, logits: three)
    case .countsShape: _ = Multinomial(trials: 1, logits: three).logProbability(of: Tensor([1, 0]))
    case .countsOfInt:
      _ = Multinomial(trials: 1, logits: three).logProbability(of: Tensor(int32: [1, 0, 0]))
    case .divergenceTrials:
      _ = Multinomial(trials: 1, logits: three).klDivergence(
        to: Multinomial(trials: 2, logits: three))
    case .noSamples:
      let categorical = Categorical(logits: three)
      _ = categorical.monteCarloKLDivergence(to: categorical, samples: 0, key: RandomKey(1))
    case .batchesApart:
      _ = Categorical(logits: Tensor.zeros([2, 3])).monteCarloKLDivergence(
        to: Categorical(logits: Tensor.zeros([3, 3])), samples: 1, key: RandomKey(1))
    }
  }
}

@Suite(.serialized) struct VectorMistakeTests {
  @Test(arguments: VectorMistake.allCases)
  func ends(_ mistake: VectorMistake) async {
    await #expect(processExitsWith: .failure) { [mistake] in mistake.commit() }
  }
}
