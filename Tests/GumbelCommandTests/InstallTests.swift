import ArgumentParser
import Foundation
import Testing

@testable import GumbelCommand

/// What script/install puts below a directory, and takes away again.
@Suite struct InstallTests {
  private static let script = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("script/install").path

  private static func install(_ options: String, in folder: TemporaryFolder) throws
    -> Gumbel.Outcome
  {
    try Shell.run(
      "GUMBEL_BINARY=\"$0\" '\(script)' --prefix \"$PWD/prefix\" \(options)", in: folder.folder)
  }

  private static func has(_ tool: String) throws -> Bool {
    try Shell.run("command -v \(tool)").status == 0
  }

  /// The words of every command and of all below it, joined as the names of man pages are.
  private static func names(
    _ command: any ParsableCommand.Type, after words: [String] = []
  ) -> [String] {
    let words = words + [command.configuration.commandName!]
    return [words.joined(separator: "-")]
      + command.configuration.subcommands.flatMap { names($0, after: words) }
  }

  @Test func `what is installed is there and goes`() throws {
    let folder = try TemporaryFolder()
    let outcome = try Self.install("", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let version = try Shell.run("prefix/bin/gumbel --version", in: folder.folder)
    #expect(version.output == "\(GumbelCommand.configuration.version)\n")

    let removal = try Self.install("--uninstall", in: folder)
    #expect(removal.status == 0, "\(removal.errors)")
    let left = try Shell.run("find prefix -type f", in: folder.folder)
    #expect(left.output == "")
  }

  /// Bash finds the file by the command's name, and knows from it what to call.
  @Test func `completions work where they are put`() throws {
    let folder = try TemporaryFolder()
    _ = try Self.install("", in: folder)
    let outcome = try Shell.run(
      """
      unset -f gumbel
      PATH=$PWD/prefix/bin:$PATH
      . prefix/share/bash-completion/completions/gumbel
      read -ra words <<<"$(complete -p gumbel)"
      COMP_LINE='gumbel va' COMP_POINT=9 COMP_WORDS=(gumbel va) COMP_CWORD=1
      for ((i = 0; i < ${#words[@]}; i++)); do
        [[ ${words[i]} != -F ]] || "${words[i + 1]}" gumbel va gumbel
      done
      echo "${COMPREPLY[*]}"
      """, in: folder.folder)
    #expect(outcome.output == "vae\n", "\(outcome.errors)")
    for (shell, file) in [
      ("zsh -n", "zsh/site-functions/_gumbel"),
      ("fish --no-execute", "fish/vendor_completions.d/gumbel.fish"),
    ] {
      #expect(folder.holds("prefix/share/\(file)"))
      guard try Self.has(String(shell.prefix { $0 != " " })) else { continue }
      let check = try Shell.run("\(shell) prefix/share/\(file)", in: folder.folder)
      #expect(check.status == 0 && check.errors.isEmpty, "\(check.errors)")
    }
  }

  /// Each command has a page, in which no formatter finds a fault, and which says what its help says.
  @Test func `every command has a man page`() throws {
    guard try Self.has("python3") else { return }
    let folder = try TemporaryFolder()
    _ = try Self.install("", in: folder)
    let pages = folder.url("prefix/share/man/man1")
    let found = try FileManager.default.contentsOfDirectory(atPath: pages.path).sorted()
    #expect(found == Self.names(GumbelCommand.self).map { $0 + ".1" }.sorted())
    for formatter in ["groff -man -Tutf8 -ww -P-c", "mandoc -T utf8 -W warning"]
    where try Self.has(String(formatter.prefix { $0 != " " })) {
      for page in found {
        let outcome = try Shell.run("\(formatter) \(page) | sed 's/.\\x08//g'", in: pages)
        #expect(outcome.errors.isEmpty, "\(formatter) \(page): \(outcome.errors)")
        let words = page.dropLast(2).split(separator: "-").map(String.init)
        #expect(outcome.output.contains(words.joined(separator: " ")), "\(page)")
      }
    }
    let train = try String(
      contentsOf: pages.appendingPathComponent("gumbel-vae-train.1"), encoding: .utf8)
    for part in [".SH EXAMPLES", "\\-\\-batch\\-size", "\\-\\-resume", "gumbel\\-vae\\fR(1)"] {
      #expect(train.contains(part), "\(part)")
    }
  }
}
