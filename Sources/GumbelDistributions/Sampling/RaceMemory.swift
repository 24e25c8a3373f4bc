import GumbelCLibrary
import GumbelKernels
import GumbelTensors

/// Entries of an exponential race in memory that grows where it lies. An array would be copied to grow,
/// and be there twice meanwhile.
package final class RaceMemory: RandomAccessCollection, @unchecked Sendable {
  // Safe: only a heap that holds it alone changes it. So accesses are not checked for overlaps either, of
  // which there are several for every line of a file.
  @exclusivity(unchecked) private(set) var start: UnsafeMutablePointer<gk_race_entry>?
  @exclusivity(unchecked) private var capacity = 0
  @exclusivity(unchecked) package fileprivate(set) var count = 0

  package init() {}

  convenience init(copying other: RaceMemory) {
    self.init()
    let isThere = reserve(other.count)
    require(isThere, "RaceMemory: no memory for \(other.count) items")
    if let from = other.start { start?.update(from: from, count: other.count) }
    count = other.count
  }

  deinit { free(start) }

  package var startIndex: Int { 0 }
  package var endIndex: Int { count }
  package subscript(position: Int) -> gk_race_entry {
    precondition(position >= 0 && position < count)
    return start.unsafelyUnwrapped[position]
  }

  package var first: gk_race_entry? { count > 0 ? start.unsafelyUnwrapped[0] : nil }

  /// Calls the body with all entries side by side.
  package func withEntries<Result>(_ body: (UnsafeBufferPointer<gk_race_entry>) -> Result) -> Result
  {
    withExtendedLifetime(self) { body(UnsafeBufferPointer(start: start, count: count)) }
  }

  /// The same to be changed, while the memory is held by nobody else.
  package var mutableEntries: UnsafeMutableBufferPointer<gk_race_entry> {
    UnsafeMutableBufferPointer(start: start, count: count)
  }

  /// Makes room for more; false where there is no memory.
  package func reserve(_ more: Int) -> Bool {
    let needed = count + more
    if needed <= capacity { return true }
    // What is not yet used takes no memory, but may be refused.
    for larger in [Swift.max(needed, capacity + capacity / 2, 8), needed] {
      let (size, overflows) = larger.multipliedReportingOverflow(
        by: MemoryLayout<gk_race_entry>.stride)
      guard !overflows, let grown = RefusableMemory.reallocate(start, size) else { continue }
      start = grown.assumingMemoryBound(to: gk_race_entry.self)
      capacity = larger
      return true
    }
    return false
  }

  /// Adds one for which there is room.
  package func append(_ entry: gk_race_entry) {
    start.unsafelyUnwrapped[count] = entry
    count += 1
  }

  /// How many there is room for.
  var room: Int { capacity }

  /// Puts others in the place of all: as many as the body returns, of at most so many, for which there is
  /// room.
  package func write(
    _ most: Int, by body: (_ entries: UnsafeMutablePointer<gk_race_entry>?, _ most: Int) -> Int
  ) {
    count = body(start, most)
  }

  /// Forgets all but so many of the first.
  package func truncate(to most: Int) { count = Swift.min(count, most) }
}
