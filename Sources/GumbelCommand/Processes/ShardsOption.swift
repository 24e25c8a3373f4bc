import ArgumentParser
import SwiftGumbel

/// `--shards` of a command that trains.
struct ShardsOption: ParsableArguments {
  @Option(
    "Cut each batch into so many parts, with draws of their own and gradients that are added in one "
      + "order: results depend on this number, a power of two, and not on how many processes mpirun or "
      + "srun starts to share the parts (default: as many as there are processes).", valueName: "n")
  var shards: Int?

  /// What the discussion of a command says of processes.
  static let discussion = """
    mpirun -n 4 or srun -n 4 before the command shares the work among four processes, on one machine \
    or several; the first one alone reads the run, prints and writes.
    """

  func validate() throws {
    if let shards, !DataParallelism.isNumber(shards) {
      throw ValidationError(
        "--shards \(shards): expected a power of two, up to \(DataParallelism.most)")
    }
  }

  /// The number of shards of a run that this process begins.
  ///
  /// - Parameters:
  ///   - batchSize: of a step.
  ///   - unit: what a batch is of.
  /// - Throws: Where they do not fit the processes or the batch.
  func number(batchSize: Int, _ unit: String) throws -> Int {
    let parallelism: DataParallelism
    do {
      parallelism = try DataParallelism(shards: shards, among: Processes.group)
    } catch {
      throw ValidationError("--shards: \(error)")
    }
    guard batchSize % parallelism.shards == 0 else {
      throw ValidationError(
        "--batch-size \(batchSize): \(parallelism.shards) shards of a batch have equally many \(unit); "
          + "expected a multiple of \(parallelism.shards), or another number of --shards")
    }
    return parallelism.shards
  }
}
