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
  let loop = TrainingLoop(epochs: options.repeats + 1, stepsPerEpoch: plan.stepsPerEpoch)
  let clock = ContinuousClock()
  var ends = [clock.now]
  func note(_: Training<Descent<VAE, Adam>>) -> Measurements {
    ends.append(clock.now)
    return [:]
  }
  if Device.default.isHost {
    _ = try! training.run(on: { batches.batch($0).pixels }, loop: loop, endOfEpoch: note)
  } else {
    _ = try! training.run(on: ImageTensors(batches), loop: loop, endOfEpoch: note)
  }
  // The first one is not counted.
  let seconds = zip(ends.dropFirst(), ends.dropFirst(2)).map { ($1 - $0) / .seconds(1) }
  let losses = training.history.map(\.[0])
  Report(
    workload: "vae-epoch", unit: "epoch", seconds: seconds,
    check: [
      ("firstEpoch", "\(losses.first!)"), ("lastEpoch", "\(losses.last!)"),
      ("bits", digest(of: training)),
    ]
  ).print()
}
