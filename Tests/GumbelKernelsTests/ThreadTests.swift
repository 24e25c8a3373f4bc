import Foundation
import GumbelKernels
import Testing

extension KernelsTests {
  @Suite struct Threads {
    /// Memory that several threads write, each its own elements.
    final class Marks: Sendable {
      nonisolated(unsafe) let values: UnsafeMutablePointer<Int32>
      let count: Int

      init(count: Int) {
        self.count = count
        values = .allocate(capacity: count)
        values.initialize(repeating: 0, count: count)
      }
      deinit { values.deallocate() }

      var allOnce: Bool { (0..<count).allSatisfy { values[$0] == 1 } }

      /// Adds 1 at every index, by gk_parallel_for.
      func markAll() {
        gk_parallel_for(
          count, { context, index in context!.assumingMemoryBound(to: Int32.self)[index] += 1 },
          values)
      }
    }

    @Test func everyIndexRunsOnce() {
      _ = withThreadCounts {
        for count in [0, 1, 2, 3, 17, 1000, 100_000] {
          let marks = Marks(count: count)
          marks.markAll()
          #expect(marks.allOnce)
        }
        for _ in 0..<2000 {
          let marks = Marks(count: 5)
          marks.markAll()
          #expect(marks.allOnce)
        }
      }
    }

    /// The pool is woken from its sleep.
    @Test func worksAfterAPause() {
      _ = withThreadCounts {
        for _ in 0..<20 {
          let marks = Marks(count: 50)
          usleep(2000)
          marks.markAll()
          #expect(marks.allOnce)
        }
      }
    }

    @Test func nestedCallsRunInside() {
      _ = withThreadCounts {
        let all = (0..<8).map { _ in Marks(count: 100) }
        withExtendedLifetime(all) {
          var pointers = all.map { $0.values }
          gk_parallel_for(
            8,
            { context, index in
              let row = context!.assumingMemoryBound(to: UnsafeMutablePointer<Int32>.self)[index]
              gk_parallel_for(
                100, { context, i in context!.assumingMemoryBound(to: Int32.self)[i] += 1 }, row)
            }, &pointers)
          #expect(all.allSatisfy { $0.allOnce })
        }
      }
    }

    @Test func callsFromManyThreadsAreSafe() {
      let count = gk_thread_count()
      defer { gk_set_thread_count(count) }
      gk_set_thread_count(3)
      let all = (0..<400).map { _ in Marks(count: 300) }
      DispatchQueue.concurrentPerform(iterations: all.count) { all[$0].markAll() }
      #expect(all.allSatisfy { $0.allOnce })
    }

    @Test func theThreadCountIsAtLeastOne() {
      let count = gk_thread_count()
      defer { gk_set_thread_count(count) }
      #expect(count >= 1)
      gk_set_thread_count(-5)
      #expect(gk_thread_count() == 1)
      gk_set_thread_count(3)
      #expect(gk_thread_count() == 3)
    }

    @Test func theFormCanBeForced() {
      let usual = String(cString: gk_instruction_set())
      #expect(gk_force_form("portable"))
      #expect(String(cString: gk_instruction_set()) == "portable")
      #expect(!gk_force_form("abacus"))
      #expect(String(cString: gk_instruction_set()) == "portable")
      #expect(gk_force_form(nil))
      #expect(String(cString: gk_instruction_set()) == usual)
    }
  }
}
