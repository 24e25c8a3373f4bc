#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whether Ctrl-C was pressed: a loop asks after every step, saves and ends.
public enum Interruption {
  // Safe: written by the signal handler and by `reset` only, a single machine word either way, and
  // read as "has it become 1 yet"; a stale read delays the answer by one step.
  nonisolated(unsafe) private static var flag: sig_atomic_t = 0

  /// Takes over SIGINT and SIGTERM: the first one sets ``isRequested`` and interrupts a blocked
  /// read; a second one ends the process as usual.
  public static func handleSignals() {
    var action = sigaction()
    let handler: @convention(c) (Int32) -> Void = { _ in Interruption.flag = 1 }
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    #else
      action.__sigaction_handler.sa_handler = handler
      action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
    #endif
    sigaction(SIGINT, &action, nil)
    sigaction(SIGTERM, &action, nil)
    // A parent may have started this process from a thread that blocks signals.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the process was asked to stop.
  public static var isRequested: Bool { flag != 0 }

  /// Asks as a signal would, or takes the request back (for tests).
  package static func set(_ requested: Bool) { flag = requested ? 1 : 0 }
}
