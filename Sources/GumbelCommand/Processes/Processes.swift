import ArgumentParser
import GumbelCLibrary
import GumbelFiles
import SwiftGumbel

/// A command whose work several processes share, rather than each do its own.
protocol WorkSharingCommand: ParsableCommand {}

/// The processes of one call of the command: this one, or those that a launcher such as `mpirun` has
/// started to share the work.
enum Processes {
  private static let joined = Locked(Communicator.single)

  /// Whether this thread works for its process alone, as where whole trainings are shared.
  @TaskLocal static var isAlone = false

  /// All that share the work; one until ``join(_:)``.
  static var group: Communicator { isAlone ? .single : joined.withLock { $0 } }

  /// Whether this process is the one that writes, prints and shows how far the work is.
  static var isFirst: Bool { group.rank == 0 }

  /// Finds the other processes, for a command that shares its work. What only the first one does is to be
  /// asked for from here on.
  ///
  /// - Parameter command: which all have to be, such as `gumbel vae train`.
  /// - Throws: ``CommunicationError`` where there is a launcher, and no MPI; ``CommandFailure`` where
  ///   processes are of other commands or versions.
  static func join(_ command: String) throws {
    let group = try Communicator.launched()
    joined.withLock { $0 = group }
    if group.count == 1 { return }
    let facts = [
      ("the command", command), ("the version", GumbelCommand.version),
      ("the program", String(programDigest, radix: 16)),
    ]
    for (name, value) in facts {
      let all = group.gather(digest(value))
      if let other = all.firstIndex(where: { $0 != all[0] }) {
        throw CommandFailure(
          "processes 0 and \(other) differ in \(name); expected one command of one build in all")
      }
    }
    guard group.rank > 0 else { return }
    // What is printed is the first one's.
    let nowhere = open("/dev/null", O_WRONLY)
    if nowhere >= 0 {
      dup2(nowhere, STDOUT_FILENO)
      close(nowhere)
    }
  }

  /// What the first process makes, or nil, in all of them.
  ///
  /// - Parameter make: called in the first process alone.
  static func fromFirst(_ make: () throws -> String?) throws -> String? {
    let group = group
    if group.count == 1 { return try make() }
    // The first byte says whether there is something.
    var own: [UInt8] = []
    if group.rank == 0 {
      let text = try make()
      own = [text == nil ? 0 : 1] + Array((text ?? "").utf8)
    }
    let bytes = group.broadcast(own)
    return bytes.first == 1 ? String(decoding: bytes.dropFirst(), as: UTF8.self) : nil
  }

  /// What each process makes, in the order of their numbers, in all of them.
  static func gather(_ text: String) -> [String] {
    let group = group
    return (0..<group.count).map { root in
      String(decoding: group.broadcast(Array(text.utf8), from: root), as: UTF8.self)
    }
  }

  /// Whether one of the processes was asked to stop, as far as all know it.
  static var isStopAgreed: Bool {
    let group = group
    if group.count == 1 { return Interruption.isRequested }
    group.noteStop(Interruption.isRequested)
    return group.isStopAgreed
  }

  /// Waits for the others; to be called once, before the process ends by itself.
  ///
  /// - Parameter status: With which it ends.
  static func leave(status: Int32) { group.finalize(orExitWith: status) }

  // MARK: - Mistakes

  /// How a message begins in one of several processes; nothing in a process alone.
  static var prefix: String {
    guard let launcher else { return "" }
    return "process \(launcher.rank) of \(launcher.count): "
  }

  /// Says what went wrong in this process, for all where all meet it: the others let the first one speak,
  /// whose end is theirs.
  static func say(_ mistake: String) {
    if let launcher, launcher.rank > 0 {
      for _ in 0..<40 {
        // It has ended, and the launcher asks this one to.
        if Interruption.isRequested { return }
        usleep(100_000)
      }
    }
    StandardError.print("gumbel: " + prefix + mistake)
  }

  /// Ends all processes after a mistake in this one; returns where it is alone.
  ///
  /// - Parameter arguments: of this process. Others may wait in a command that shares its work, also where
  ///   this one has not come so far.
  static func abort(status: Int32, _ arguments: [String]) {
    var group = group
    if group.count == 1, launcher != nil,
      CommandPath.command(arguments) is any WorkSharingCommand.Type,
      let others = try? Communicator.launched()
    {
      group = others
    }
    if group.count == 1 { return }
    // Launchers pass on what processes write, and end before they have where they are told to end.
    usleep(300_000)
    group.abort(status: status)
  }

  /// The launcher of several processes.
  private static var launcher: MPILauncher? {
    guard let launcher = Communicator.launcher, launcher.count > 1 else { return nil }
    return launcher
  }

  private static func digest(_ text: String) -> UInt64 {
    var hash = Fingerprint()
    Array(text.utf8).withUnsafeBytes { hash.add($0) }
    return hash.value
  }

  /// Of the bytes of the program; of none where it cannot be read.
  private static var programDigest: UInt64 {
    var hash = Fingerprint()
    let file = open("/proc/self/exe", O_RDONLY)
    guard file >= 0 else { return hash.value }
    defer { close(file) }
    withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 8) { buffer in
      while case let count = read(file, buffer.baseAddress, buffer.count), count > 0 {
        hash.add(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      }
    }
    return hash.value
  }
}
