import GumbelDistributions
import GumbelKernels

extension LineSample {
  /// The lines of a sample, made as they are asked for out of one stretch of memory.
  public struct Lines: RandomAccessCollection, Sendable, Equatable {
    private let memory: LineMemory
    private let order: RaceMemory

    init(_ memory: LineMemory, order: RaceMemory) {
      self.memory = memory
      self.order = order
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { order.count }

    public subscript(position: Int) -> Line {
      withBytes(at: position) { bytes, number in Line(bytes, number) }
    }

    public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

    /// Copies whole lines into memory, as they stand in the source and with a line feed each, from
    /// one of them on and as far as there is room; by far the fastest way to write many lines.
    ///
    /// - Parameters:
    ///   - first: The first line to copy, from 0 to the count.
    ///   - room: Where to.
    /// - Returns: How many lines were copied and how many bytes they take: no lines where there are
    ///   none left, or where the next one alone, with its line feed, is longer than the room.
    public func copy(
      from first: Int, into room: UnsafeMutableRawBufferPointer
    ) -> (lines: Int, bytes: Int) {
      order.withEntries { entries in
        let rest = UnsafeBufferPointer(rebasing: entries[first...])
        guard !rest.isEmpty, let out = room.baseAddress else { return (0, 0) }
        var bytes = 0
        let lines = gk_copy_lines(
          rest.baseAddress, rest.count, memory.start, out.assumingMemoryBound(to: UInt8.self),
          room.count, &bytes)
        return (lines, bytes)
      }
    }

    /// Calls the body with a line's bytes as they stand, without the line feed, and with its number.
    package func withBytes<Result, Failure>(
      at position: Int,
      _ body: (UnsafeBufferPointer<UInt8>, _ number: Int) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      defer { withExtendedLifetime(memory) {} }
      let line = memory.line(at: order[position].item)
      return try body(
        UnsafeBufferPointer(start: line.bytes, count: line.length), Int(line.number))
    }
  }
}
