import Foundation
import GumbelKernels
import Testing

@testable import GumbelTensors

/// Signals that arrive while a library multiplies matrices. Each test runs in a process of its own,
/// which a heap that was written over ends.
@Suite struct SignalTests {
  /// Inner sizes on both sides of those from which oneDNN has the stack pointer in the heap.
  @Test func productsAndTheHeapSurviveATimer() async {
    await #expect(processExitsWith: .success) {
      Ticks.start()
      for inner in [48, 84, 85, 128, 253, 300] {
        // Large products, one with few rows that turns the other operand around, and a vector.
        for (m, n, transposed) in [(400, 300, false), (4, 300, true), (1, 300, false)] {
          let a = Tensor.uniform([m, inner], key: RandomKey(1))
          let b = Tensor.uniform(transposed ? [n, inner] : [inner, n], key: RandomKey(2))
          func product() -> [Float] { matmul(a, b, transposingSecond: transposed).scalars }
          #if arch(x86_64)
            guard !gk_small_matmul_pays(transposed, max(1, m / 2), n, inner) else { exit(2) }
          #endif
          let expected = product()
          let before = Ticks.count
          while Ticks.count < before + 300 {
            for size in [100, 3000, 70_000] { Ticks.touch(size) }
            guard product() == expected else { exit(1) }
          }
        }
      }
    }
  }

  /// Products that are shared with the pool, convolutions, and those of compiled functions.
  @Test func sharedAndCompiledProductsSurviveATimer() async {
    await #expect(processExitsWith: .success) {
      gk_set_thread_count(2)
      Ticks.start()
      let a = Tensor.uniform([256, 300], key: RandomKey(1))
      let b = Tensor.uniform([300, 128], key: RandomKey(2))
      let images = Tensor.uniform([4, 12, 12, 16], key: RandomKey(3))
      let kernel = Tensor.uniform([3, 3, 16, 8], key: RandomKey(4))
      let step = compile { (state: inout Tensor, input: Tensor) in
        let result = matmul(state, input)
        state = state * 1
        return result
      }
      func results() -> [[Float]] {
        var state = a
        return [
          matmul(a, b), convolution2D(images, weight: kernel), step(&state, b),
        ].map(\.scalars)
      }
      let expected = results()
      let before = Ticks.count
      while Ticks.count < before + 1000 {
        for size in [100, 3000, 70_000] { Ticks.touch(size) }
        guard results() == expected else { exit(1) }
      }
    }
  }

  @Test func aScopeDefersSignalsAndDeliversThem() async {
    await #expect(processExitsWith: .success) {
      Ticks.install()
      func count(_ expected: Int, _ line: Int32) {
        if Ticks.count != expected { exit(line) }
      }
      gk_signal_scope_begin()
      pthread_kill(pthread_self(), SIGALRM)
      count(1, 2)
      gk_defer_signals(1)
      gk_signal_scope_begin()
      pthread_kill(pthread_self(), SIGALRM)
      gk_signal_scope_end()
      count(1, 3)
      gk_signal_scope_end()
      count(2, 4)
      // Within a long scope they are delivered now and then.
      gk_signal_scope_begin()
      gk_defer_signals(1 << 40)
      pthread_kill(pthread_self(), SIGALRM)
      count(2, 5)
      gk_defer_signals(1)
      count(3, 6)
      gk_signal_scope_end()
    }
  }
}

/// Signals for the thread that asks, taken by a handler without a stack of its own, as a program may
/// have one.
private enum Ticks {
  // Safe: written by the handler alone, on the one thread that is sent the signal. In memory of its
  // own, because two accesses to a variable at once, of which the handler's may be one, are an error.
  nonisolated(unsafe) private static let memory = UnsafeMutablePointer<Int>.allocate(capacity: 1)

  static var count: Int { memory.pointee }

  /// Handles the signal, and lets it through to this thread: those of a pool may block all.
  static func install() {
    memory.initialize(to: 0)
    signal(SIGALRM) { _ in Ticks.memory.pointee += 1 }
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGALRM)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Sends one every 150 us or so, for as long as the process lives.
  static func start() {
    install()
    let target = Target(thread: pthread_self())
    Thread.detachNewThread {
      while true {
        pthread_kill(target.thread, SIGALRM)
        usleep(150)
      }
    }
  }

  /// Takes and gives back memory, so that the heap looks at itself.
  static func touch(_ size: Int) {
    let memory = malloc(size)
    if let memory { memset(memory, 1, size) }
    free(memory)
  }
}

/// A thread's name, which may be a pointer and so is not known to be safe to share; it is only
/// passed to `pthread_kill`, which any thread may call while the other runs.
private struct Target: @unchecked Sendable {
  let thread: pthread_t
}
