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
  /// An archive has no array of the name, or several and none is named: those that there are.
  case arrays([String], named: String?)
  /// There are no arrays in an archive, but these files.
  case noArrays([String])
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
    case .arrays(let names, nil):
      "holds \(names.count) arrays, \(listed(names)); name one behind a colon, as in "
        + "FILE:\(escaped(names[0]))"
    case .arrays(let names, let name?):
      "has no array \(quoted(name)), expected one of \(listed(names))"
    case .noArrays(let names):
      "is a ZIP archive without arrays (.npy), of " + (names.isEmpty ? "no files" : listed(names))
    }
  }
}
