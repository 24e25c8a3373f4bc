import CGumbelAtomics

/// A number that several threads read and change, and handlers of signals too: no lock is held while
/// it is changed. It lives as long as the process.
///
/// The standard library's atomics need newer systems than this package does.
// Safe to share: the memory is reached by atomic operations alone.
struct SharedWord: @unchecked Sendable {
  private let word = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

  /// The number 0.
  init() { word.initialize(to: 0) }

  var value: Int32 {
    get { atomic_word_value(word) }
    nonmutating set { atomic_word_set(word, newValue) }
  }

  /// Adds to it.
  func add(_ amount: Int32) { atomic_word_add(word, amount) }

  /// Changes it if it is 0.
  func setFirst(_ value: Int32) { atomic_word_set_first(word, value) }
}
