import GumbelCLibrary
import GumbelKernels
import GumbelTensors

/// Arrivals in memory that grows where it lies. An array would be copied to grow, and be there twice
/// meanwhile.
package final class ArrivalMemory: RandomAccessCollection, @unchecked Sendable {
  // Safe: only a heap that holds it alone changes it.
  private(set) var start: UnsafeMutablePointer<gk_arrival>?
  private var capacity = 0
  package fileprivate(set) var count = 0

  init() {}

  convenience init(copying other: ArrivalMemory) {
    self.init()
    let isThere = reserve(other.count)
    require(isThere, "ArrivalMemory: no memory for \(other.count) items")
    if let from = other.start { start?.update(from: from, count: other.count) }
    count = other.count
  }

  deinit { free(start) }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }
  package subscript(position: Int) -> gk_arrival {
    precondition(position >= 0 && position < count)
    return start.unsafelyUnwrapped[position]
  }

  package var first: gk_arrival? { count > 0 ? start.unsafelyUnwrapped[0] : nil }

  /// Calls the body with all arrivals side by side.
  package func withArrivals<Result>(_ body: (UnsafeBufferPointer<gk_arrival>) -> Result) -> Result {
    withExtendedLifetime(self) { body(UnsafeBufferPointer(start: start, count: count)) }
  }

  /// The same to be changed, while the memory is held.
  var mutableArrivals: UnsafeMutableBufferPointer<gk_arrival> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Makes room for more; false where there is no memory.
  func reserve(_ more: Int) -> Bool {
    let needed = count + more
    if needed <= capacity { return true }
    // What is not yet used takes no memory, but may be refused.
    for larger in [Swift.max(needed, capacity + capacity / 2, 64), needed] {
      let (size, overflows) = larger.multipliedReportingOverflow(
        by: MemoryLayout<gk_arrival>.stride)
      guard !overflows, let grown = RefusableMemory.reallocate(start, size) else { continue }
      start = grown.assumingMemoryBound(to: gk_arrival.self)
      capacity = larger
      return true
    }
    return false
  }

  /// Adds one for which there is room.
  func append(_ arrival: gk_arrival) {
    start.unsafelyUnwrapped[count] = arrival
    count += 1
  }
}
