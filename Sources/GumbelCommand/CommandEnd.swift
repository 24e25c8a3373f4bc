import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

/// How the command ends: what it says, where, and with which status.
enum CommandEnd {
  /// What SIGPIPE says where it is not ignored: the reader, such as `head`, has had enough.
  private static let brokenPipe = ExitCode(128 + SIGPIPE)

  /// Ends the process after help, a stop or a mistake.
  static func exit(after error: any Error, _ arguments: [String]) -> Never {
    var error = error
    if !(error is ExitCode), GumbelCommand.exitCode(for: error).isSuccess {
      do {
        let text = GumbelCommand.fullMessage(for: error, columns: HelpColumns.count)
        try StandardOutput.write(text + "\n")
        endProcess(0)
      } catch let failure {
        error = failure
      }
    }
    // A stop by a signal has explained itself.
    if let status = error as? ExitCode {
      Processes.leave(status: status.rawValue)
      endProcess(status.rawValue)
    }
    if let failure = error as? OutputError, failure.isBrokenPipe {
      endProcess(brokenPipe.rawValue)
    }
    let status = GumbelCommand.exitCode(for: error)
    LastWords.leaveUnsaid()
    Processes.say(message(of: error, status, arguments))
    Processes.abort(status: status.rawValue, arguments)
    if (error as? InputError)?.problem as? FileProblem == .interrupted {
      endProcess(Interruption.exitStatus)
    }
    endProcess(status.rawValue)
  }

  /// Says on standard error how far the command came before it was asked to stop.
  ///
  /// - Returns: What to throw.
  static func stop(_ text: String) -> ExitCode {
    StandardError.print("gumbel: stopped " + text)
    return ExitCode(Interruption.exitStatus)
  }

  /// One line.
  private static func message(
    of error: any Error, _ status: ExitCode, _ arguments: [String]
  ) -> String {
    let text = GumbelCommand.message(for: error)
    guard status == .validationFailure else { return escaped(text) }
    let line = escaped(
      text.replacing(":\n  - ", with: ": ").replacing("\n  - ", with: ", "))
    let advice = "'\(CommandPath.names(arguments).joined(separator: " ")) --help'"
    let isSentence = line.hasSuffix(".") || line.hasSuffix("?")
    return line + (isSentence ? " See \(advice)" : "; see \(advice)")
  }
}

/// The system's function, whose name is also a method's above.
private func endProcess(_ status: Int32) -> Never { exit(status) }

/// The width of help.
enum HelpColumns {
  /// Tells the parser, which asks by itself where it only makes messages, and traps where a terminal
  /// has hardly any columns.
  static func prepare() { setenv("COLUMNS", "\(count)", 1) }

  /// That of the terminal, but at least 80: a line of an example is no longer, and where it is
  /// broken it cannot be copied. A narrower terminal shows it in two lines, but it stays one.
  static var count: Int {
    var size = winsize()
    let reported =
      ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    let wanted = getenv("COLUMNS").flatMap { Int(String(cString: $0)) } ?? reported
    return min(max(wanted, 80), 1000)
  }
}
