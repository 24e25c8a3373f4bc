#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Whether the process was asked to stop, by Ctrl-C (SIGINT), SIGTERM or SIGHUP: a loop asks after
/// every step, saves and ends.
public enum Interruption {
  // Safe: single machine words. The first is written by the thread that waits for signals and by
  // `set` only, and read as "is it still 0"; the second is written by the thread that trains. A
  // stale read delays an answer by one step.
  nonisolated(unsafe) private static var received: sig_atomic_t = 0
  nonisolated(unsafe) private static var savings = 0

  /// Takes over SIGINT, SIGTERM and, unless it is ignored as under `nohup`, SIGHUP: the first one
  /// sets ``isRequested``.
  ///
  /// The calling thread and those that it starts are not interrupted; a thread of its own waits for
  /// the signals. To be called once, before other threads are started. A second signal ends the
  /// process, with status 128 and the signal's number, unless it comes within half a second of the
  /// first: some programs send a signal to a process and at once to the group that it is in.
  ///
  /// - Parameters:
  ///   - patience: how long after the first signal the process is ended if it has not ended by
  ///     itself; nil to wait for as long as it takes. Within ``saving(_:)`` it is thirty
  ///     seconds.
  ///   - beforeEnd: called with the signal's number, on the waiting thread, before it ends the
  ///     process.
  public static func handleSignals(
    patience: Duration? = nil, beforeEnd: @escaping @Sendable (Int32) -> Void = { _ in }
  ) {
    (received, savings) = (0, 0)
    SignalWatch.start(
      patience: patience, beforeEnd: beforeEnd, isSaving: { savings > 0 },
      note: { if Interruption.received == 0 { Interruption.received = sig_atomic_t($0) } })
  }

  /// Whether the process was asked to stop.
  public static var isRequested: Bool { received != 0 }

  /// Thrown by what can be done again, such as measuring, where the process is asked to stop.
  public struct Abandoned: Error, Hashable, Sendable {
    /// Creates the error.
    public init() {}
  }

  /// For loops whose work can be done again.
  ///
  /// - Throws: ``Abandoned`` where the process was asked to stop.
  public static func check() throws(Abandoned) {
    if isRequested { throw Abandoned() }
  }

  /// Runs what would be a loss if it were cut short, such as saving: the process is not ended
  /// meanwhile but after thirty seconds or by a second signal. To be called by one thread at a time.
  public static func saving<Result>(_ body: () throws -> Result) rethrows -> Result {
    savings += 1
    defer { savings -= 1 }
    return try body()
  }

  /// Says that from now on all is done to save and to end, as ``saving(_:)`` without an end. A
  /// ``TrainingLoop`` that was asked to stop says so by itself.
  public static func beginSaving() { savings += 1 }

  /// The status with which a process that a signal has ended says so: 128 and the signal's number,
  /// such as 130 after Ctrl-C.
  public static var exitStatus: Int32 { 128 + (received == 0 ? SIGINT : Int32(received)) }

  /// Asks as Ctrl-C would, or takes the request back (for tests).
  package static func set(_ requested: Bool) { received = requested ? sig_atomic_t(SIGINT) : 0 }
}
