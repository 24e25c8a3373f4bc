import Foundation

/// The sanitizer that the command is built with, as `script/test --sanitize` says; nil without one.
enum Sanitizer: String {
  case address, thread

  static let current = ProcessInfo.processInfo.environment["GUMBEL_SANITIZER"]
    .flatMap(Sanitizer.init)
}
