/// The operations of a function that a device cannot run.
public struct UnsupportedPrimitives: Error, CustomStringConvertible {
  /// Their names, each once, in the order of the function.
  public let names: [String]

  /// One line that names them all.
  public var description: String {
    "not available on a device, which has no form of \(names.joined(separator: ", ")): "
      + "run the function on the host"
  }
}
