import GumbelOptimizers
import GumbelTensors
import GumbelTraining

extension VAE: LossModel {
  public static var termNames: [String] { ["loss", "reconstruction", "kl"] }

  /// The loss on images, `[n, pixels]`, and its parts; the weight is that of the divergence. See
  /// ``loss(on:divergenceWeight:key:)``.
  public func loss(on pixels: Tensor, weight: Tensor, key: RandomKey) -> [Tensor] {
    let loss = loss(on: pixels, divergenceWeight: weight, key: key)
    return [loss.total, loss.reconstruction, loss.divergence]
  }

  public mutating func observe(terms: [Tensor]) { observe(terms[1]) }
}

extension Training<Descent<VAE, Adam>> {
  /// Creates a training of a VAE by Adam of which nothing is done yet.
  ///
  /// - Throws: ``VAESettingsError`` where the settings contradict each other.
  public init(
    _ settings: VAE.Settings, plan: DescentPlan, key: RandomKey
  ) throws(VAESettingsError) {
    let vae = try VAE(settings, key: key.folding(in: "network"))
    self.init(Descent(vae, plan: plan), key: key.folding(in: "steps"))
  }
}
