import Foundation
import GumbelFiles
import Testing
import _GumbelTestBytes

// One after the other, for the sake of the test that limits the size of files for a moment.
@Suite(.serialized) struct AtomicFileTests {
  @Test func writesAndReplaces() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      try AtomicFile.checkWritable(path)
      #expect(names(in: directory) == [])
      try AtomicFile.write([0, 255, 10], to: path)
      #expect(contents(of: path) == [0, 255, 10])
      try AtomicFile.checkWritable(path)
      try AtomicFile.write("é\n", to: path)
      #expect(contents(of: path) == [0xC3, 0xA9, 0x0A])
      try AtomicFile.write([], to: path)
      #expect(contents(of: path) == [])
      #expect(names(in: directory) == ["file"])
    }
  }

  @Test func severalFilesAreNewTogether() throws {
    try withDirectory { directory in
      let paths = ["a", "b", "c"].map { "\(directory)/\($0)" }
      try AtomicFile.write([0], to: paths[1])
      func writers() throws -> [AtomicFileWriter] {
        try paths.map { path in
          let writer = try AtomicFileWriter(path)
          try [UInt8](path.utf8.suffix(1)).withUnsafeBytes { try writer.write($0) }
          return writer
        }
      }
      struct Stop: Error {}
      #expect(throws: Stop.self) {
        try AtomicFileWriter.finish(writers(), check: { throw Stop() })
      }
      #expect(names(in: directory) == ["b"] && contents(of: paths[1]) == [0])
      // As where the process is ended when the first is in its place.
      var ended: [[UInt8]?] = []
      #expect(throws: OutputError.self) {
        try AtomicFileWriter.finish(
          writers(),
          willPlace: { number in
            if number != 1 { return }
            AtomicFile.discardUnfinished()
            ended = paths.map { contents(of: $0) }
          })
      }
      #expect(ended == [[97], [98], [99]])
      #expect(names(in: directory)?.sorted() == ["a", "b", "c"])
      try AtomicFileWriter.finish(writers())
      #expect(names(in: directory)?.sorted() == ["a", "b", "c"])
      // Where the first cannot be put in its place, the others are not either.
      let others = try writers()
      try FileManager.default.removeItem(atPath: paths[0])
      try FileManager.default.createDirectory(
        atPath: paths[0] + "/x", withIntermediateDirectories: true)
      try AtomicFile.write([0], to: paths[1])
      #expect(throws: OutputError.self) { try AtomicFileWriter.finish(others) }
      #expect(contents(of: paths[1]) == [0])
    }
  }

  @Test func namesAsLongAsTheSystemAllows() throws {
    try withDirectory { directory in
      let path = "\(directory)/\(String(repeating: "x", count: 255))"
      try AtomicFile.write([1], to: path)
      #expect(contents(of: path) == [1])
    }
  }

  @Test func permissions() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      let mask = umask(0)
      umask(mask)
      try AtomicFile.write([1], to: path)
      #expect(mode(of: path) == 0o666 & ~mask)
      for mode: mode_t in [0o600, 0o755, 0o666] {
        chmod(path, mode)
        try AtomicFile.write([2], to: path)
        #expect(self.mode(of: path) == mode)
      }
    }
  }

  @Test func followsLinks() throws {
    try withDirectory { directory in
      try FileManager.default.createDirectory(
        atPath: "\(directory)/sub", withIntermediateDirectories: false)
      // Relative and absolute, to one another and to what does not exist yet.
      symlink("sub/link", "\(directory)/first")
      symlink("\(directory)/sub/file", "\(directory)/sub/link")
      for byte: UInt8 in [1, 2] {
        try AtomicFile.checkWritable("\(directory)/first")
        try AtomicFile.write([byte], to: "\(directory)/first")
        #expect(contents(of: "\(directory)/sub/file") == [byte])
        #expect(names(in: directory) == ["first", "sub"])
        #expect(names(in: "\(directory)/sub") == ["file", "link"])
      }
      symlink("loop", "\(directory)/loop")
      expectFailure(
        at: "\(directory)/loop",
        #"cannot write "\#(directory)/loop": Too many levels of symbolic links"#)
    }
  }

  @Test func relativePaths() throws {
    let name = "datasets-\(UUID().uuidString)"
    defer { unlink(name) }
    try AtomicFile.write([1], to: name)
    #expect(contents(of: name) == [1])
    try AtomicFile.write([2], to: "./\(name)")
    #expect(contents(of: name) == [2])
  }

  @Test func placesWhereNoFileCanBe() throws {
    try withDirectory { directory in
      expectFailure(at: directory, #"cannot write "\#(directory)": it is a directory"#)
      expectFailure(
        at: "\(directory)/no/file",
        #"cannot write "\#(directory)/no/file": the directory "\#(directory)/no" does not exist"#)
      expectFailure(
        at: "\(directory)/no/", #"cannot write "\#(directory)/no/": No such file or directory"#)
      expectFailure(at: "", #"cannot write "": No such file or directory"#)
      try AtomicFile.write([1], to: "\(directory)/file")
      expectFailure(
        at: "\(directory)/file/x", #"cannot write "\#(directory)/file/x": Not a directory"#)
      let long = "\(directory)/\(String(repeating: "x", count: 256))"
      expectFailure(at: long, #"cannot write "\#(long)": File name too long"#)
      #expect(names(in: directory) == ["file"])
    }
  }

  @Test(.enabled(if: geteuid() != 0, "nothing is denied to the superuser"))
  func permissionDenied() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      try AtomicFile.write([1], to: path)
      chmod(path, 0o444)
      expectFailure(at: path, #"cannot write "\#(path)": Permission denied"#)
      chmod(path, 0o644)
      chmod(directory, 0o555)
      expectFailure(at: path, #"cannot write "\#(path)": Permission denied"#)
      chmod(directory, 0o755)
      #expect(contents(of: path) == [1])
      #expect(names(in: directory) == ["file"])
    }
  }

  @Test func aFailureKeepsWhatWasThere() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      try AtomicFile.write([1], to: path)
      try withLargestFile(1 << 22) {
        expectMessage(#"cannot write "\#(path)": File too large"#) {
          try AtomicFile.write([UInt8](repeating: 2, count: 1 << 22 + 1), to: path)
        }
      }
      #expect(contents(of: path) == [1])
      #expect(names(in: directory) == ["file"])
    }
  }

  @Test func piecesAppearTogether() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      try AtomicFile.write([1], to: path)
      func write(_ bytes: [UInt8], to writer: AtomicFileWriter) throws {
        try bytes.withUnsafeBytes { try writer.write($0) }
      }
      do {
        let writer = try AtomicFileWriter(path)
        try write([2, 3], to: writer)
      }
      // Not finished: nothing has changed, and nothing is left behind.
      #expect(contents(of: path) == [1])
      #expect(names(in: directory) == ["file"])

      let writer = try AtomicFileWriter(path)
      try write([2, 3, 4], to: writer)
      #expect(contents(of: path) == [1])
      try write([5, 6], to: writer)
      #expect(try writer.rewrite(start: [9, 8], length: 4))
      try writer.finish()
      #expect(contents(of: path) == [9, 8, 4, 5])
      #expect(names(in: directory) == ["file"])
      let device = try AtomicFileWriter("/dev/null")
      #expect(try !device.rewrite(start: [1], length: 1))
    }
  }

  @Test func devicesAndPipesAreWrittenStraight() throws {
    try AtomicFile.checkWritable("/dev/null")
    try AtomicFile.write([1], to: "/dev/null")
    #if os(Linux)
      expectMessage(#"cannot write "/dev/full": No space left on device"#) {
        try AtomicFile.write([1], to: "/dev/full")
      }
    #endif
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    for path in ["/dev/fd/\(ends[1])", "/proc/self/fd/\(ends[1])"] {
      try AtomicFile.checkWritable(path)
      try AtomicFile.write([7, 8], to: path)
      var bytes: [UInt8] = [0, 0, 0]
      #expect(read(ends[0], &bytes, 3) == 2)
      #expect(bytes == [7, 8, 0])
    }
    close(ends[1])
    expectFailure(
      at: "/dev/fd/1000000", #"cannot write "/dev/fd/1000000": Bad file descriptor"#)
  }

  @Test func descriptorsOfFilesAreWrittenStraight() throws {
    try withDirectory { directory in
      let path = "\(directory)/file"
      let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
      defer { close(descriptor) }
      // As when a command's output goes to a file: what comes before and after must stay.
      for byte: UInt8 in [1, 2] { try AtomicFile.write([byte], to: "/dev/fd/\(descriptor)") }
      #expect(contents(of: path) == [1, 2])
    }
  }

  @Test func escapesInMessages() {
    let error = OutputError(path: "a\u{1B}\"", problem: .missingDirectory("b\n"))
    #expect("\(error)" == #"cannot write "a\u{1b}\"": the directory "b\n" does not exist"#)
  }
}

/// Expects writing to a path, and the check beforehand, to fail alike.
private func expectFailure(
  at path: String, _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  expectMessage(expected, sourceLocation: sourceLocation) { try AtomicFile.checkWritable(path) }
  expectMessage(expected, sourceLocation: sourceLocation) { try AtomicFile.write([9], to: path) }
}

private func contents(of path: String) -> [UInt8]? {
  FileManager.default.contents(atPath: path).map(Array.init)
}

private func names(in directory: String) -> [String]? {
  try? FileManager.default.contentsOfDirectory(atPath: directory).sorted()
}

extension AtomicFileTests {
  fileprivate func mode(of path: String) -> mode_t {
    var status = stat()
    stat(path, &status)
    return status.st_mode & 0o7777
  }
}

/// Makes the system refuse files of more than some bytes while `body` runs.
func withLargestFile(_ bytes: Int, _ body: () throws -> Void) throws {
  signal(SIGXFSZ, SIG_IGN)
  var limit = rlimit()
  #if canImport(Glibc)
    let kind = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
  #else
    let kind = RLIMIT_FSIZE
  #endif
  try #require(getrlimit(kind, &limit) == 0)
  let before = limit
  limit.rlim_cur = rlim_t(bytes)
  try #require(setrlimit(kind, &limit) == 0)
  defer {
    limit = before
    setrlimit(kind, &limit)
  }
  try body()
}
