import GumbelCLibrary

/// Guards what storages say of devices: tensors that share memory may be read on several threads.
enum RemoteLock {
  static let shared = Mutex()

  final class Mutex: @unchecked Sendable {
    // Safe to share: it is what locks are for.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    fileprivate init() { pthread_mutex_init(mutex, nil) }

    func withLock<Result>(_ body: () -> Result) -> Result {
      pthread_mutex_lock(mutex)
      defer { pthread_mutex_unlock(mutex) }
      return body()
    }
  }
}
