import Gumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The last line of a process that a signal ends before it has come to an end by itself.
enum LastWords {
  private static let run = Locked<String?>(nil)

  /// Remembers the directory in which a run is kept.
  static func keep(run path: String) { run.withLock { $0 = path } }

  /// Says what is left behind, and removes what is half-written.
  static func say(_ signal: Int32) {
    let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
    end("stopped by \(names[signal] ?? "signal \(signal)") before the end")
  }

  /// The same where there is no memory left.
  static func sayNoMemory(bytes: Int) {
    let amount = bytes < 10_000_000 ? "\(bytes) bytes" : "\(bytes / 1_000_000) MB"
    end("no memory left: the system does not give \(amount) more")
  }

  private static func end(_ reason: String) {
    AtomicFile.discardUnfinished()
    let kept = (run.withLockSoon { $0 } ?? nil).map {
      "; the run in \($0) is as it was last saved, and --resume goes on with it"
    }
    // A reader that does not read may not keep the process alive.
    var query = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&query, 1, 100) == 0 { return }
    // A progress bar may stand in the line.
    if isatty(STDERR_FILENO) == 1 { StandardError.print("") }
    StandardError.print("gumbel: \(reason); no file is half-written\(kept ?? "")")
  }
}
