/// The value of a setting, as TensorBoard's table of hyperparameters has it.
public enum HyperparameterValue: Hashable, Sendable {
  case number(Double)
  case text(String)
  case truth(Bool)
}

/// What a run was asked for, for TensorBoard's tab of hyperparameters, which sets it beside the scalars
/// that the run measures.
public struct Hyperparameters: Sendable {
  /// The settings by their names.
  public var settings: [(name: String, value: HyperparameterValue)]
  /// Runs with the same group are one row of the table, with the means of what they measure: such as
  /// those that differ in the seed alone. Empty, as by default, for a row of the run's own.
  public var group = ""

  /// Creates hyperparameters.
  public init(_ settings: [(name: String, value: HyperparameterValue)], group: String = "") {
    self.settings = settings
    self.group = group
  }

  /// All that a value encodes: what `x.y` holds has the name `x/y`. Lists are left out.
  ///
  /// - Throws: Where the value encodes to something else than an object with names.
  public init(of value: some Encodable) throws {
    let found = try Measurements(of: value)
    settings = found.values.map { ($0.name, .number($0.value)) }
    for (name, value) in found.others {
      switch value {
      case .text(let text): settings.append((name, .text(text)))
      case .truth(let truth): settings.append((name, .truth(truth)))
      default: break
      }
    }
  }
}
