import GumbelEstimators
import GumbelOptimizers
import GumbelTensors

/// The estimator after its own parameters, such as a control variate, were trained at fixed logits;
/// itself where there is nothing to train.
func trainedControl<Choice: MeasurableChoice>(
  of estimator: any GradientEstimator<Choice>, logits: Tensor, key: RandomKey, steps: Int = 500,
  cost: @escaping (Tensor) -> Tensor
) -> any GradientEstimator<Choice> {
  func train<E: GradientEstimator<Choice>>(_ estimator: E) -> E {
    let batch = logits.broadcast(to: [256] + logits.shape)
    func descent(_ estimator: E, _ key: RandomKey) -> E {
      gradient(at: estimator) {
        $0.expectation(of: cost, under: Choice(logits: batch), key: key).mean()
      }
    }
    let first = descent(estimator, key)
    guard first.tensors.contains(where: { $0.scalars.contains { $0 != 0 } }) else {
      return estimator
    }
    let step = compile { (estimator: inout E, optimizer: inout Adam, key: RandomKey) in
      optimizer.update(&estimator, along: descent(estimator, key))
      return EmptyGroup()
    }
    var trained = estimator
    var optimizer = Adam(for: estimator, learningRate: 0.01)
    for i in 0..<steps { _ = step(&trained, &optimizer, key.folding(in: i)) }
    return trained
  }
  return train(estimator)
}
