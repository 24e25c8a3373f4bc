import ArgumentParser
import SwiftGumbel

/// The network of `gumbel vae train`, and what is minimised.
struct VAENetworkOptions: ParsableArguments {
  @Option(
    "The code: categorical:20x10 (20 variables of 10 classes), bernoulli:200, gaussian:32, or "
      + "several joined by +.", valueName: "kind:size")
  var latent = "categorical:20x10"
  @Option(
    "How gradients pass through discrete codes: gumbel-softmax (the default), "
      + "straight-through-gumbel-softmax, reinmax, rloo, vimco and others; gumbel estimators "
      + "compares them.", valueName: "name", completion: .estimator)
  var estimator: String?
  @Option("Draws that an estimator of several averages over (default: 2).", valueName: "n")
  var estimatorDraws: Int?
  @Option(
    "From pixels to codes: mlp:512,256 with the widths of hidden layers, linear, or conv:32,64 "
      + "with the channels of convolutions that halve the image.", valueName: "layers")
  var encoder = "mlp:512,256"
  @Option(
    "From codes to pixels; by default the encoder's layers from back to front.",
    valueName: "layers")
  var decoder: String?
  @Option(
    "Of pixels: bernoulli, gaussian with a trained standard deviation, or gaussian:0.1 with this "
      + "one.", valueName: "name", completion: .list(["bernoulli", "gaussian"]))
  var likelihood = "bernoulli"
  @Option(
    "Of codes: fixed (uniform or standard normal) or learned.",
    valueName: "name", completion: .list(["fixed", "learned"]))
  var prior = "fixed"
  @Option(
    "The divergence from the prior in training: analytic, or relaxed, of the relaxed densities.",
    valueName: "name", completion: .list(["analytic", "relaxed"]))
  var kl = "analytic"
  @Option(
    "The temperature of the prior's relaxed density, with --kl relaxed (default: 0.5).",
    valueName: "t")
  var priorTemperature: Double?
  @Option(
    "Draws of the importance-weighted bound that is trained; 1 for the evidence lower bound.",
    valueName: "m")
  var samples = 1
  @Option(
    "What the values of discrete codes are to the decoder: 0,1 or -1,1. (default: 0,1)",
    valueName: "a,b", completion: .list(["0,1", "-1,1"]))
  var states: String?

  func validate() throws {
    try OptionChecks.count(samples, "--samples", upTo: 10_000)
    try OptionChecks.count(estimatorDraws, "--estimator-draws", from: 2, upTo: 1000)
    try OptionChecks.positive(priorTemperature, "--prior-temperature", upTo: 1000)
  }

  /// Whether something is drawn at a temperature.
  var hasTemperature: Bool {
    guard [VAE.Latent](text: latent)?.contains(where: \.isDiscrete) ?? true else { return false }
    return kl == "relaxed" || !Self.withoutTemperature.contains(estimator ?? "")
  }

  /// Estimators that draw exactly.
  private static let withoutTemperature: Set = [
    "exact", "straight-through", "score-function", "score-function-baseline", "rloo", "arm",
    "disarm", "unordered-set", "vimco", "rebar", "relax",
  ]
  /// Estimators of several draws.
  private static let ofSeveralDraws = ["rloo", "unordered-set"]

  /// The settings of a network for images of a shape.
  func settings(image: VAE.ImageShape) throws -> VAE.Settings {
    var settings = VAE.Settings(image: image)
    settings.latents = try option(
      [VAE.Latent](text: latent), "--latent", latent,
      "gaussian:32, bernoulli:200, categorical:20x10, or several joined by +")
    let layers = "linear, or mlp: and widths as in mlp:512,256, or conv: and channels"
    settings.encoder = try option(
      VAE.Network(rawValue: encoder), "--encoder", encoder, layers)
    settings.decoder =
      try decoder.map {
        try option(VAE.Network(rawValue: $0), "--decoder", $0, layers)
      } ?? settings.encoder.mirrored
    settings.likelihood = try option(
      VAE.Likelihood(rawValue: likelihood), "--likelihood", likelihood,
      "bernoulli, gaussian, or gaussian: and a standard deviation of 0.001 or more")
    settings.prior = try option(VAE.Prior(rawValue: prior), "--prior", prior, "fixed or learned")
    settings.divergence = try option(
      VAE.Divergence(rawValue: kl), "--kl", kl, "analytic or relaxed")
    if let states {
      settings.states = try option(VAE.States(rawValue: states), "--states", states, "0,1 or -1,1")
      guard settings.hasDiscrete else {
        throw ValidationError(
          "--states \(states): --latent \(latent) has no discrete variables; expected none")
      }
    }
    settings.boundSamples = samples
    if let estimator {
      guard settings.hasDiscrete else {
        throw ValidationError(
          "--estimator \(estimator): --latent \(latent) has no discrete variables, whose "
            + "gradients need one; expected none")
      }
      settings.estimator = estimator
    }
    if let estimatorDraws {
      guard Self.ofSeveralDraws.contains(settings.estimator) else {
        throw ValidationError(
          "--estimator-draws \(estimatorDraws): expected --estimator with one of several draws, "
            + Self.ofSeveralDraws.joined(separator: " or "))
      }
      settings.estimatorDraws = estimatorDraws
    }
    if let priorTemperature {
      guard settings.divergence == .relaxed else {
        throw ValidationError(
          "--prior-temperature \(NumberText.short(priorTemperature)): expected --kl relaxed, which "
            + "has such a temperature")
      }
      settings.priorTemperature = Float(priorTemperature)
    }
    do {
      try settings.validate()
    } catch {
      throw ValidationError("the network's options: \(error)")
    }
    return settings
  }

  private func option<T>(
    _ value: T?, _ name: String, _ text: String, _ expected: String
  ) throws -> T {
    guard let value else { throw ValidationError("\(name) \(text): expected \(expected)") }
    return value
  }
}

extension VAE.Network {
  /// The layers from back to front.
  fileprivate var mirrored: VAE.Network {
    switch self {
    case .perceptron(let widths): .perceptron(widths.reversed())
    case .convolutional(let kernels): .convolutional(kernels.reversed())
    }
  }
}
