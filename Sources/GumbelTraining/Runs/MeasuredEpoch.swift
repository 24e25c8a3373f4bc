/// An epoch of a run, and what was measured after it, whose parts can be reached through it.
@dynamicMemberLookup
public struct MeasuredEpoch<Measured: Codable>: Encodable {
  /// The number of epochs up to its end.
  public let epoch: Int
  /// The number of steps up to its end.
  public let steps: Int
  /// What was measured.
  public let measured: Measured

  public subscript<Value>(dynamicMember path: KeyPath<Measured, Value>) -> Value {
    measured[keyPath: path]
  }

  private enum Key: CodingKey { case epoch, steps }

  /// Encodes `epoch` and `steps`, and beside them what was measured.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(epoch, forKey: .epoch)
    try values.encode(steps, forKey: .steps)
    try measured.encode(to: encoder)
  }
}
