import GumbelCLibrary

/// The functions of an MPI library that are used here, found when the program runs.
///
/// Handles go as whole numbers of a pointer's size: they are pointers in Open MPI and in the standard
/// interface of MPI 5, and `int` in MPICH's, which the same register holds. No `MPI_Status` is touched.
// Safe to share: nothing of it changes, and what its functions may be called from is the caller's matter.
struct MPILibrary: @unchecked Sendable {
  typealias Handle = Int
  typealias Status = Int32

  typealias InitThread =
    @convention(c) (
      UnsafeMutablePointer<Int32>?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>
    ) -> Status
  typealias Query = @convention(c) (UnsafeMutablePointer<Int32>) -> Status
  typealias Finalize = @convention(c) () -> Status
  typealias GroupQuery = @convention(c) (Handle, UnsafeMutablePointer<Int32>) -> Status
  typealias Barrier = @convention(c) (Handle) -> Status
  typealias Broadcast =
    @convention(c) (
      UnsafeMutableRawPointer, Int32, Handle, Int32, Handle
    ) -> Status
  typealias Exchange =
    @convention(c) (
      UnsafeRawPointer, Int32, Handle, UnsafeMutableRawPointer, Int32, Handle, Handle
    ) -> Status
  typealias Reduce =
    @convention(c) (
      UnsafeRawPointer, UnsafeMutableRawPointer, Int32, Handle, Handle, Handle
    ) -> Status
  typealias Abort = @convention(c) (Handle, Int32) -> Status
  typealias Version =
    @convention(c) (
      UnsafeMutablePointer<CChar>, UnsafeMutablePointer<Int32>
    ) -> Status

  /// Where it was found.
  let path: String
  let world: Handle
  /// All that is sent goes as floats, a type that all interfaces have at a known place; others have their
  /// bits in them.
  let float: Handle
  let sum: Handle

  let initThread: InitThread
  let isInitialized: Query
  let finalize: Finalize
  let rank, count: GroupQuery
  let barrier: Barrier
  let broadcast: Broadcast
  let allToAll, allGather: Exchange
  let allReduce: Reduce
  let abort: Abort
  private let libraryVersion: Version

  /// MPI_THREAD_SERIALIZED: any thread may call, one at a time.
  static let serialized: Int32 = 2

  /// The first of some libraries that can be loaded.
  ///
  /// - Parameter isGlobal: whether its symbols are to be found by what it loads itself, as Open MPI's
  ///   components want it; not where it is only asked for its version.
  /// - Throws: ``CommunicationError`` where there is none, with what stands in the way of each.
  static func first(
    of names: [String], isGlobal: Bool = true
  ) throws(CommunicationError) -> MPILibrary {
    var problems: [String] = []
    for name in names {
      guard let library = dlopen(name, RTLD_NOW | (isGlobal ? RTLD_GLOBAL : RTLD_LOCAL)) else {
        problems.append(String(cString: dlerror()))
        continue
      }
      if let found = MPILibrary(library, name) { return found }
      problems.append("\(name): no MPI library: it has no function MPI_Init_thread")
    }
    throw CommunicationError(
      "no MPI library could be loaded (\(problems.joined(separator: "; "))): install the launcher's, or "
        + "name one in GUMBEL_MPI")
  }

  private init?(_ library: UnsafeMutableRawPointer, _ path: String) {
    func function<F>(_ name: String) -> F? {
      dlsym(library, "MPI_" + name).map { unsafeBitCast($0, to: F.self) }
    }
    guard let initThread: InitThread = function("Init_thread"),
      let isInitialized: Query = function("Initialized"),
      let finalize: Finalize = function("Finalize"),
      let rank: GroupQuery = function("Comm_rank"), let count: GroupQuery = function("Comm_size"),
      let barrier: Barrier = function("Barrier"), let broadcast: Broadcast = function("Bcast"),
      let allToAll: Exchange = function("Alltoall"),
      let allGather: Exchange = function("Allgather"),
      let allReduce: Reduce = function("Allreduce"), let abort: Abort = function("Abort"),
      let libraryVersion: Version = function("Get_library_version")
    else { return nil }
    self.path = path
    (self.initThread, self.isInitialized, self.finalize) = (initThread, isInitialized, finalize)
    (self.rank, self.count, self.barrier, self.broadcast) = (rank, count, barrier, broadcast)
    (self.allToAll, self.allGather, self.allReduce) = (allToAll, allGather, allReduce)
    (self.abort, self.libraryVersion) = (abort, libraryVersion)
    if let world = dlsym(library, "ompi_mpi_comm_world"),
      let float = dlsym(library, "ompi_mpi_float"), let sum = dlsym(library, "ompi_mpi_op_sum")
    {
      self.world = Handle(bitPattern: world)
      self.float = Handle(bitPattern: float)
      self.sum = Handle(bitPattern: sum)
    } else if path.contains("mpi_abi") {
      // The numbers of the MPI 5.0 standard, appendix A.
      (world, float, sum) = (0x101, 0x210, 0x21)
    } else {
      // Those of mpi.h in MPICH's common binary interface.
      (world, float, sum) = (0x4400_0000, 0x4c00_040a, 0x5800_0003)
    }
  }

  /// What the library says of itself, such as `Open MPI v4.1.4`.
  var version: String {
    // As long as any interface's longest.
    var text = [CChar](repeating: 0, count: 8192)
    var length: Int32 = 0
    _ = libraryVersion(&text, &length)
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let line = String(decoding: bytes, as: UTF8.self).prefix { !",\n".contains($0) }
    // MPICH writes "MPICH Version:      4.0.2".
    return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
