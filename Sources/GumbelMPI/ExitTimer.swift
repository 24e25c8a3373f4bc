import GumbelCLibrary

/// Ends the process after some time, whatever it does then.
enum ExitTimer {
  private struct Alarm {
    let seconds: UInt32
    let status: Int32
    let caller: pthread_t
    let leave: PMILeave?
  }

  /// Nothing where the system has no room for a thread.
  ///
  /// - Parameter leave: Of the launcher, before the end; nil where none is taken.
  static func start(seconds: UInt32, status: Int32, leave: PMILeave? = nil) {
    // The thread has it for as long as the process lives.
    let alarm = UnsafeMutablePointer<Alarm>.allocate(capacity: 1)
    alarm.initialize(
      to: Alarm(seconds: seconds, status: status, caller: pthread_self(), leave: leave))
    #if canImport(Darwin)
      var thread: pthread_t?
    #else
      var thread = pthread_t()
    #endif
    let failure = pthread_create(
      &thread, nil,
      { argument in
        #if canImport(Darwin)
          let alarm = argument.load(as: Alarm.self)
        #else
          let alarm = argument!.load(as: Alarm.self)
        #endif
        var left = alarm.seconds
        while left > 0 { left = sleep(left) }
        alarm.leave?.take(holding: alarm.caller)
        // What was to be written is; nothing is waited for any more.
        _exit(alarm.status)
      }, alarm)
    guard failure == 0 else { return }
    #if canImport(Darwin)
      pthread_detach(thread!)
    #else
      pthread_detach(thread)
    #endif
  }
}
