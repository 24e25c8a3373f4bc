import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

/// What a training step minimises, and its gradient.
@Suite struct VAELossTests {
  /// The same network with biases, priors and scales that are not 0.
  private func randomised(_ vae: VAE) -> VAE {
    let names = vae.namedTensors.map(\.name)
    var i = 0
    return vae.mapTensors { tensor in
      defer { i += 1 }
      guard ["bias", "prior", "logScale"].contains(where: names[i].hasSuffix) else { return tensor }
      return Tensor.normal(tensor.shape, key: RandomKey(77).folding(in: i)) * 0.5
    }
  }

  private func network(_ latents: String, _ change: (inout VAE.Settings) -> Void = { _ in })
    throws -> VAE
  {
    randomised(try VAE(Patterns.settings(latents, change), key: RandomKey(1)))
  }

  private typealias Case = (latents: String, change: @Sendable (inout VAE.Settings) -> Void)

  /// At a fixed key these losses are functions of the parameters that a gradient is that of.
  private static let differentiable: [Case] = [
    ("bernoulli:3", { $0.estimator = "exact" }),
    (
      "categorical:2x3",
      {
        $0.estimator = "exact"
        $0.prior = .learned
        $0.states = .signed
      }
    ),
    ("categorical:2x3+gaussian:2+bernoulli:2", { $0.estimator = "exact" }),
    ("categorical:3x4", { $0.likelihood = .gaussian(scale: nil) }),
    (
      "bernoulli:4",
      {
        $0.divergence = .relaxed; $0.prior = .learned
      }
    ),
    (
      "categorical:2x3",
      {
        $0.divergence = .relaxed; $0.boundSamples = 3; $0.prior = .learned
      }
    ),
    (
      "gaussian:3",
      {
        $0.boundSamples = 3; $0.prior = .learned
      }
    ),
    (
      "gaussian:3",
      {
        $0.likelihood = .gaussian(scale: 0.5); $0.prior = .learned
      }
    ),
  ]

  /// Along the gradient of each tensor in turn; with 32 bits a central difference has three digits.
  @Test(arguments: differentiable.indices) func theGradientIsThatOfTheLoss(_ i: Int) throws {
    // Without a ReLU, whose kinks a difference may step over.
    let vae = try network(Self.differentiable[i].latents) {
      $0.encoder = .linear
      $0.decoder = .linear
      Self.differentiable[i].change(&$0)
    }
    let pixels = Patterns.batch(8, step: 0)
    let key = RandomKey(3)
    func loss(_ vae: VAE) -> Tensor {
      vae.loss(on: pixels, divergenceWeight: Tensor(0.7), key: key).total
    }
    let gradient = gradient(at: vae, of: loss)
    for (position, (name, direction)) in gradient.namedTensors.enumerated() {
      let norm = direction.scalars.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      if name.hasSuffix("emperature") {
        #expect(norm == 0)
        continue
      }
      #expect(norm > 1e-3, "\(name) has no gradient")
      func moved(_ step: Float) -> Double {
        var other = vae
        var next = 0
        other.updateEach {
          if next == position { $0 = $0 + direction * (step / Float(norm)) }
          next += 1
        }
        return Double(loss(other).scalar)
      }
      let difference = (moved(0.01) - moved(-0.01)) / 0.02
      let isClose = abs(difference - norm) < 0.02 * norm + 2e-3
      #expect(isClose, "\(name): the gradient's norm is \(norm), the difference \(difference)")
    }
  }

  /// E_q[p(z) / q(z)] = 1 for the relaxed densities, whatever the temperatures.
  @Test(arguments: ["bernoulli:2", "categorical:2x3"])
  func relaxedDensitiesAreDensities(_ latents: String) throws {
    let m = 2000
    var vae = try network(latents) {
      $0.decoder = .linear
      $0.divergence = .relaxed
      $0.boundSamples = m
      $0.prior = .learned
      $0.priorTemperature = 0.6
    }
    vae.anneal(to: 0.7)
    // A decoder that does not look at z: the bound is then log 1/m Σ p(z)/q(z), less a constant.
    let names = vae.namedTensors.map(\.name)
    var i = 0
    vae.updateEach {
      if names[i] == "decoder.0.weight" { $0 = $0 * 0 }
      // A posterior near the prior keeps the variance of the ratio small.
      if names[i].hasPrefix("encoder") { $0 = $0 * 0.4 }
      i += 1
    }
    let pixels = Patterns.batch(1, step: 0)
    let means = (0..<30).map { draw -> Double in
      let loss = vae.loss(on: pixels, key: RandomKey(UInt64(draw)))
      return exponential(Double(loss.reconstruction.scalar) - Double(loss.total.scalar))
    }
    let (mean, error) = meanAndError(means)
    #expect(error < 0.03)
    #expect(abs(mean - 1) < allowedDeviations * error)
  }

  /// VIMCO's loss is the bound that evaluation computes with as many draws.
  @Test(arguments: ["bernoulli:3", "bernoulli:2+gaussian:2+categorical:2x3"])
  func theScoreBoundIsTheImportanceWeightedOne(_ latents: String) throws {
    let vae = try network(latents) {
      $0.estimator = "vimco"
      $0.boundSamples = 3
    }
    let pixels = Patterns.batch(1, step: 0).broadcast(to: [4000, 16])
    let loss = vae.loss(on: pixels, key: RandomKey(8))
    let evaluation = vae.evaluate(on: pixels, samples: 3, key: RandomKey(9))
    let difference = abs(evaluation.importanceWeightedBound + Double(loss.total.scalar))
    // Both are means of 4000 independent draws.
    #expect(difference < allowedDeviations * 1.5 * evaluation.importanceWeightedBoundError)
  }

  @Test func everyTensorIsVisited() throws {
    for latents in ["gaussian:2", "bernoulli:3", "categorical:2x3+gaussian:2"] {
      for estimator in ["gumbel-softmax", "relax", "vimco"] {
        let settings = Patterns.settings(latents) {
          $0.estimator = estimator
          $0.boundSamples = estimator == "vimco" ? 2 : 1
          $0.divergence = estimator == "gumbel-softmax" ? .relaxed : .analytic
          $0.prior = .learned
          $0.likelihood = .gaussian(scale: nil)
        }
        let plan = Patterns.plan(epochs: 1, steps: 1)
        let training = try Training(settings, plan: plan, key: RandomKey(0))
        #expect(forgottenTensors(in: training) == [])
        #expect(forgottenSettings(in: training.model) == [])
      }
    }
  }
}
