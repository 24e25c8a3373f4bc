import SwiftGumbel

func learned(_ change: (inout StreamGAN.Hyperparameters) -> Void) throws -> [Float] {
  var plan = StreamGAN.Hyperparameters.article()
  plan.settings.hiddenWidths = [16]
  change(&plan)
  var training = Training(plan, key: RandomKey(1))
  var source = SyntheticSource(
    probabilities: SyntheticSource.articleProbabilities, key: RandomKey(2))
  _ = try training.run(on: &source)
  return training.learnedProbabilities
}

// So cold that next to no slope passes.
print(try learned { $0.temperature = (1e-6, 1e-6) })
// Warm at first, and cold in the end.
print(try learned { $0.temperature = (1, 0.01) })

// Prints:
// [0.162, 0.169, 0.195, 0.227, 0.247]
// [0.000, 0.000, 0.078, 0.249, 0.673]
