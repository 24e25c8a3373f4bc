import GumbelDistributions
import GumbelEstimators
import GumbelTensors

extension VAE.Settings {
  /// What is minimised in training.
  enum Objective {
    /// The estimator's expectation of the reconstruction cost, and a closed divergence.
    case expectation
    /// The bound of draws that a gradient passes through.
    case pathwiseBound
    /// The bound of exact draws, its gradient VIMCO's.
    case scoreBound
  }

  /// Whether a gradient estimator has something to do.
  package var hasDiscrete: Bool { latents.contains { $0.type.isDiscrete } }

  var objective: Objective {
    if hasDiscrete, estimator == "vimco" { return .scoreBound }
    return divergence == .relaxed || boundSamples > 1 ? .pathwiseBound : .expectation
  }

  var latentEstimator: LatentOptions.Estimator {
    switch objective {
    case .expectation: .named(estimator)
    case .pathwiseBound: .relaxed(priorTemperature: priorTemperature)
    case .scoreBound: .score
    }
  }

  /// Throws unless a network can be made and trained by these settings.
  public func validate() throws(VAESettingsError) {
    func check(_ holds: Bool, _ problem: @autoclosure () -> String) throws(VAESettingsError) {
      if !holds { throw VAESettingsError(problem()) }
    }
    let extents = [image.height, image.width, image.channels]
    try check(
      extents.allSatisfy { $0 >= 1 && $0 <= VAE.ImageShape.largestExtent }
        && image.count <= 1 << 22,
      "images of \(image.height)x\(image.width)x\(image.channels), expected extents of at least 1 "
        + "and at most 4194304 numbers")
    try check(!latents.isEmpty, "no latent variables, expected at least one group")
    try check(
      latents.count <= 64, "\(latents.count) groups of latent variables, expected at most 64")
    try check(
      boundSamples >= 1, "a bound of \(boundSamples) samples, expected at least 1")
    try check(
      priorTemperature > 0 && priorTemperature.isFinite,
      "a prior temperature of \(priorTemperature), expected a positive number")
    guard hasDiscrete else { return }
    for latent in latents { try checkEstimator(for: latent) }
    if estimator == "exact" { try checkStates() }
    switch estimator {
    case "vimco":
      try check(
        boundSamples >= 2, "vimco with a bound of \(boundSamples) sample, expected at least 2")
      try check(
        divergence == .analytic,
        "vimco with the \(divergence.rawValue) divergence, expected the analytic one")
    case "gumbel-softmax":
      try check(
        boundSamples == 1 || divergence == .relaxed,
        "a bound of \(boundSamples) samples with gumbel-softmax and the analytic divergence, "
          + "expected the relaxed one")
    default:
      try check(
        divergence == .analytic,
        "the relaxed divergence with \(estimator), expected gumbel-softmax")
      try check(
        boundSamples == 1,
        "a bound of \(boundSamples) samples with \(estimator), expected vimco, or gumbel-softmax "
          + "with the relaxed divergence")
    }
    try check(
      estimatorDraws >= 2
        && (estimator != "unordered-set"
          || estimatorDraws <= UnorderedSetEstimator<Bernoulli<Tensor>>.maximumSize),
      "an estimator of \(estimatorDraws) draws, expected at least 2, and at most "
        + "\(UnorderedSetEstimator<Bernoulli<Tensor>>.maximumSize) with unordered-set")
    try check(
      estimatorNoises >= 1, "an estimator of \(estimatorNoises) noises, expected at least 1")
  }

  private func checkEstimator(for latent: VAE.Latent) throws(VAESettingsError) {
    let names = latent.type.estimatorNames
    guard !names.isEmpty else { return }
    guard names.contains(estimator) else {
      throw VAESettingsError(
        "no estimator \(estimator) for \(latent), expected one of "
          + names.joined(separator: ", "))
    }
  }

  /// The exact estimator goes through the joint states of all discrete variables.
  private func checkStates() throws(VAESettingsError) {
    var states = 1
    let largest = ExactEstimator<Bernoulli<Tensor>>.maximumStates
    for latent in latents where latent.type.isDiscrete {
      for _ in 0..<latent.sizes[0] {
        states *= latent.sizes.count > 1 ? latent.sizes[1] : 2
        guard states <= largest else {
          throw VAESettingsError(
            "the exact estimator with the joint states of \(latents.text), expected at most "
              + "\(largest) of them")
        }
      }
    }
  }
}
