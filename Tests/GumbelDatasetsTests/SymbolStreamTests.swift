import Dispatch
import Foundation
import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct SymbolStreamTests {
  @Test func deliversWhatItDiscoveredFirst() throws {
    try withSource(Array("b\na\nb\nb\na\n".utf8)) { source in
      let stream = try SymbolStream(SymbolReader(source), discoveringIn: 3)
      #expect(stream.vocabulary.names == ["a", "b"])
      #expect(stream.distribution.total == 0)
      #expect(try stream.next() == 1)
      #expect(try stream.next(3) == [0, 1, 1])
      #expect(stream.distribution.counts == [1, 3])
      #expect(try stream.next(3) == [0])
      #expect(try stream.next(3) == [])
      #expect(try stream.next() == nil)
      #expect(stream.distribution.counts == [2, 3])
    }
  }

  @Test func endsBeforeAllIsDiscovered() throws {
    try withSource(Array("b\na".utf8)) { source in
      let stream = try SymbolStream(SymbolReader(source), discoveringIn: 100)
      #expect(try stream.next(100) == [1, 0])
    }
  }

  @Test func countsWhatCameBeforeAnError() throws {
    try withSource(Array("b\na\nb\nx\n".utf8)) { source in
      let stream = SymbolStream(try SymbolReader(source), categories: try Vocabulary(["a", "b"]))
      #expect(throws: InputError.self) { try stream.next(10) }
      #expect(stream.distribution.counts == [1, 2])
    }
  }

  @Test func endlessPipeInBoundedMemory() throws {
    let text = Array(String(repeating: "0\n1\n10\n", count: 1000).utf8)
    try withPipe(writing: { while writeAll(text, to: $0) {} }) { descriptor in
      let reader = try SymbolReader(.descriptor(descriptor, name: "pipe"))
      let stream = try SymbolStream(reader, discoveringIn: 1000)
      #expect(stream.vocabulary.names == ["0", "1", "10"])
      var batch = [Int32](repeating: -1, count: 3000)
      for _ in 0..<1000 {
        let count = try batch.withUnsafeMutableBufferPointer { try stream.fill($0) }
        #expect(count == 3000)
        #expect(batch[2997...] == [0, 1, 2])
      }
      #expect(stream.distribution.counts == [1_000_000, 1_000_000, 1_000_000])
      #expect(reader.bufferSize == 1 << 17)
    }
  }

  @Test func longLinesGrowTheBufferToTheirLimitOnly() throws {
    let text = [UInt8](repeating: 0x61, count: 1 << 16)
    try withPipe(writing: { while writeAll(text, to: $0) {} }) { descriptor in
      let reader = try SymbolReader(.descriptor(descriptor, name: "pipe"))
      #expect(throws: InputError(source: "pipe", line: 1, problem: .lineTooLong(limit: 1 << 20))) {
        try reader.next()
      }
      #expect(reader.bufferSize == 1 << 21)
    }
  }

  @Test func slowPipeDeliversEachLineAsItComes() throws {
    let asked = DispatchSemaphore(value: 0)
    let write: @Sendable (Int32) -> Void = { descriptor in
      for line in ["a\n", "b\n", "a\n"] {
        // Parts of the line come apart, and nothing more until the line is taken.
        for byte in line.utf8 { _ = writeAll([byte], to: descriptor) }
        asked.wait()
      }
      _ = writeAll([0x62], to: descriptor)
    }
    try withPipe(writing: write) { descriptor in
      let reader = try SymbolReader(.descriptor(descriptor, name: "pipe"))
      for expected in ["a", "b", "a"] {
        #expect(try reader.next() == expected)
        asked.signal()
      }
      #expect(try reader.next() == "b")
      #expect(try reader.next() == nil)
    }
  }

  @Test func stopsWhileItWaits() throws {
    let isOver = DispatchSemaphore(value: 0)
    let write: @Sendable (Int32) -> Void = { descriptor in
      _ = writeAll(Array("a\nb\nunfinished".utf8), to: descriptor)
      isOver.wait()
    }
    try withPipe(writing: write) { descriptor in
      defer { isOver.signal() }
      let polls = Counter()
      let reader = try SymbolReader(
        .descriptor(descriptor, name: "pipe"), shouldStop: { polls.next() > 4 })
      let stream = SymbolStream(reader, categories: try Vocabulary(["a", "b"]))
      #expect(try stream.next(10) == [0, 1])
      #expect(stream.isStopped)
      #expect(try stream.next() == nil)
    }
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = try SymbolReader(.file("/dev/null"), lineLimit: 0)
    }
    await #expect(processExitsWith: .failure) {
      let reader = try SymbolReader(.file("/dev/null"))
      _ = try? SymbolStream(reader, discoveringIn: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = EmpiricalDistribution(of: [2], categoryCount: 2)
    }
  }

  @Test func nonBlockingDescriptor() throws {
    let write: @Sendable (Int32) -> Void = { descriptor in
      usleep(20_000)
      _ = writeAll(Array("a\n".utf8), to: descriptor)
      usleep(20_000)
      _ = writeAll(Array("b\n".utf8), to: descriptor)
    }
    try withPipe(writing: write) { descriptor in
      _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
      let reader = try SymbolReader(.descriptor(descriptor, name: "pipe"))
      #expect(try reader.next() == "a")
      #expect(try reader.next() == "b")
      #expect(try reader.next() == nil)
    }
  }

  @Test func signalsInterruptTheWaitOnly() throws {
    // Without SA_RESTART, so that system calls do return early.
    var action = sigaction()
    #if canImport(Darwin)
      action.__sigaction_u.__sa_handler = { _ in }
    #else
      action.__sigaction_handler.sa_handler = { _ in }
    #endif
    sigaction(SIGUSR1, &action, nil)
    let target = Reader(thread: pthread_self())
    let write: @Sendable (Int32) -> Void = { descriptor in
      for _ in 0..<20 {
        pthread_kill(target.thread, SIGUSR1)
        usleep(2000)
      }
      _ = writeAll(Array("a\n".utf8), to: descriptor)
    }
    try withPipe(writing: write) { descriptor in
      let reader = try SymbolReader(.descriptor(descriptor, name: "pipe"))
      #expect(try reader.next() == "a")
      #expect(try reader.next() == nil)
    }
  }
}

private final class Counter: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var count = 0

  func next() -> Int {
    lock.withLock {
      count += 1
      return count
    }
  }
}

/// A thread's name, which may be a pointer and so is not known to be safe to share; it is only
/// passed to `pthread_kill`, which any thread may call while the other runs.
private struct Reader: @unchecked Sendable {
  let thread: pthread_t
}
