import ArgumentParser
import SwiftGumbel

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the version and what the computations run on.")

  @OptionGroup var output: JSONOutputOption

  private struct Info: Encodable {
    let version = GumbelCommand.version
    let kernels = Backend.instructionSet
    let blas = Backend.blas
    let threads = Backend.threadCount
  }

  func run() throws {
    try output.checkWritable()
    let info = Info()
    let table = AlignedTable([
      ["version", info.version], ["kernels", info.kernels], ["blas", info.blas],
      ["threads", "\(info.threads)"],
    ])
    try output.write(info, or: table.text)
  }
}
