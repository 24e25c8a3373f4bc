import Dispatch
import Foundation
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Runs a body on another thread and waits for it.
private func elsewhere<R>(_ body: @escaping () -> R) -> R {
  nonisolated(unsafe) let body = body
  nonisolated(unsafe) var result: R?
  let done = DispatchSemaphore(value: 0)
  DispatchQueue.global().async {
    result = body()
    done.signal()
  }
  done.wait()
  return result!
}

/// What uses a tensor of a gradient or a compiled function on another thread while that runs.
private enum Misplaced: String, CaseIterable, Codable {
  case operation, product, several, reshaping, withOwnTrace, innerGradient, compiledCall
  case detachedTask, inCompiled, readInCompiled, key, loop

  private func commitInGradient(_ x: Tensor) -> Tensor {
    switch self {
    case .operation: return elsewhere { exp(x) }
    case .product: return elsewhere { Tensor([2, 3]) * x }
    case .several: return elsewhere { Tensor.concatenated([Tensor([1]), x]) }
    case .reshaping: return elsewhere { x.reshaped(to: [2, 1]) }
    case .withOwnTrace:
      return elsewhere { gradient(at: Tensor([1, 2])) { ($0 * x).sum() } }
    case .innerGradient: return elsewhere { gradient(at: x) { square($0).sum() } }
    case .compiledCall:
      let f = compile { (_: inout EmptyGroup, x: Tensor) in square(x) }
      return elsewhere {
        var empty = EmptyGroup()
        return f(&empty, x)
      }
    case .detachedTask:
      // One processor's tasks share a thread, which waits.
      if ProcessInfo.processInfo.activeProcessorCount == 1 { return elsewhere { square(x) } }
      nonisolated(unsafe) var result = x
      let done = DispatchSemaphore(value: 0)
      Task.detached {
        result = square(x)
        done.signal()
      }
      done.wait()
      return result
    case .loop:
      return elsewhere {
        scan(from: Tensor([0, 0]), over: Tensor.ones([3, 2])) { carry, input in
          (carry + input * x, EmptyGroup())
        }.0
      }
    case .inCompiled, .readInCompiled, .key: return x
    }
  }

  func commit() {
    switch self {
    case .inCompiled, .readInCompiled:
      let f = compile { (_: inout EmptyGroup, x: Tensor) in
        elsewhere { self == .inCompiled ? x + 1 : Tensor(x.scalars) }
      }
      var empty = EmptyGroup()
      _ = f(&empty, Tensor([1, 2]))
    case .key:
      let f = compile { (_: inout EmptyGroup, key: RandomKey) in
        elsewhere { Tensor.normal([2], key: key) }
      }
      var empty = EmptyGroup()
      _ = f(&empty, RandomKey(1))
    default:
      _ = gradient(at: Tensor([1, 2])) { self.commitInGradient($0).sum() }
    }
  }
}

@Suite(.serialized) struct TraceThreadTests {
  @Test(arguments: Misplaced.allCases)
  private func traps(_ misplaced: Misplaced) async throws {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) { [misplaced] in misplaced.commit() }
    let message = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let expected =
      misplaced == .readInCompiled
      ? "read inside a compiled function" : "on a thread other than that of the"
    #expect(message.contains(expected), "\(misplaced): \(message)")
  }

  /// Tensors that outlive their gradient, and values of others, are ordinary ones on any thread.
  @Test func whatOutlivesATraceIsOrdinary() {
    var escaped = Tensor(0)
    let slope = gradient(at: Tensor([1, 2])) { x in
      escaped = exp(x)
      return escaped.sum()
    }
    let kept = escaped
    #expect(elsewhere { (kept * 2).scalars } == (kept * 2).scalars)
    #expect(elsewhere { (slope * 2).scalars } == (slope * 2).scalars)
    // Also while the thread that it came from has another gradient, or a compiled function, under way.
    let inside = gradient(at: Tensor(1)) { x in x * elsewhere { kept.sum() } }
    #expect(inside.scalar == kept.sum().scalar)
    let f = compile { (_: inout EmptyGroup, x: Tensor) in x * elsewhere { kept.sum() } }
    var empty = EmptyGroup()
    #expect(f(&empty, Tensor(2)).scalar == 2 * kept.sum().scalar)
  }

  /// Reading the numbers of a gradient's tensor is no operation, here or elsewhere.
  @Test func numbersMayBeReadElsewhere() {
    let slope = gradient(at: Tensor([1, 2])) { x in
      let numbers = elsewhere { x.scalars }
      return (x * Tensor(numbers)).sum()
    }
    #expect(slope.scalars == [1, 2])
  }

  /// Many threads, each with gradients of its own, some of which hand their results on.
  @Test func gradientsOfManyThreads() {
    let lock = NSLock()
    nonisolated(unsafe) var shared = [Tensor](repeating: Tensor(1), count: 8)
    DispatchQueue.concurrentPerform(iterations: 400) { i in
      let weight = lock.withLock { shared[i % 8] }
      var kept = weight
      let slope = gradient(at: weight) { x in
        kept = square(x)
        return (kept * x * weight).sum()
      }
      if slope.scalar != 3 { lock.withLock { shared[0] = Tensor(.nan) } }
      lock.withLock { shared[(i + 1) % 8] = kept }
    }
    #expect(shared.map(\.scalar) == [Float](repeating: 1, count: 8))
  }
}
