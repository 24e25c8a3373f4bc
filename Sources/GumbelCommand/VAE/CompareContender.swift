import SwiftGumbel

/// An estimator in a comparison, with how its temperature goes.
struct CompareContender: Equatable {
  /// As options and tables name it.
  let name: String
  /// The package's estimator.
  let estimator: String

  /// Straight-through whose gradient becomes steeper and steeper: the decoupled one, its backward
  /// temperature annealed. Chung, Ahn & Bengio 2016 (arXiv 1609.01704).
  static let annealed = CompareContender(
    name: "annealed-straight-through", estimator: "decoupled-straight-through")

  private init(name: String, estimator: String) {
    self.name = name
    self.estimator = estimator
  }

  /// That of a name; nil where none of this name is for these variables.
  init?(_ name: String, for latent: VAE.Latent) {
    if name == Self.annealed.name {
      self = .annealed
    } else if Self.names(for: latent).contains(name) {
      self.init(name: name, estimator: name)
    } else {
      return nil
    }
  }

  /// All names that there are for these variables.
  static func names(for latent: VAE.Latent) -> [String] {
    let builtIn =
      latent.kind == "bernoulli"
      ? Bernoulli<Tensor>.builtInEstimators.map(\.name)
      : OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
    return builtIn.filter { $0 != "exact" } + [annealed.name]
  }

  /// Those that are compared unless others are asked for.
  static func usual(for latent: VAE.Latent) -> [CompareContender] {
    [
      "score-function", "score-function-baseline", "rloo", "disarm", "straight-through",
      annealed.name, "gumbel-softmax", "straight-through-gumbel-softmax", "reinmax", "gumbel-rao",
    ].compactMap { CompareContender($0, for: latent) }
  }

  /// The estimator's temperature at each step.
  ///
  /// - Parameters:
  ///   - task: Jang et al. anneal in the VAE, and leave it at 1 in structured prediction.
  ///   - rate: of the annealing, e^(-rate step) down to a half.
  func temperature(_ task: CompareTask, rate: Double) -> Schedule {
    let annealed = Schedule.exponential(from: 1, rate: rate, floor: 0.5, every: 500)
    switch name {
    case Self.annealed.name: return annealed
    case "gumbel-softmax", "straight-through-gumbel-softmax", "gumbel-rao":
      return task == .vae ? annealed : .constant(1)
    case "decoupled-straight-through": return .constant(1.5)
    default: return .constant(1)
    }
  }
}

/// What the networks of a comparison do.
enum CompareTask: String, CaseIterable, Codable {
  /// Autoencoders.
  case vae
  /// From the upper half of an image to the lower one.
  case structured
}
