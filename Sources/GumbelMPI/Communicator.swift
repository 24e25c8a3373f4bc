import GumbelCLibrary

/// The processes that work on one thing together, and this one among them.
///
/// A process alone is a group of one, ``single``, for which nothing is loaded and nothing sent. Processes
/// that `mpirun`, `mpiexec` or `srun` has started are a group, ``launched()``; what they send goes through
/// the MPI library that the launcher belongs to.
///
/// Of what is called here, all processes of a group call the same in the same order, one thread of each
/// at a time.
// Sharing it is safe where one thread at a time calls what changes it.
public final class Communicator: @unchecked Sendable {
  /// The number of this process, from 0.
  public let rank: Int
  /// How many processes there are.
  public let count: Int
  private let library: MPILibrary?

  /// Whether this process was asked to stop, which the next exchange tells the others.
  private var isStopWanted = false
  /// Whether one of the processes was, which all know since the same exchange.
  public private(set) var isStopAgreed = false
  private var send = FloatMemory()
  private var pieces = FloatMemory()
  private var received = FloatMemory()

  /// A process alone.
  public static let single = Communicator(rank: 0, count: 1, library: nil)

  private init(rank: Int, count: Int, library: MPILibrary?) {
    (self.rank, self.count, self.library) = (rank, count, library)
  }

  private static let launchedOnce = Result { () throws(CommunicationError) in try launch() }

  /// The processes that this one's launcher has started; ``single`` where there is no launcher, or one of a
  /// single process. Made once: later calls return the same group.
  ///
  /// `GUMBEL_MPI` in the environment names the library, for launchers whose library is somewhere else.
  ///
  /// - Throws: ``CommunicationError`` where there is a launcher, and no library that agrees with it.
  public static func launched() throws(CommunicationError) -> Communicator {
    try launchedOnce.get()
  }

  /// The launcher of this process.
  public static var launcher: MPILauncher? {
    MPILauncher { name in getenv(name).map { String(cString: $0) } }
  }

  /// An MPI library that can be loaded.
  public struct Library: Hashable, Sendable, Encodable {
    /// What was loaded.
    public let path: String
    /// What it says of itself, such as `Open MPI v4.1.4`.
    public let version: String
  }

  /// The MPI libraries that processes of one launcher or another would use here; the one that `GUMBEL_MPI`
  /// names alone, where it names one.
  public static var libraries: [Library] {
    let named = getenv("GUMBEL_MPI").map { [String(cString: $0)] }
    var found: [Library] = []
    for path in named ?? MPILauncher.allLibraries {
      guard let library = try? MPILibrary.first(of: [path], isGlobal: false) else { continue }
      // Names of one library, such as libmpi.so.12 and libmpich.so.12.
      if !found.contains(where: { $0.version == library.version }) {
        found.append(Library(path: path, version: library.version))
      }
    }
    return found
  }

  private static func launch() throws(CommunicationError) -> Communicator {
    guard let launcher, launcher.count > 1 else { return single }
    let named = getenv("GUMBEL_MPI").map { [String(cString: $0)] }
    let library: MPILibrary
    do {
      library = try MPILibrary.first(of: named ?? launcher.libraries)
    } catch {
      throw CommunicationError(
        "\(launcher.name) started \(launcher.count) processes, and \(error)")
    }
    var isInitialized: Int32 = 0
    _ = library.isInitialized(&isInitialized)
    var provided: Int32 = 0
    if isInitialized == 0, library.initThread(nil, nil, MPILibrary.serialized, &provided) != 0 {
      throw CommunicationError("\(library.path): MPI_Init_thread failed")
    }
    var (rank, count): (Int32, Int32) = (0, 0)
    guard library.rank(library.world, &rank) == 0, library.count(library.world, &count) == 0 else {
      throw CommunicationError("\(library.path): MPI_Comm_rank or MPI_Comm_size failed")
    }
    guard Int(count) == launcher.count else {
      throw CommunicationError(
        "\(launcher.name) started \(launcher.count) processes, and \(library.path) (\(library.version)) "
          + "knows of \(count): expected the launcher's own library, in GUMBEL_MPI")
    }
    return Communicator(rank: Int(rank), count: Int(count), library: library)
  }

  /// The MPI library, such as `Open MPI v4.1.4 (libmpi.so.40)`; nil of a process alone.
  public var libraryDescription: String? { library.map { "\($0.version) (\($0.path))" } }

  /// Ends the work with the others, which waits for them; to be called once, before the process ends by
  /// itself.
  ///
  /// Libraries have been seen not to come back from MPI_Finalize where all had come to it: MPICH 4.0 over
  /// TCP closes a connection of one process by an answer of another, which may have left by then.
  ///
  /// - Parameter status: With which this process exits where all have come here and the library does not
  ///   come back within three seconds, and the launcher has been told. Nil waits for it.
  public func finalize(orExitWith status: Int32? = nil) {
    guard let library else { return }
    if let status {
      barrier()
      ExitTimer.start(seconds: 3, status: status, leave: PMILeave())
    }
    _ = library.finalize()
  }

  /// Ends the processes of the group, this one too, without waiting for any. Returns where this process
  /// is alone.
  public func abort(status: Int32) {
    guard let library else { return }
    ExitTimer.start(seconds: 3, status: status)
    _ = library.abort(library.world, status)
  }

  // MARK: - Stopping

  /// Takes note of whether this process is asked to stop. With the next exchange of numbers all learn it, and
  /// ``isStopAgreed`` becomes true in all at the same place of the work.
  public func noteStop(_ isWanted: Bool) { isStopWanted = isStopWanted || isWanted }

  // MARK: - Exchange

  /// Waits for all.
  public func barrier() { if let library { check(library.barrier(library.world), "MPI_Barrier") } }

  /// Sends bytes from one process to all.
  ///
  /// - Parameters:
  ///   - bytes: of the sender; those of others are not looked at.
  ///   - root: the sender.
  /// - Returns: the sender's bytes.
  public func broadcast(_ bytes: [UInt8], from root: Int = 0) -> [UInt8] {
    guard count > 1 else { return bytes }
    var length = [UInt64(rank == root ? bytes.count : 0)]
    length.withUnsafeMutableBytes { broadcast(words: $0, from: root) }
    let total = Int(length[0])
    let words = (total + 3) / 4
    return [UInt8](unsafeUninitializedCapacity: 4 * words) { buffer, initialized in
      if rank == root { _ = buffer.update(from: bytes) }
      let padded = UnsafeMutableRawBufferPointer(buffer)
      broadcast(words: .init(rebasing: padded[..<(4 * words)]), from: root)
      initialized = total
    }
  }

  /// A multiple of four bytes, in place.
  private func broadcast(words: UnsafeMutableRawBufferPointer, from root: Int) {
    guard let library else { return }
    for part in Self.parts(of: words.count / 4) {
      check(
        library.broadcast(
          words.baseAddress! + 4 * part.lowerBound, Int32(part.count), library.float, Int32(root),
          library.world), "MPI_Bcast")
    }
  }

  /// What every process gives, in the order of their numbers.
  public func gather(_ value: UInt64) -> [UInt64] {
    guard let library else { return [value] }
    var values = [UInt64](repeating: 0, count: count)
    withUnsafeBytes(of: value) { own in
      values.withUnsafeMutableBytes { all in
        check(
          library.allGather(
            own.baseAddress!, 2, library.float, all.baseAddress!, 2, library.float, library.world),
          "MPI_Allgather")
      }
    }
    return values
  }

  /// The same for numbers, of which all give equally many. With them all learn whether one is asked to
  /// stop, as with ``sum(_:)``.
  public func gather(_ values: [Float]) -> [[Float]] {
    guard let library else { return [values] }
    let own = values + [isStopWanted ? 1 : 0]
    var all = [Float](repeating: 0, count: own.count * count)
    check(
      library.allGather(
        own, Int32(own.count), library.float, &all, Int32(own.count), library.float, library.world),
      "MPI_Allgather")
    return (0..<count).map { rank in
      let first = rank * own.count
      if all[first + values.count] > 0 { isStopAgreed = true }
      return Array(all[first..<(first + values.count)])
    }
  }

  /// The sum of what the processes give, element by element, by a binary tree over their numbers:
  /// ((0 + 1) + (2 + 3)) + …, in every process the same bits, whatever library there is.
  ///
  /// Each process sums a piece of all, and gets the others' pieces: it sends 2 (N - 1) / N of the values,
  /// as a ring of N does. The number of processes has to be a power of two.
  ///
  /// - Parameters:
  ///   - values: how many there are, the same in all processes.
  ///   - fill: writes this process's values.
  ///   - take: reads the sums.
  func sum(
    _ values: Int, fill: (UnsafeMutablePointer<Float>) -> Void,
    take: (UnsafePointer<Float>) -> Void
  ) {
    guard let library else { return }
    // The last value says how many want to stop.
    let piece = (values + count) / count
    let padded = piece * count
    let own = send.floats(padded)
    fill(own)
    (own + values).update(repeating: 0, count: padded - values)
    own[values] = isStopWanted ? 1 : 0
    precondition(piece <= Int(Int32.max), "a sum of \(values) values is too large for MPI")
    let sums = received.floats(padded)
    exchange(own, into: sums, piece: piece, by: library)
    if sums[values] > 0 { isStopAgreed = true }
    take(sums)
  }

  /// The same of one vector, where it lies, if processes can have equally large pieces of it; without what is
  /// told beside it. Returns whether it was summed.
  func sum(
    _ values: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>, count n: Int
  ) -> Bool {
    guard let library, n % count == 0, n / count <= Int(Int32.max) else { return false }
    exchange(values, into: sums, piece: n / count, by: library)
    return true
  }

  /// Sums as many pieces as there are processes, each process one of them, and gathers the sums.
  private func exchange(
    _ values: UnsafePointer<Float>, into sums: UnsafeMutablePointer<Float>, piece: Int,
    by library: MPILibrary
  ) {
    let (parts, size) = (pieces.floats(piece * count), Int32(piece))
    check(
      library.allToAll(values, size, library.float, parts, size, library.float, library.world),
      "MPI_Alltoall")
    TreeSum.add(parts, count: count, stride: piece)
    check(
      library.allGather(parts, size, library.float, sums, size, library.float, library.world),
      "MPI_Allgather")
  }

  /// The library's own sum, whose order is its own: what the benchmark compares ``sum(_:)`` with.
  package func librarySum(
    _ values: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>, _ n: Int
  ) {
    guard let library else { return }
    check(
      library.allReduce(values, sums, Int32(n), library.float, library.sum, library.world),
      "MPI_Allreduce")
  }

  /// MPI's counts are int32.
  private static func parts(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: 1 << 28).map { $0..<min(count, $0 + 1 << 28) }
  }

  /// By default MPI ends all processes where a call fails; a library that was told otherwise is held to it.
  private func check(_ status: MPILibrary.Status, _ call: String) {
    if status == 0 { return }
    fatalError("process \(rank) of \(count): \(call) failed with status \(status)")
  }
}

/// Memory that is kept from exchange to exchange, as long as that is of one size or less.
private struct FloatMemory {
  private var memory = UnsafeMutableBufferPointer<Float>(start: nil, count: 0)

  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    if memory.count < count {
      memory.deallocate()
      memory = .allocate(capacity: max(count, 1))
      memory.initialize(repeating: 0)
    }
    return memory.baseAddress ?? UnsafeMutablePointer(bitPattern: 4)!
  }
}
