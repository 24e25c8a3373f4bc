import Foundation
import Testing

/// What is said by a process that a signal ends wherever it is, and what it leaves, agree.
@Suite struct LastWordsTests {
  /// A command with its errors in a file, and its output in a pipe that is read by whoever likes.
  private struct Running {
    let folder: TemporaryFolder
    let process = Process()
    let output = Pipe()

    init(_ arguments: [String], in folder: TemporaryFolder) throws {
      self.folder = folder
      process.executableURL = Gumbel.path
      process.arguments = arguments
      process.currentDirectoryURL = folder.folder
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = output
      _ = FileManager.default.createFile(atPath: folder.url("errors").path, contents: nil)
      process.standardError = try FileHandle(forWritingTo: folder.url("errors"))
      try process.run()
      try output.fileHandleForWriting.close()
    }

    func wait(until condition: () -> Bool) {
      while process.isRunning, !condition() { Thread.sleep(forTimeInterval: 0.001) }
    }

    /// The last line, once a signal has ended the process.
    func lastWords(after signal: Int32) throws -> String {
      kill(process.processIdentifier, signal)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit)
      #expect(process.terminationStatus == 128 + signal)
      return String(try folder.read("errors").split(separator: "\n").last ?? "")
    }
  }

  /// A pipe in a folder, with a reader, who is its writer too, so that nobody waits to open it.
  private func pipe(_ name: String, in folder: TemporaryFolder) throws -> Int32 {
    try #require(mkfifo(folder.url(name).path, 0o600) == 0)
    let descriptor = open(folder.url(name).path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    try #require(descriptor >= 0)
    return descriptor
  }

  /// The bytes in a pipe that nobody has read yet.
  private func waiting(in pipe: Int32) -> Int {
    var query = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
    return poll(&query, 1, 0) > 0 ? 1 : 0
  }

  @Test func whatIsWrittenInPlaceIsSaid() throws {
    let folder = try TemporaryFolder()
    let pipe = try pipe("PIPE", in: folder)
    defer { close(pipe) }
    let running = try Running(
      ["sample", "--probabilities", "1,2", "--count", "100000000000", "--output", "PIPE"],
      in: folder)
    // More is written at once than a pipe takes.
    running.wait { waiting(in: pipe) > 0 }
    #expect(
      try running.lastWords(after: SIGTERM)
        == "gumbel: stopped by SIGTERM before the end; PIPE may be half-written, and no other file is"
    )
  }

  @Test func standardOutputIsSaid() throws {
    let folder = try TemporaryFolder()
    let running = try Running(
      ["sample", "--probabilities", "1,2", "--count", "100000000000"], in: folder)
    running.wait { waiting(in: running.output.fileHandleForReading.fileDescriptor) > 0 }
    #expect(
      try running.lastWords(after: SIGINT)
        == "gumbel: stopped by SIGINT before the end; standard output may be half-written, and no "
        + "other file is")
  }

  /// A step that takes longer than a process is waited for.
  @Test func aStepThatIsCutShortIsNotSaved() throws {
    let folder = try TemporaryFolder()
    let line = String(repeating: "ab", count: 20_000) + "\n"
    try folder.write(line + line, to: "texts")
    let running = try Running(
      [
        "text", "train", "texts", "--max-length", "40000", "--hidden", "512", "--embedding", "4",
        "--batch-size", "1", "--epochs", "3", "--quiet", "--checkpoint", "run",
      ], in: folder)
    running.wait { folder.holds("run/settings.json") }
    #expect(
      try running.lastWords(after: SIGINT)
        == "gumbel: stopped by SIGINT before the end; no file is half-written; nothing of the run in "
        + "run is saved yet, and --resume begins it")
    #expect(!folder.holds("run/checkpoint.safetensors"))
  }

  /// The page waits for a reader, after all of the training is saved.
  @Test(arguments: [
    (
      SmallImages.training + ["--epochs", "1"], "run",
      "the run in run is as it was last saved, and --resume goes on with it"
    ),
    (
      ["learn", "--epochs", "1", "--rounds", "20", "--quiet"], "run.st",
      "the run in run.st is as it was last saved, and --resume goes on with it"
    ),
  ])
  func whatIsSavedIsSaid(_ arguments: [String], _ run: String, _ words: String) throws {
    let folder = try SmallImages.folder()
    try #require(mkfifo(folder.url("page.html").path, 0o600) == 0)
    let running = try Running(
      arguments + ["--checkpoint", run, "--plot", "a.svg", "--report", "page.html"], in: folder)
    running.wait { folder.holds("a.svg") }
    #expect(
      try running.lastWords(after: SIGHUP)
        == "gumbel: stopped by SIGHUP before the end; no file is half-written; \(words)")
  }

  /// Lines for a sample of all of them, all read, with more to come; who waits for these is stopped.
  private func shuffle(
    _ count: Int, _ options: [String], in folder: TemporaryFolder
  ) throws -> (running: Running, pipe: Int32) {
    let pipe = try pipe("LINES", in: folder)
    let running = try Running(
      ["sample", "--lines", "LINES", "--count", "100000000"] + options, in: folder)
    var rest = Array((1...count).map { "\($0)\n" }.joined().utf8)[...]
    running.wait {
      if rest.isEmpty { return waiting(in: pipe) == 0 }
      let written = rest.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count) }
      if written > 0 { rest.removeFirst(written) }
      return false
    }
    kill(running.process.processIdentifier, SIGINT)
    return (running, pipe)
  }

  /// It is written at the pace of who reads, longer than a process is waited for that does nothing.
  @Test func aStoppedSampleOfLinesIsWritten() throws {
    let folder = try TemporaryFolder()
    let count = 400_000
    let (running, pipe) = try shuffle(count, [], in: folder)
    defer { close(pipe) }
    var (data, buffer) = (Data(), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = read(running.output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
      if count <= 0 { break }
      data.append(contentsOf: buffer[..<count])
      Thread.sleep(forTimeInterval: 0.05)
    }
    running.process.waitUntilExit()
    #expect(running.process.terminationStatus == 130)
    #expect(try folder.read("errors") == "gumbel: stopped after \(count) lines\n")
    #expect(Set(data.split(separator: UInt8(ascii: "\n"))).count == count)
  }

  @Test func aStoppedSampleOfLinesIsNotWaitedForWithoutAReader() throws {
    let folder = try TemporaryFolder()
    let (running, pipe) = try shuffle(100_000, [], in: folder)
    defer { close(pipe) }
    running.process.waitUntilExit()
    #expect(running.process.terminationStatus == 130)
    #expect(
      try folder.read("errors")
        == "gumbel: stopped by SIGINT before the end; standard output may be half-written, and no "
        + "other file is\n")
  }
}
