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

// Warm all the time: what is smooth is ours, and the discriminator sees it.
print(
  try learned {
    $0.temperature = (1, 1)
    $0.generatorRate = (1e-4, 1e-4)
  })
// The stream's numbers are made as smooth as ours.
print(
  try learned {
    $0.temperature = (1, 1)
    $0.generatorRate = (1e-4, 1e-4)
    $0.settings.smoothsRealRows = true
  })

// Prints:
// [0.000, 0.000, 0.000, 0.000, 1.000]
// [0.000, 0.000, 0.105, 0.281, 0.613]
