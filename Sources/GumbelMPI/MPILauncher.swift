/// What started this process as one of several: `mpirun`, `mpiexec` or Slurm's `srun`, which say so in the
/// environment.
public struct MPILauncher: Hashable, Sendable {
  /// The program, as messages have it.
  public let name: String
  /// The number of this process, from 0.
  public let rank: Int
  /// How many processes there are, 1 or more.
  public let count: Int
  /// The libraries that such a launcher's processes use, the most likely one first.
  let libraries: [String]

  /// The launcher of a process with an environment; nil where there is none.
  public init?(_ environment: (String) -> String?) {
    for kind in Self.kinds {
      guard let count = kind.count.lazy.compactMap(environment).first.flatMap({ Int($0) }),
        let rank = kind.rank.lazy.compactMap(environment).first.flatMap({ Int($0) }),
        count >= 1, 0..<count ~= rank
      else { continue }
      (name, self.rank, self.count) = (kind.name, rank, count)
      libraries = kind.libraries
      return
    }
    return nil
  }

  private struct Kind {
    let name: String
    /// Variables of the environment, of which the first that is set counts.
    let rank, count: [String]
    let libraries: [String]
  }

  private static let openMPI = ["libmpi.so.40", "libmpi.40.dylib"]
  /// MPICH, and what has its binary interface: Intel's, Cray's and MVAPICH; then that of MPI 5.
  private static let mpich = [
    "libmpi.so.12", "libmpich.so.12", "libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.12.dylib",
    "libmpi_abi.1.dylib",
  ]

  /// Those of all launchers.
  static var allLibraries: [String] { openMPI + mpich }

  private static let kinds = [
    Kind(
      name: "Open MPI's mpirun", rank: ["OMPI_COMM_WORLD_RANK"], count: ["OMPI_COMM_WORLD_SIZE"],
      libraries: openMPI),
    Kind(
      name: "MPICH's mpiexec", rank: ["PMI_RANK"], count: ["PMI_SIZE"], libraries: mpich + openMPI),
    // Not SLURM_NTASKS, which a batch script has as well without being one of several. srun for MPICH's
    // kind sets PMI_RANK and is found above.
    Kind(
      name: "Slurm's srun", rank: ["PMIX_RANK", "SLURM_PROCID"], count: ["SLURM_STEP_NUM_TASKS"],
      libraries: openMPI + mpich),
  ]
}
