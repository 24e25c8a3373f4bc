import GumbelEstimators
import GumbelOptimizers
import GumbelTensors

/// An estimator and the optimizer of its own parameters.
private struct TrainedEstimator<Estimator: GradientEstimator>: TensorGroup {
  var estimator: Estimator
  var optimizer: Adam

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("estimator", &estimator)
    visitor.visit("optimizer", &optimizer)
  }
}

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
    let step = compile { (state: inout TrainedEstimator<E>, key: RandomKey) in
      state.optimizer.update(&state.estimator, along: descent(state.estimator, key))
      return EmptyGroup()
    }
    var state = TrainedEstimator(
      estimator: estimator, optimizer: Adam(for: estimator, learningRate: 0.01))
    for i in 0..<steps { _ = step(&state, key.folding(in: i)) }
    return state.estimator
  }
  return train(estimator)
}
