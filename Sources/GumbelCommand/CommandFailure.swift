/// What went wrong, in one line that says what was found, where, and what was expected.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
