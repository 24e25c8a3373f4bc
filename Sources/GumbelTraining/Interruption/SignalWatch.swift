import GumbelCLibrary

/// A thread that waits for the signals that ask a process to stop, and ends it where it does not
/// stop by itself.
///
/// Other threads block these signals: nothing is written below their stack pointers, which a matrix
/// library may have elsewhere, and the process ends in time wherever they are, in a long computation
/// or in a system call that waits.
enum SignalWatch {
  /// A second signal that comes sooner than this, in milliseconds, is taken for an echo of the first.
  private static let echo = 500
  /// For how long, in milliseconds, one who saves may go on.
  private static let savingPatience = 30_000

  // Safe: written before the handler is installed and the thread started, and not again.
  nonisolated(unsafe) private static var pipe: (read: Int32, write: Int32) = (-1, -1)
  nonisolated(unsafe) private static var note: @Sendable (Int32) -> Void = { _ in }
  nonisolated(unsafe) private static var watch: @Sendable () -> Void = {}

  static func start(
    patience: Duration?, beforeEnd: @escaping @Sendable (Int32) -> Void,
    isSaving: @escaping @Sendable () -> Bool, advances: @escaping @Sendable () -> Int,
    note: @escaping @Sendable (Int32) -> Void
  ) {
    var ends: [Int32] = [-1, -1]
    guard pipe.read < 0, makePipe(&ends) else { return }
    pipe = (ends[0], ends[1])
    Self.note = note
    watch = { waitAndEnd(patience, beforeEnd, isSaving, advances) }

    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] where signal != SIGHUP || !isIgnored(signal) {
      install(for: signal)
      sigaddset(&signals, signal)
    }
    // The thread that waits takes over the mask of the one that starts it.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    if startThread() { pthread_sigmask(SIG_BLOCK, &signals, nil) }
  }

  private static func waitAndEnd(
    _ patience: Duration?, _ beforeEnd: @Sendable (Int32) -> Void, _ isSaving: @Sendable () -> Bool,
    _ advances: @Sendable () -> Int
  ) {
    guard let signal = next(within: -1) else { return }
    let clock = ContinuousClock()
    let start = clock.now
    func elapsed() -> Int { Int((clock.now - start) / .milliseconds(1)) }
    var (seen, lastAdvance, wasSaving) = (advances(), 0, false)
    func limit() -> Int {
      guard let patience else { return .max }
      let isAdvance = wasSaving || advances() != seen
      wasSaving = isSaving()
      if wasSaving { return savingPatience }
      if isAdvance { (seen, lastAdvance) = (advances(), elapsed()) }
      return min(lastAdvance + Int(patience / .milliseconds(1)), savingPatience)
    }
    while elapsed() < limit() {
      // Looked at again now and then, since saving may have begun.
      if next(within: 50) != nil, elapsed() >= echo { break }
    }
    beforeEnd(signal)
    _exit(128 + signal)
  }

  /// The next signal; nil if none came in so many milliseconds, of which -1 means any number.
  private static func next(within milliseconds: Int32) -> Int32? {
    var query = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&query, 1, milliseconds)
      if ready == 0 { return nil }
      var byte: UInt8 = 0
      if ready > 0, read(pipe.read, &byte, 1) == 1 { return Int32(byte) }
      if errno != EINTR && errno != EAGAIN { return nil }
      if milliseconds >= 0 { return nil }
    }
  }

  /// A pipe whose ends neither block nor go to programs that this process starts.
  private static func makePipe(_ ends: inout [Int32]) -> Bool {
    guard GumbelCLibrary.pipe(&ends) == 0 else { return false }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    return true
  }

  private static func isIgnored(_ signal: Int32) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = action.__sigaction_u.__sa_handler
    #else
      let handler = action.__sigaction_handler.sa_handler
    #endif
    return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// Writes the signal's number into the pipe, on whatever thread it arrives.
  private static func install(for signal: Int32) {
    let handler: @convention(c) (Int32) -> Void = { signal in
      let error = errno
      SignalWatch.note(signal)
      var byte = UInt8(truncatingIfNeeded: signal)
      _ = write(SignalWatch.pipe.write, &byte, 1)
      errno = error
    }
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = handler
    #else
      action.__sigaction_handler.sa_handler = handler
    #endif
    action.sa_flags = Int32(bitPattern: UInt32(SA_RESTART) | UInt32(SA_ONSTACK))
    sigaction(signal, &action, nil)
  }

  /// False where the system has no room for a thread; the signals then arrive on others.
  private static func startThread() -> Bool {
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let status = pthread_create(
      &thread, nil,
      { _ in
        SignalWatch.watch()
        return nil
      }, nil)
    guard status == 0 else { return false }
    #if canImport(Darwin)
      pthread_detach(thread!)
    #else
      pthread_detach(thread)
    #endif
    return true
  }
}
