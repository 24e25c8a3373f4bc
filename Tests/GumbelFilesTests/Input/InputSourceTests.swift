import Foundation
import GumbelFiles
import Testing
import _GumbelTestBytes

/// All bytes of a source.
func contents(_ source: InputSource, chunk: Int = 1 << 16) throws -> [UInt8] {
  let input = try ChunkedInput(source, chunk: chunk, shouldStop: nil)
  while try input.readMore() {}
  return Array(input.unread)
}

@Suite struct InputSourceTests {
  @Test func files() throws {
    try withDirectory { directory in
      let (none, file) = ("\(directory)/none", "\(directory)/file")
      expectMessage("\(none): no such file") { try contents(.file(none)) }
      expectMessage(": no such file") { try contents(.file("")) }
      expectMessage("\(directory): is a directory, expected a file") {
        try contents(.file(directory))
      }
      try "a\nb\n".write(toFile: file, atomically: false, encoding: .utf8)
      expectMessage(nil) { try contents(.file(file)) }
      expectMessage("\(file)/x: cannot be opened: Not a directory") {
        try contents(.file("\(file)/x"))
      }
    }
    expectMessage("closed: cannot be opened: Bad file descriptor") {
      try contents(.descriptor(-1, name: "closed"))
    }
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is denied to the superuser"))
  func permissionDenied() throws {
    try withDirectory { directory in
      let file = "\(directory)/file"
      try "a\nb\n".write(toFile: file, atomically: false, encoding: .utf8)
      chmod(file, 0)
      expectMessage("\(file): cannot be opened: Permission denied") {
        try contents(.file(file))
      }
    }
  }

  @Test func readingFails() throws {
    // A descriptor that can be written only.
    let descriptor = open("/dev/null", O_WRONLY)
    defer { close(descriptor) }
    expectMessage("null: reading failed: Bad file descriptor") {
      try contents(.descriptor(descriptor, name: "null"))
    }
  }
}
