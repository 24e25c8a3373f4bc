import GumbelCLibrary

/// Whether the process was asked to stop, by Ctrl-C (SIGINT), SIGTERM or SIGHUP: a loop asks after
/// every step, saves and ends.
public enum Interruption {
  /// The number of the first signal, or 0. The handler of signals sets it.
  private static let received = SharedWord()
  /// How many are saving. The thread that waits for signals looks at it.
  private static let savings = SharedWord()
  /// How often something was done after a stop, likewise.
  private static let advances = SharedWord()

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
    received.value = 0
    savings.value = 0
    SignalWatch.start(
      patience: patience, beforeEnd: beforeEnd, isSaving: { savings.value > 0 },
      advances: { Int(advances.value) }, note: { received.setFirst($0) })
  }

  /// Whether the process was asked to stop.
  public static var isRequested: Bool { received.value != 0 }

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
  /// meanwhile but after thirty seconds or by a second signal. Several threads may do so at a time.
  public static func saving<Result>(_ body: () throws -> Result) rethrows -> Result {
    savings.add(1)
    defer { savings.add(-1) }
    return try body()
  }

  /// Says that from now on all is done to save and to end, as ``saving(_:)`` without an end. A
  /// ``TrainingLoop`` that was asked to stop says so by itself.
  public static func beginSaving() { savings.add(1) }

  /// Ends what ``beginSaving()`` began, where what follows may wait for somebody else, such as a
  /// reader of standard output.
  package static func endSaving() { savings.add(-1) }

  /// Says that what follows a stop goes on, such as by another part that somebody has read: patience
  /// begins anew, for thirty seconds in all.
  package static func advance() { advances.add(1) }

  /// The status with which a process that a signal has ended says so: 128 and the signal's number,
  /// such as 130 after Ctrl-C.
  public static var exitStatus: Int32 {
    let signal = received.value
    return 128 + (signal == 0 ? SIGINT : signal)
  }

  /// Asks as Ctrl-C would, or takes the request back (for tests).
  package static func set(_ requested: Bool) { received.value = requested ? SIGINT : 0 }
}
