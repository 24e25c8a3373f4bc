/// Why processes cannot work together, in one line.
public struct CommunicationError: Error, Hashable, CustomStringConvertible {
  /// What was found, where, and what was expected.
  public let description: String

  package init(_ description: String) { self.description = description }
}
