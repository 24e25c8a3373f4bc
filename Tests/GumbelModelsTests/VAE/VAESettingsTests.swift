import GumbelModels
import GumbelTensors
import Testing

@Suite struct VAESettingsTests {
  @Test func whatIsWrittenIsReadBack() throws {
    for text in ["gaussian:32", "bernoulli:200", "categorical:20x10", "gaussian:2+categorical:3x4"]
    {
      let latents = try #require([VAE.Latent](text: text))
      #expect(latents.text == text)
    }
    for text in ["linear", "mlp:512,256", "mlp:1", "conv:32,64"] {
      #expect(VAE.Network(rawValue: text)?.rawValue == text)
    }
    for text in ["bernoulli", "gaussian", "gaussian:0.1"] {
      #expect(VAE.Likelihood(rawValue: text)?.rawValue == text)
    }
    #expect(VAE.Network(rawValue: "mlp:512,256") == .perceptron([512, 256]))
    #expect(VAE.Latent(rawValue: "categorical:20x10") == .categorical(variables: 20, classes: 10))
  }

  @Test(arguments: [
    "", "gaussian", "gaussian:", "gaussian:0", "gaussian:-3", "gaussian:2x3", "categorical:20",
    "categorical:20x1", "categorical:x", "poisson:3", "bernoulli:2 ", "bernoulli:+2",
    "bernoulli:9999999999999999999", "categorical:1000000x1000000", "gaussian:2+", "+gaussian:2",
  ])
  func whatNamesNoLatentVariablesIsNone(_ text: String) {
    #expect([VAE.Latent](text: text) == nil)
  }

  @Test(arguments: [
    "", "mlp", "mlp:", "mlp:0", "mlp:3,,4", "linear:2", "mlp:2:3", "conv:", "conv:-1",
  ])
  func whatNamesNoNetworkIsNone(_ text: String) {
    #expect(VAE.Network(rawValue: text) == nil)
  }

  @Test(arguments: ["", "normal", "gaussian:", "gaussian:0", "gaussian:-1", "gaussian:inf"])
  func whatNamesNoLikelihoodIsNone(_ text: String) {
    #expect(VAE.Likelihood(rawValue: text) == nil)
  }

  /// A temperature, a moving average and a network of an estimator's own are no parameters of the
  /// model.
  @Test(arguments: [
    "gumbel-softmax", "decoupled-straight-through", "score-function-baseline", "rebar", "relax",
  ])
  func parametersAreThoseOfTheModel(_ estimator: String) throws {
    let settings = Patterns.settings("categorical:2x3+gaussian:2") {
      $0.estimator = estimator
      $0.prior = .learned
      $0.likelihood = .gaussian(scale: nil)
    }
    let (pixels, hidden, parameters, values) = (16, 16, 2 * 3 + 2 * 2, 2 * 3 + 2)
    let encoder = pixels * hidden + hidden + hidden * parameters + parameters
    let decoder = values * hidden + hidden + hidden * pixels + pixels
    let vae = try VAE(settings, key: RandomKey(0))
    #expect(vae.parameterCount == encoder + decoder + parameters + 1)
  }

  private func problem(_ latents: String, _ change: (inout VAE.Settings) -> Void) -> String? {
    do {
      _ = try VAE(Patterns.settings(latents, change), key: RandomKey(0))
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func contradictionsAreErrors() {
    let found = [
      problem("bernoulli:3") { $0.estimator = "none" },
      problem("categorical:3x4") { $0.estimator = "arm" },
      problem("bernoulli:17") { $0.estimator = "exact" },
      problem("bernoulli:10+categorical:4x4") { $0.estimator = "exact" },
      problem("bernoulli:3") { $0.estimator = "vimco" },
      problem("bernoulli:3") { $0.boundSamples = 5 },
      problem("bernoulli:3") {
        $0.estimator = "rloo"
        $0.boundSamples = 5
      },
      problem("bernoulli:3") {
        $0.estimator = "rloo"
        $0.divergence = .relaxed
      },
      problem("gaussian:3") { $0.boundSamples = 0 },
      problem("gaussian:3") { $0.image.width = 0 },
      problem("gaussian:3") { $0.latents = [] },
      problem("bernoulli:3") { $0.priorTemperature = 0 },
    ]
    let expected = [
      "no estimator none for bernoulli:3", "no estimator arm for categorical:3x4",
      "joint states of bernoulli:17", "joint states of bernoulli:10+categorical:4x4",
      "expected at least 2", "expected the relaxed one",
      "expected vimco", "expected gumbel-softmax", "expected at least 1", "images of 4x0x1",
      "no latent variables", "a prior temperature of 0.0",
    ]
    for (found, expected) in zip(found, expected) {
      let isNamed = found?.contains(expected) ?? false
      #expect(isNamed, "\(found ?? "no error"), expected: \(expected)")
    }
  }
}
