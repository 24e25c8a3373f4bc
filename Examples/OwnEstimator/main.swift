import Foundation
import SwiftGumbel

// A gradient estimator of one's own beside the package's, on a problem of one's own: five jobs are
// given to three machines at random, and what is to be small is the time until all are done.

typealias Choices = OneHotCategorical<Tensor>

/// The score function with the cost of the most probable choices as its baseline, as in self-critical
/// training: Rennie et al. 2017 (arXiv 1612.00563). The baseline does not depend on what was drawn,
/// so the gradient stays unbiased.
struct SelfCritical: GradientEstimator {
  var name: String { "self-critical" }
  var isUnbiased: Bool { true }
  var needsDifferentiableCost: Bool { false }
  func evaluations(states: Int) -> Int { 2 }

  func expectation(of f: (Tensor) -> Tensor, under choices: Choices, key: RandomKey) -> Tensor {
    let drawn = choices.sample(key: key)
    let cost = f(drawn)
    let baseline = f(choices.mode).stoppingGradient()
    var score = choices.logProbability(of: drawn)
    while score.rank > cost.rank { score = score.sum(along: -1) }
    // 1, with the gradient of the score.
    let factor = exp(score - score.stoppingGradient())
    return factor * cost + (1 - factor) * baseline
  }
}

extension GradientExperiment {
  /// Measures an estimator, and prints what it found.
  func compare(_ estimator: some GradientEstimator<Choice>) throws -> GradientMeasurement {
    let found = try measure(estimator, draws: 100_000, key: RandomKey(2))
    let numbers = [found.relativeBias, found.biasStandardError, found.variance]
    print(
      found.name.padding(toLength: 31, withPad: " ", startingAt: 0),
      numbers.map { String(format: "%9.4f", $0) }.joined())
    return found
  }
}

let hours = Tensor([4, 3, 2, 2, 1], shape: [5, 1])
let logits = Tensor.normal([5, 3], key: RandomKey(1))
let experiment = GradientExperiment<Choices>(logits: logits) { jobs in
  (jobs * hours).sum(along: 1).max(along: -1)
}
print("hours until all are done: \(experiment.exactValue), of \(experiment.stateCount) states")
print("estimator                        rel.bias by chance variance")
let own = try experiment.compare(SelfCritical())
let score = try experiment.compare(.scoreFunction())
let leaveOneOut = try experiment.compare(.rloo(draws: 2))
let straightThrough = try experiment.compare(.straightThroughGumbelSoftmax(temperature: 1))
let reinMax = try experiment.compare(.reinMax())

// An unbiased estimator's relative bias has a mean square of chance²: it is above three times that
// for at most 3 keys in 1000. The variances are sure to a few in a hundred.
let isRight =
  [own, score, leaveOneOut].allSatisfy { $0.relativeBias < 3 * $0.biasStandardError }
  && [straightThrough, reinMax].allSatisfy { $0.relativeBias > 6 * $0.biasStandardError }
  && own.variance < 0.8 * score.variance
exit(isRight ? 0 : 1)
