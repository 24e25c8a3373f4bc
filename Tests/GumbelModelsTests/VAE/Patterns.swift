import GumbelModels
import GumbelTensors
import GumbelTraining

/// Binary images of 4 x 4 pixels: one of eight patterns each, with one pixel in sixteen flipped.
struct Patterns {
  static let image = VAE.ImageShape(height: 4, width: 4)

  /// Step `step`'s batch.
  static func batch(_ count: Int = 32, step: Int) -> Tensor {
    let key = RandomKey(99).folding(in: step)
    let kinds = Tensor.categorical(
      logits: Tensor.zeros([8]), shape: [count], key: key.folding(in: 0))
    let patterns = Tensor.uniform([8, 16], key: RandomKey(98)) .> 0.5
    let flips = Tensor.uniform([count, 16], key: key.folding(in: 1)) .< 1 / 16
    let clean = patterns.gatheringRows(at: kinds)
    return clean + flips - 2 * clean * flips
  }

  static func settings(_ latents: String, _ change: (inout VAE.Settings) -> Void = { _ in })
    -> VAE.Settings
  {
    var settings = VAE.Settings(image: image)
    settings.latents = [VAE.Latent](text: latents)!
    settings.encoder = .perceptron([16])
    settings.decoder = .perceptron([16])
    change(&settings)
    return settings
  }

  static func plan(epochs: Int, steps: Int) -> DescentPlan {
    var plan = DescentPlan(epochs: epochs, stepsPerEpoch: steps)
    plan.learningRate = .constant(0.01)
    return plan
  }
}
