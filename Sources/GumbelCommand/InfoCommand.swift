import ArgumentParser
import Gumbel

struct InfoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info",
    abstract: "Print the version and what the computations run on.")

  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let fields = [
      ("version", GumbelCommand.version),
      ("kernels", Backend.instructionSet),
      ("blas", Backend.blas),
      ("threads", "\(Backend.threadCount)"),
    ]
    if json {
      struct Info: Encodable { let version, kernels, blas: String, threads: Int }
      let info = Info(
        version: GumbelCommand.version, kernels: Backend.instructionSet, blas: Backend.blas,
        threads: Backend.threadCount)
      try StandardOutput.print(JSON.text(of: info))
    } else {
      for (name, value) in fields {
        try StandardOutput.print(name + String(repeating: " ", count: 10 - name.count) + value)
      }
    }
  }
}
