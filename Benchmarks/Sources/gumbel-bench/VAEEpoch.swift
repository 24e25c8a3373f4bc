import SwiftGumbel

/// Epochs of Fashion-MNIST for the categorical VAE that `peers/vae_data.py` specifies.
func vaeEpoch(_ options: Options) {
  guard let images = try? ImageCatalog.fashionMNIST.load().train else {
    print("vae-epoch: Fashion-MNIST is not there; gumbel data says how to get it")
    exitWithUsage()
  }
  var batches = ImageBatches(images, batchSize: 100, binarisation: .dynamic, key: RandomKey(1))
  let image = VAE.ImageShape(height: images.height, width: images.width)
  let plan = DescentPlan(epochs: 100, stepsPerEpoch: batches.batchesPerEpoch)
  var training = try! Training(VAE.Settings(image: image), plan: plan, key: RandomKey(0))
  let seconds = measure(options) { epoch in
    let loop = TrainingLoop(epochs: epoch + 1, stepsPerEpoch: plan.stepsPerEpoch)
    _ = try! training.run(on: { batches.batch($0).pixels }, loop: loop)
  }
  let losses = training.history.map(\.[0])
  Report(
    workload: "vae-epoch", unit: "epoch", seconds: seconds,
    check: [
      ("firstEpoch", "\(losses.first!)"), ("lastEpoch", "\(losses.last!)"),
      ("bits", digest(of: training)),
    ]
  ).print()
}
