import ArgumentParser
import GumbelCLibrary
import GumbelCommandMemory
import SwiftGumbel

/// The program: what `main` calls.
package enum Program {
  package static func main() {
    StandardDescriptors.prepare()
    HelpColumns.prepare()
    // Beyond a limit of the sizes of files a write then fails with an error, instead of the process
    // with a core dump.
    signal(SIGXFSZ, SIG_IGN)
    // The first of several processes saves and ends; the others wait for it.
    let isFirst = (Communicator.launcher?.rank ?? 0) == 0
    Interruption.handleSignals(
      patience: isFirst ? .milliseconds(1500) : nil, beforeEnd: LastWords.say)
    ResourceLimits.prepare()
    Device.onFailure = LastWords.sayDeviceFailed
    MappedFile.onShortened = LastWords.sayInputFailed
    command_explain_bus_errors()
    AtomicFile.onWritingInPlace = { path in
      StandardError.print("gumbel: \(path): cannot be replaced, so it is written in place")
    }
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try ResourceLimits.check()
      try CommandPath.check(arguments)
      var command = try GumbelCommand.parseAsRoot(arguments)
      try command.run()
      Processes.leave(status: 0)
    } catch {
      CommandEnd.exit(after: error, arguments)
    }
  }
}
