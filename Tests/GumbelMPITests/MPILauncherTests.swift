import GumbelMPI
import Testing

@Suite struct MPILauncherTests {
  private static let environments: [([String: String], String?, Int, Int)] = [
    ([:], nil, 0, 0),
    (["OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "4"], "Open MPI's mpirun", 3, 4),
    (["PMI_RANK": "0", "PMI_SIZE": "2"], "MPICH's mpiexec", 0, 2),
    // srun with PMI-2, and with PMIx.
    (
      ["PMI_RANK": "1", "PMI_SIZE": "2", "SLURM_PROCID": "1", "SLURM_STEP_NUM_TASKS": "2"],
      "MPICH's mpiexec", 1, 2
    ),
    (["PMIX_RANK": "5", "SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8"], "Slurm's srun", 5, 8),
    (["SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "8"], "Slurm's srun", 5, 8),
    // A batch script, which is not one of several.
    (["SLURM_NTASKS": "8", "SLURM_PROCID": "0"], nil, 0, 0),
    // What no launcher sets.
    (["OMPI_COMM_WORLD_SIZE": "4"], nil, 0, 0),
    (["OMPI_COMM_WORLD_RANK": "4", "OMPI_COMM_WORLD_SIZE": "4"], nil, 0, 0),
    (["OMPI_COMM_WORLD_RANK": "-1", "OMPI_COMM_WORLD_SIZE": "4"], nil, 0, 0),
    (["PMI_RANK": "x", "PMI_SIZE": "2"], nil, 0, 0),
  ]

  @Test(arguments: environments.indices) func launchersAreKnownByTheirVariables(_ i: Int) {
    let (environment, name, rank, count) = Self.environments[i]
    let launcher = MPILauncher { environment[$0] }
    #expect(launcher?.name == name)
    #expect((launcher?.rank ?? 0, launcher?.count ?? 0) == (rank, count))
  }
}
