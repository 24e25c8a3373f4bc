/// Traps with a message unless the condition holds.
///
/// For mistakes of the programmer, in place of `precondition`: optimised builds leave out the
/// message of that one, and a shape that does not fit is hard to find without it.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID,
  line: UInt = #line
) {
  if !condition { fatalError(message(), file: file, line: line) }
}
