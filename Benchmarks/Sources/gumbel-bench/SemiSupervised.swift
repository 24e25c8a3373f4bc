import SwiftGumbel

/// Training steps of a semi-supervised VAE: the sum over all classes, and one draw of a class.
func semiSupervised(classes: Int, _ options: Options) {
  for estimator in ["exact", "gumbel-softmax", "straight-through-gumbel-softmax"] {
    var settings = SemiSupervisedVAE.Settings(
      image: VAE.ImageShape(height: 28, width: 28), classCount: classes)
    settings.estimator = estimator
    let model = try! SemiSupervisedVAE(settings, key: RandomKey(0))
    var training = Training(
      Descent(model, plan: DescentPlan(epochs: 1, stepsPerEpoch: 1)), key: RandomKey(7))
    training.setRates(at: 0)
    let pixels = hashedPixels(110)
    let batch = SemiSupervisedVAE.Batch(
      unlabelled: pixels.sliced(along: 0, 0..<100), labelled: pixels.sliced(along: 0, 100..<110),
      labels: Tensor(int32: (0..<10).map { Int32($0) }))
    let step = compile {
      (training: inout Training<Descent<SemiSupervisedVAE, Adam>>, batch: SemiSupervisedVAE.Batch)
      in
      training.trainStep(on: batch)
      return EmptyGroup()
    }
    let steps = estimator == "exact" && classes > 10 ? 3 : 20
    let seconds = measure(options, count: steps) { _ in
      for _ in 0..<steps { _ = step(&training, batch) }
    }
    let loss = training.model.loss(on: batch, weight: Tensor(1), key: RandomKey(1))[1]
    Report(
      workload: "semi-supervised-\(classes)", variant: estimator, unit: "step", seconds: seconds,
      check: [("bound", "\(loss.scalar)")]
    ).print()
  }
}
