/// Why a distribution cannot be fitted to data.
///
/// `description` is one line: `value 3 is nan, expected a finite number`. Positions count from 1.
public enum FitError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are too few values, those of weight 0 left out.
  case tooFewValues(count: Int, needed: Int)
  /// All values are the same, or all equal the location that is fixed: no scale is the best.
  case constant(Double)
  /// A value is infinite or not a number.
  case notFinite(position: Int, value: Double)
  /// A weight is negative, infinite or not a number.
  case badWeight(position: Int, weight: Double)
  /// A covariate is infinite or not a number.
  case badCovariate(position: Int, value: Double)
  /// The covariate is the same for all values, so that no trend can be found.
  case constantCovariate(Double)
  /// The likelihood grows without a maximum where the shape is above -1, as that of few values may.
  case noMaximum
  /// A shape in which the moments are those of the data does not exist.
  case noSuchMoments
  /// The weights, which count observations, sum to 1 or less, and the method needs more.
  case tooLittleWeight(total: Double)
  /// The spread is so large or so small that the scale is no positive finite `Double`.
  case scaleOutOfRange

  public var description: String {
    switch self {
    case .tooFewValues(let count, let needed):
      "found \(count) value\(count == 1 ? "" : "s"), expected at least \(needed)"
    case .constant(let value):
      "all values are \(value), expected some that differ, without which no scale can be found"
    case .notFinite(let position, let value):
      "value \(position) is \(value), expected a finite number"
    case .badWeight(let position, let weight):
      "weight \(position) is \(weight), expected a finite number of 0 or more"
    case .badCovariate(let position, let value):
      "covariate \(position) is \(value), expected a finite number"
    case .constantCovariate(let value):
      "the covariate is \(value) for all values, expected some that differ"
    case .noMaximum:
      "the likelihood has no maximum with a shape above -1; expected more values, or L-moments"
    case .noSuchMoments:
      "no distribution of the family has the data's moments; expected other values or more, or "
        + "maximum likelihood"
    case .tooLittleWeight(let total):
      "the weights sum to \(total), expected more than 1; a weight counts observations"
    case .scaleOutOfRange:
      "the values' spread gives a scale beyond the range of double precision"
    }
  }
}
