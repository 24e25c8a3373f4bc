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
      if let pipe { try #require(mkfifo(folder.url(pipe).path, 0o600) == 0) }
      return (
        signal: signal, folder: folder, process: try ChildProcess(words, in: folder.folder)
      )
    }
    for (_, folder, process) in runs { try wait(for: process, in: folder, pipe) }
    if pipe == nil { Thread.sleep(forTimeInterval: 0.2) }
    let sent = Date()
    for (signal, _, process) in runs { process.send(signal) }
    for (signal, folder, process) in runs {
      while process.isRunning, Date().timeIntervalSince(sent) < Self.deadline {
        Thread.sleep(forTimeInterval: 0.01)
      }
      let isLate = process.isRunning
      if isLate { process.send(SIGKILL) }
      let outcome = try process.wait()
      let comment: Comment =
        "\(words.joined(separator: " ")), signal \(signal): \(outcome.status) \(outcome.errors)"
      #expect(!isLate, comment)
      #expect(!outcome.wasKilled, comment)
      #expect(outcome.status == 128 + signal, comment)
      #expect(outcome.errorLines.last?.hasPrefix("gumbel: ") == true, comment)
      try FaultMatrix.expectNothingLost(line, in: folder, comment)
    }
  }

  /// Until the command has taken the signals over, and where there is a pipe, reads it.
  private func wait(
    for process: ChildProcess, in folder: TemporaryFolder, _ pipe: String?
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
    Issue.record("not ready: \(process.errors)")
  }

  private func catchesSignals(_ process: ChildProcess) -> Bool {
    let path = "/proc/\(process.identifier)/status"
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
