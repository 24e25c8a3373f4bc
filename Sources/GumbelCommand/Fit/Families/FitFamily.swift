import ArgumentParser
import SwiftGumbel

/// A family of distributions that `gumbel fit` knows.
///
/// A further one is a file beside those of the others and a line in ``FitFamilies/all``.
protocol FitFamily: Sendable {
  /// As `--family` takes it.
  var name: String { get }
  /// How `--help` explains it, behind the name.
  var summary: String { get }
  /// How many samples a bootstrap of it simulates unless another number is asked for.
  var usualReplicates: Int { get }

  /// The fit to data.
  func fit(_ data: FitData) throws(FitError) -> any FittedExtremeValueModel
  /// About how many times as long as that of a Gumbel distribution the fit takes: what is done unasked
  /// ends at as much work for all families.
  func cost(_ data: FitData) -> Double
  /// How the page explains the parameters.
  func parameterNote(_ fit: any FittedExtremeValueModel) -> String
}

enum FitFamilies {
  static let all: [any FitFamily] = [GumbelFamily(), GeneralizedFamily()]
}

/// What `--family` may be: a family by its name, or the one that a test leaves.
enum FitFamilyOption: ExpressibleByArgument {
  case named(any FitFamily)
  /// Gumbel unless a likelihood-ratio test of the shape rejects it.
  case auto

  init?(argument: String) {
    if argument == "auto" {
      self = .auto
    } else if let family = FitFamilies.all.first(where: { $0.name == argument }) {
      self = .named(family)
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { FitFamilies.all.map(\.name) + ["auto"] }

  /// As it is written.
  var name: String {
    switch self {
    case .named(let family): family.name
    case .auto: "auto"
    }
  }
}

/// What a family is fitted to.
struct FitData {
  /// What of the data is fitted.
  enum Values {
    /// The extremes of blocks, with how many observations each stands for.
    case extremes([Double], weights: [Double]?)
    /// Several extremes of each block.
    case largest([[Double]])
    /// What lies beyond a threshold, with their number in a unit of time.
    case exceedances([Double], threshold: Double, rate: Double)
  }
  let values: Values
  /// What the location follows, a number a block, and the value that levels are given for.
  var covariate: [Double]?
  var reference: Double?
  /// The parameters that are known.
  var location: Double?
  var scale: Double?
  let method: GumbelFit.Method
  let extreme: GumbelFit.Extreme

  /// Values of one block each, and nothing that they follow.
  var isPlain: Bool {
    if case .extremes = values { return covariate == nil }
    return false
  }
}

extension FittedExtremeValueModel {
  /// The distribution with its article.
  var kind: String { ("aeiou".contains(familyName.prefix(1)) ? "an " : "a ") + familyName }

  /// What a parameter is called in tables and JSON.
  func name(of quantity: ExtremeValueQuantity) -> String {
    switch quantity {
    case .location:
      if case .exceedances = data { return "threshold" }
      return "location"
    case .scale: return "scale"
    case .shape: return "shape"
    case .trend: return "trend"
    case .returnLevel: return "level"
    }
  }
}
