/// What is wrong with the weights or logits that a sample is to be drawn by.
///
/// `description` is one line: `weight at index 3 is -0.5, expected a finite number of at least 0`.
public enum SamplingError: Error, Sendable {
  /// There is not one class.
  case noClasses
  /// A weight or a probability is negative, infinite or NaN. Indices count from 0.
  case badWeight(Double, index: Int)
  /// A logit is NaN.
  case badLogit(Double, index: Int)
  /// All weights are 0, or all logits -inf: there is nothing to draw.
  case noMass(classes: Int, areLogits: Bool)
}

extension SamplingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noClasses: "found no classes, expected at least one"
    case .badWeight(let weight, let index):
      "weight at index \(index) is \(weight), expected a finite number of at least 0"
    case .badLogit(let logit, let index):
      "logit at index \(index) is \(logit), expected a number, inf or -inf"
    case .noMass(1, areLogits: false): "the only weight is 0, expected more"
    case .noMass(1, areLogits: true): "the only logit is -inf, expected more"
    case .noMass(let classes, areLogits: false):
      "all \(classes) weights are 0, expected one above 0"
    case .noMass(let classes, areLogits: true):
      "all \(classes) logits are -inf, expected one above -inf"
    }
  }
}
