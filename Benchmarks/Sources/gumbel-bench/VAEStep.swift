import SwiftGumbel

/// Training steps of the categorical VAE that `peers/vae_data.py` specifies.
func vaeStep(batch: Int, _ options: Options) {
  let steps = batch == 100 ? 50 : batch == 1000 ? 20 : 5
  // 784-512-256-(20x10)-256-512-784, Gumbel-softmax of temperature 1, Adam at 1e-3.
  var settings = VAE.Settings(image: VAE.ImageShape(height: 28, width: 28))
  settings.latents = [.categorical(variables: 20, classes: 10)]
  settings.encoder = .perceptron([512, 256])
  settings.decoder = .perceptron([256, 512])
  let plan = DescentPlan(epochs: 100, stepsPerEpoch: steps)
  guard var training = try? Training(settings, plan: plan, key: RandomKey(0)) else {
    fatalError("the settings are not valid")
  }
  training.setRates(at: 0)
  let parameters = training.model.encoder.elementCount + training.model.decoder.elementCount
  precondition(parameters == 1_169_880, "the network is not the one specified")
  let pixels = hashedPixels(batch)
  let step = compile { (training: inout Training<Descent<VAE, Adam>>, pixels: Tensor) in
    training.trainStep(on: pixels)[0]
  }
  var losses: [Float] = []
  let seconds = measure(options, count: steps) { i in
    for _ in 0..<steps {
      let loss = step(&training, pixels)
      if i == 0 { losses.append(loss.scalar) }
    }
    training.waitUntilReady()
  }
  Report(
    workload: "vae-step-\(batch)", unit: "step", seconds: seconds,
    check: [
      ("firstLoss", "\(losses.first!)"), ("lastLoss", "\(losses.last!)"),
      ("bits", digest(of: training)),
    ]
  ).print()
}
