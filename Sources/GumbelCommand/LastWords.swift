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
    AtomicFile.discardUnfinished()
    let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
    let kept = run.withLock { $0 }.map {
      "; the run in \($0) is as it was last saved, and --resume goes on with it"
    }
    // A progress bar may stand in the line.
    if isatty(STDERR_FILENO) == 1 { StandardError.print("") }
    StandardError.print(
      "gumbel: stopped by \(names[signal] ?? "signal \(signal)") before the end; "
        + "no file is half-written\(kept ?? "")")
  }
}
