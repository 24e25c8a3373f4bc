import Foundation
import Testing

/// All commands against what a system can refuse: each says so in one line and with a status that is
/// neither success nor a crash, and what existed is as it was.
@Suite struct FaultMatrixTests {
  @Test func everyCommandIsTried() throws {
    struct Command: Decodable {
      let commandName: String
      let subcommands: [Command]?

      func leaves(below path: [String]) -> [[String]] {
        guard let subcommands, !subcommands.isEmpty else { return [path] }
        return subcommands.filter { $0.commandName != "help" }
          .flatMap { $0.leaves(below: path + [$0.commandName]) }
      }
    }
    struct Dump: Decodable { let command: Command }
    let dump = try decoded(Dump.self, Gumbel.run(["--experimental-dump-help"]).output)
    let commands = dump.command.leaves(below: [])
    #expect(commands.count >= 17)
    for command in commands {
      #expect(
        FaultLine.all.contains { $0.words.starts(with: command) && !$0.text.hasSuffix("--help") },
        "\(command.joined(separator: " ")) is missing in FaultLine.all")
    }
  }

  /// What the list says of the lines is true.
  @Test(arguments: FaultLine.all) func nothingIsWrong(_ line: FaultLine) throws {
    let folder = try FaultMatrix.folder(for: line)
    let before = Set(try folder.names())
    let outcome = try FaultMatrix.run(line.words, by: #"exec "$@""#, in: folder)
    try expectWorks(line, outcome, in: folder, "\(line.text)")
    #expect(
      Set(try folder.names()).subtracting(before) == Set(line.writes).subtracting(before),
      "\(line.text)")
  }

  @Test(arguments: Fault.all, FaultLine.all) func nothingIsLost(
    _ fault: Fault, _ line: FaultLine
  ) throws {
    let paths: [String?]
    switch fault.place {
    case .read: paths = line.reads
    case .written: paths = line.writes
    case .standardOutput: paths = line.prints ? [nil] : []
    case .anywhere: paths = [nil]
    }
    for path in paths {
      let folder = try FaultMatrix.folder(for: line)
      let outcome = try FaultMatrix.run(
        line.words, by: fault.script, in: folder, path: path ?? "")
      if outcome.status == 77 { return }
      let comment: Comment =
        "\(fault.name), \(line.text), \(path ?? ""): \(outcome.status) \(outcome.errors)"
      switch fault.end {
      case .works: try expectWorks(line, outcome, in: folder, comment)
      case .refused: expectRefusal(outcome, comment)
      case .refusedOrWorks: if outcome.status != 0 { expectRefusal(outcome, comment) }
      case .brokenPipe:
        #expect(outcome.status == 141, comment)
        #expect(!outcome.errors.contains("gumbel:"), comment)
      }
      try FaultMatrix.expectNothingLost(line, in: folder, without: path, comment)
    }
  }

  /// The lines of a shuffle take whatever memory there is; what they are is then given up, and said.
  @Test(.enabled(if: Sanitizer.current == nil)) func linesThatDoNotFitAreRefused() throws {
    let folder = try TemporaryFolder()
    let outcome = try FaultMatrix.run(
      ["sample", "--lines", "-", "--count", "1000000000"],
      by: #"seq 100000000 2> /dev/null | ( ulimit -v "$((LEAST + 100000))"; exec "$@" )"#,
      in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors.wholeMatch(
        of:
          /gumbel: standard input: the lines drawn so far take \d{7,9} bytes, and there is no memory for more\n/
      ) != nil, "\(outcome.errors)")
  }

  private func expectRefusal(_ outcome: Gumbel.Outcome, _ comment: Comment) {
    #expect([1, 64].contains(outcome.status), comment)
    // Notes on what was read may precede; the failure is the last line and is told once.
    #expect(outcome.errorLines.last?.hasPrefix("gumbel: ") == true, comment)
    #expect(outcome.errorLines.count { $0.hasPrefix("gumbel: ") } == 1, comment)
  }

  private func expectWorks(
    _ line: FaultLine, _ outcome: Gumbel.Outcome, in folder: TemporaryFolder, _ comment: Comment
  ) throws {
    #expect(outcome.status == 0, comment)
    #expect(outcome.output.isEmpty == !line.prints, comment)
    for name in line.writes {
      #expect(FaultMatrix.isWhole(name, in: folder), "\(name), \(comment)")
    }
  }
}
