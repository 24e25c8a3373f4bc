/// Why what was read is not a ``NumberArray``.
public enum NumberArrayProblem: Equatable, Sendable {
  /// There is not one number.
  case noNumbers
  /// An entry of a line, counted from 1, is not a number.
  case notANumber(found: String, entry: Int)
  /// There are more numbers than the limit.
  case tooManyNumbers(limit: Int)
  /// An `.npy` file is not as it should be at a byte, counted from 0.
  case npy(NPYProblem, byte: Int)
}

extension NumberArrayProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noNumbers: "no numbers found"
    case .notANumber("", let entry): "entry \(entry) is empty, expected a number"
    case .notANumber(let found, let entry):
      "entry \(entry) is \(quoted(found)), expected a number"
    case .tooManyNumbers(let limit):
      "more than \(limit) numbers, the limit for an array held in memory"
    case .npy(let problem, let byte): "byte \(byte): \(problem)"
    }
  }
}
