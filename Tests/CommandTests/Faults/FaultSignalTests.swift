import Foundation
import Testing

/// All commands against the signals that ask a process to stop, wherever they are: each ends within
/// two seconds, says so in one line and loses nothing.
@Suite struct FaultSignalTests {
  /// More than two seconds by what a busy machine may take.
  private static let deadline = 10.0

  @Test(arguments: FaultLine.all.filter { !$0.fileReads.isEmpty }) func waitingForInput(
    _ line: FaultLine
  ) throws {
    for path in line.fileReads {
      try stop(line, line.words.map { $0 == path ? "PIPE" : $0 }, waitingFor: "PIPE")
    }
  }

  @Test(arguments: FaultLine.all.filter { $0.long != nil }) func inLongWork(
    _ line: FaultLine
  ) throws {
    try stop(line, FaultLine.words(line.long!), waitingFor: nil)
  }

  /// A process a signal, all at the same time.
  private func stop(_ line: FaultLine, _ words: [String], waitingFor pipe: String?) throws {
    let runs = try [SIGINT, SIGTERM, SIGHUP].map { signal in
      let folder = try FaultMatrix.folder(for: line)
      return try (signal: signal, folder: folder, process: start(words, in: folder, pipe))
    }
    for (_, folder, process) in runs { try wait(for: process, in: folder, pipe) }
    if pipe == nil { Thread.sleep(forTimeInterval: 0.2) }
    let sent = Date()
    for (signal, _, process) in runs { kill(process.processIdentifier, signal) }
    for (signal, folder, process) in runs {
      while process.isRunning, Date().timeIntervalSince(sent) < Self.deadline {
        Thread.sleep(forTimeInterval: 0.01)
      }
      let isLate = process.isRunning
      if isLate { kill(process.processIdentifier, SIGKILL) }
      process.waitUntilExit()
      let errors = try folder.read("errors")
      let comment: Comment =
        "\(words.joined(separator: " ")), signal \(signal): \(process.terminationStatus) \(errors)"
      #expect(!isLate, comment)
      #expect(process.terminationReason == .exit, comment)
      #expect(process.terminationStatus == 128 + signal, comment)
      #expect(errors.split(separator: "\n").last?.hasPrefix("gumbel: ") == true, comment)
      try FaultMatrix.expectNothingLost(line, in: folder, comment)
    }
  }

  private func start(
    _ words: [String], in folder: TemporaryFolder, _ pipe: String?
  ) throws -> Process {
    if let pipe { try #require(mkfifo(folder.url(pipe).path, 0o600) == 0) }
    let process = Process()
    process.executableURL = Gumbel.path
    process.arguments = words
    process.currentDirectoryURL = folder.folder
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    _ = FileManager.default.createFile(atPath: folder.url("errors").path, contents: nil)
    process.standardError = try FileHandle(forWritingTo: folder.url("errors"))
    try process.run()
    return process
  }

  /// Until the command has taken the signals over, and where there is a pipe, reads it.
  private func wait(
    for process: Process, in folder: TemporaryFolder, _ pipe: String?
  ) throws {
    let begun = Date()
    while process.isRunning, Date().timeIntervalSince(begun) < 60 {
      Thread.sleep(forTimeInterval: 0.01)
      if let pipe {
        // Fails as long as nobody reads, and is kept open: otherwise the input would end.
        if open(folder.url(pipe).path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) >= 0 { return }
      } else if catchesSignals(process) {
        return
      }
    }
    Issue.record("not ready: \(try folder.read("errors"))")
  }

  private func catchesSignals(_ process: Process) -> Bool {
    let path = "/proc/\(process.processIdentifier)/status"
    guard let status = try? String(contentsOfFile: path, encoding: .utf8) else {
      // Where there is no such file, the tests have time.
      if !FileManager.default.fileExists(atPath: "/proc/self/status") {
        Thread.sleep(forTimeInterval: 1)
      }
      return true
    }
    let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }
    let bits = caught.flatMap { UInt64($0.dropFirst(7).drop { $0.isWhitespace }, radix: 16) } ?? 0
    return bits & (1 << UInt64(SIGHUP - 1)) != 0
  }
}

extension FaultLine {
  /// Files that are read, but for those of runs, whose kind is looked at first.
  var fileReads: [String] { reads.filter { !$0.contains("/") } }
}
