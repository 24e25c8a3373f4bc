import GumbelCLibrary

/// A value that several threads read and change, one at a time.
// Safe to share: the value is reached through `withLock` alone.
package final class Locked<Value>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private var value: Value

  package init(_ value: Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  package func withLock<Result, Failure>(
    _ body: (inout Value) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// The same at the end of a process, when whoever has the lock may never give it back; nil where
  /// that is so for a tenth of a second.
  package func withLockSoon<Result>(_ body: (inout Value) -> Result) -> Result? {
    for _ in 0..<100 {
      if pthread_mutex_trylock(mutex) == 0 {
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
      }
      usleep(1000)
    }
    return nil
  }
}
