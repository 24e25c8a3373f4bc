import GumbelCLibrary
import SwiftGumbel

/// The last line of a process that a signal ends before it has come to an end by itself.
enum LastWords {
  /// Work that goes on with `--resume`, once its file is there.
  private struct Kept {
    let name, file: String
  }

  private static let kept = Locked<Kept?>(nil)
  private static let loss = Locked<String?>(nil)
  private static let isExplained = Locked(false)

  /// Remembers what is kept of the work, such as `the run in r`, and the file that holds it.
  static func keep(_ name: String, in file: String) {
    kept.withLock { $0 = Kept(name: name, file: file) }
  }

  /// Remembers what would be lost from now on; nil for nothing.
  static func lose(_ text: String?) { loss.withLock { $0 = text } }

  /// The command has said by itself, or is about to say, how it ends, and has only to end.
  static func leaveUnsaid() { isExplained.withLock { $0 = true } }

  /// Says what is left behind, and removes what is half-written.
  static func say(_ signal: Int32) {
    if isExplained.withLockSoon({ $0 }) ?? false {
      AtomicFile.discardUnfinished()
      return
    }
    let names = [SIGINT: "SIGINT", SIGTERM: "SIGTERM", SIGHUP: "SIGHUP"]
    end("stopped by \(names[signal] ?? "signal \(signal)") before the end")
  }

  /// The same where there is no memory left.
  static func sayNoMemory(bytes: Int) {
    let amount = bytes < 10_000_000 ? "\(bytes) bytes" : "\(bytes / 1_000_000) MB"
    end("no memory left: the system does not give \(amount) more")
  }

  /// Ends the process where a device fails in the middle of something.
  static func sayDeviceFailed(_ error: any Error) -> Never {
    leaveUnsaid()
    let isMemory = (error as? DeviceError)?.kind == .outOfMemory
    end("\(Device.default): \(error)\(isMemory ? "; a smaller batch or network takes less" : "")")
    // What the device's library would do at an ordinary end is not to be waited for.
    _exit(EXIT_FAILURE)
  }

  /// Ends the process where data go away while they are in use.
  static func sayInputFailed(_ error: InputError) -> Never {
    leaveUnsaid()
    end("\(error)")
    _exit(EXIT_FAILURE)
  }

  private static func end(_ reason: String) {
    AtomicFile.discardUnfinished()
    let parts = [reason, loss.withLockSoon { $0 } ?? nil, files, resumption].compactMap { $0 }
    // A reader that does not read may not keep the process alive.
    var query = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    if poll(&query, 1, 100) == 0 { return }
    // A progress bar may stand in the line.
    if isatty(STDERR_FILENO) == 1 { StandardError.print("") }
    StandardError.print("gumbel: " + parts.joined(separator: "; "))
  }

  /// What was replaced whole is as it was; what is written where it is has perhaps a part.
  private static var files: String {
    let names = AtomicFile.halfWritten.map { $0 == "/dev/stdout" ? "standard output" : $0 }
    if names.isEmpty { return "no file is half-written" }
    return "\(names.joined(separator: " and ")) may be half-written, and no other file is"
  }

  private static var resumption: String? {
    guard let work = kept.withLockSoon({ $0 }) ?? nil else { return nil }
    // A run has its settings before it has anything to go on from.
    return access(work.file, F_OK) == 0
      ? "\(work.name) is as it was last saved, and --resume goes on with it"
      : "nothing of \(work.name) is saved yet, and --resume begins it"
  }
}
