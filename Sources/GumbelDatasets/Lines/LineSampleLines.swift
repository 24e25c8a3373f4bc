import GumbelDistributions
import GumbelKernels

extension LineSample {
  /// The lines of a sample, made as they are asked for out of one stretch of memory.
  public struct Lines: RandomAccessCollection, Sendable, Equatable {
    private let memory: LineMemory
    private var order: RaceMemory
    /// What messages call the sources.
    let sources: [String]
    /// What ends lines.
    package let terminator: LineTerminator

    init(
      _ memory: LineMemory, order: RaceMemory, sources: [String], terminator: LineTerminator
    ) {
      self.memory = memory
      self.order = order
      self.sources = sources
      self.terminator = terminator
    }

    public var startIndex: Int { 0 }
    public var endIndex: Int { order.count }

    public subscript(position: Int) -> Line {
      withLine(at: position) { line, _ in
        let place = LineNumber(Int(line.number)).place(amongSources: sources.count)
        return Line(line.text, place.line, source: sources[place.source], terminator)
      }
    }

    public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

    /// Copies whole lines into memory, as they stand in the source and with the end of a line each,
    /// from one of them on and as far as there is room; by far the fastest way to write many lines.
    ///
    /// - Parameters:
    ///   - first: The first line to copy, from 0 to the count.
    ///   - room: Where to.
    /// - Returns: How many lines were copied and how many bytes they take: no lines where there are
    ///   none left, or where the next one alone, with its end, is longer than the room.
    public func copy(
      from first: Int, into room: UnsafeMutableRawBufferPointer
    ) -> (lines: Int, bytes: Int) {
      order.withEntries { entries in
        let rest = UnsafeBufferPointer(rebasing: entries[first...])
        guard !rest.isEmpty, let out = room.baseAddress else { return (0, 0) }
        var bytes = 0
        let lines = gk_copy_lines(
          rest.baseAddress, rest.count, memory.start, terminator.byte,
          out.assumingMemoryBound(to: UInt8.self), room.count, &bytes)
        return (lines, bytes)
      }
    }

    /// Puts the lines in the order of their sources and numbers there, or of their numbers in the
    /// stream.
    ///
    /// - Parameter givesOrder: Whether to return, for each line, where it was.
    mutating func sortByPlace(byIndex: Bool, givesOrder: Bool) -> [Int] {
      let old = order
      let entries = RaceMemory()
      // Others may hold the old one.
      let isThere = entries.reserve(old.count)
      precondition(isThere, "LineSample: no memory to sort \(old.count) lines")
      for (i, entry) in old.enumerated() {
        let line = memory.line(at: entry.item)
        let item = givesOrder ? UInt64(i) : entry.item
        entries.append(gk_race_entry(time: byIndex ? line.index : line.number, item: item))
      }
      let sorted = entries.mutableEntries
      gk_sort_race_entries(sorted.baseAddress, sorted.count)
      order = entries
      guard givesOrder else { return [] }
      return sorted.indices.map { i in
        let place = Int(sorted[i].item)
        sorted[i].item = old[place].item
        return place
      }
    }

    /// Calls the body with a line's bytes as they stand, without the line feed.
    package func withBytes<Result, Failure>(
      at position: Int, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      try withLine(at: position) { line, _ throws(Failure) in try body(line.text) }
    }

    /// Calls the body with a line as it is kept and with its time in the race.
    func withLine<Result, Failure>(
      at position: Int, _ body: (gk_line, _ time: UInt64) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      defer { withExtendedLifetime(memory) {} }
      let entry = order[position]
      return try body(memory.line(at: entry.item), entry.time)
    }
  }
}

extension gk_line {
  /// Its bytes, without the line feed.
  var text: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: bytes, count: length) }
}
