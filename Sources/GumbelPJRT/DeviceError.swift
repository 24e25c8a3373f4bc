/// Why a device cannot be used, or what failed on it: one line that says what to do.
public struct DeviceError: Error, Hashable, CustomStringConvertible {
  /// The kinds of failure.
  public enum Kind: Hashable, Sendable {
    /// There is no plug-in, or it cannot be loaded.
    case noPlugin
    /// The plug-in speaks a version of the PJRT C API that this package does not.
    case unsupportedVersion
    /// The plug-in found no device of its kind, or not the one asked for.
    case noDevice
    /// The device's memory does not suffice.
    case outOfMemory
    /// A program was refused.
    case compilation
    /// Anything else that a call of the plug-in came back with.
    case failed
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// The line.
  public let description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    // Plug-ins answer with several lines, of which the first says what is wrong.
    let line = description.split(whereSeparator: \.isNewline).first ?? ""
    self.description = String(line.hasSuffix(".") ? line.dropLast() : line)
  }
}
