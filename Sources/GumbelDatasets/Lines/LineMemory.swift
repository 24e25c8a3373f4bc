import GumbelCLibrary
import GumbelDistributions
import GumbelKernels

/// Lines one after the other in memory that grows where it lies, each with its numbers.
final class LineMemory: @unchecked Sendable {
  // Safe: only a reservoir that holds it alone changes it. So accesses are not checked for overlaps either,
  // of which there are several for every line.
  @exclusivity(unchecked) private(set) var start: UnsafeMutablePointer<UInt8>?
  @exclusivity(unchecked) private var capacity = 0
  /// Where the next line goes.
  @exclusivity(unchecked) private(set) var end = 0
  /// The bytes of lines that are no longer held.
  @exclusivity(unchecked) private(set) var unused = 0

  deinit { free(start) }

  func line(at place: UInt64) -> gk_line {
    gk_read_line(start.unsafelyUnwrapped + Int(place))
  }

  /// Makes room for so many lines of so many bytes together; false where there is no memory.
  func reserve(lines: Int, bytes: Int) -> Bool {
    let needed = end + bytes + lines * Int(GK_LINE_HEADER)
    if needed <= capacity { return true }
    // What is not yet used takes no memory, but may be refused.
    for larger in [max(needed, capacity + capacity / 2), needed] {
      guard let grown = RefusableMemory.reallocate(start, larger) else { continue }
      start = grown.assumingMemoryBound(to: UInt8.self)
      capacity = larger
      return true
    }
    return false
  }

  /// Gives all lines up, so that there is memory to say why. Returns how many bytes they took.
  func giveUp() -> Int {
    defer { (start, capacity, end, unused) = (nil, 0, 0, 0) }
    free(start)
    return end
  }

  /// Whether so much is unused, of the memory of so many lines, that they are to be moved together.
  func isWasteful(lines: Int) -> Bool { unused > max(64 * lines, end / 8, 1 << 16) }

  /// Adds the lines that end in a text, for which there is room, up to the first that is too long.
  /// Returns how many bytes they are; their places are appended.
  func append(
    _ text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, most: Int, limit: Int,
    index: UInt64, number: Int, places: UnsafeMutableBufferPointer<UInt64>
  ) -> (lines: Int, bytes: Int) {
    var passed = 0
    let count = gk_store_lines(
      text.baseAddress, text.count, terminator.byte, most, limit, index, UInt64(number), start,
      &end,
      places.baseAddress, &passed)
    return (count, passed)
  }

  /// Adds a line, for which there is room; returns its place.
  func append(_ text: UnsafeBufferPointer<UInt8>, index: UInt64, number: Int) -> UInt64 {
    let place = end
    end += gk_write_line(
      start.unsafelyUnwrapped + place, index, UInt64(number), text.baseAddress, text.count)
    return UInt64(place)
  }

  /// Puts a line in the place of another that is no longer held; false where it does not fit.
  func replace(
    at place: UInt64, by text: UnsafeBufferPointer<UInt8>, index: UInt64, number: Int
  ) -> Bool {
    let size = line(at: place).size
    guard gk_line_size(index, UInt64(number), text.count) <= size else { return false }
    unused +=
      size
      - gk_write_line(
        start.unsafelyUnwrapped + Int(place), index, UInt64(number), text.baseAddress, text.count)
    return true
  }

  /// Says that a line is no longer held.
  func remove(at place: UInt64) { unused += line(at: place).size }

  /// What came of a line.
  enum Holding { case held, late, noMemory }

  /// Holds a line, without its end, where it arrives early enough for an order of lines in this memory,
  /// in the place of the one that leaves.
  func hold(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, index: UInt64, time: UInt64,
    in order: inout ReservoirOrder
  ) -> Holding {
    func indexOf(_ place: UInt64) -> UInt64 { line(at: place).index }
    guard order.admits(time, index: index, indexOf) else { return .late }
    guard order.reserve(1) else { return .noMemory }
    if let leaving = order.leaving {
      if replace(at: leaving, by: text, index: index, number: number) {
        order.insert(time, item: leaving, indexOf)
      } else {
        guard reserve(lines: 1, bytes: text.count) else { return .noMemory }
        let place = append(text, index: index, number: number)
        order.insert(time, item: place, indexOf)
        remove(at: leaving)
      }
    } else {
      guard reserve(lines: 1, bytes: text.count) else { return .noMemory }
      order.insert(time, item: append(text, index: index, number: number), indexOf)
    }
    return .held
  }

  /// Moves the lines that are held together. `visit` calls its argument for the place of each, from
  /// the first on, and gets the new one.
  func compact(_ visit: (_ move: (UInt64) -> UInt64) -> Void) {
    guard let start else { return }
    var next = 0
    visit { place in
      let size = line(at: place).size
      memmove(start + next, start + Int(place), size)
      defer { next += size }
      return UInt64(next)
    }
    end = next
    unused = 0
  }
}
