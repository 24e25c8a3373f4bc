import Testing
import _GumbelTestBytes

/// Expects the message of what `body` throws, or nil if it throws nothing.
func expectMessage(
  _ expected: String?, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> some Any
) {
  let found = thrownMessage(body)
  #expect(found == expected, sourceLocation: sourceLocation)
}
