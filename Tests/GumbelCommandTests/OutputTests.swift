import Foundation
import Testing

/// What is written arrives, or the command says that it did not.
@Suite struct OutputTests {
  /// One of each command that writes without long work, and each way to write.
  private static let writers = [
    "--help", "--version", "help fit", "vae train --help", "--generate-completion-script bash",
    "info", "info --json", "data", "data --json", "fit levels.txt", "fit levels.txt --json -",
    "fit levels.txt --plot -", "fit levels.txt --report -", "sample --probabilities 1,2 --count 9",
    "sample --lines levels.txt", "sample --lines levels.txt --format json",
    "sample --logits 0,1 --output - --format npy", "explore --lesson maxima --output -",
    "explore --lesson maxima --json -", "estimators --problem k3 --draws 1000 -q",
    "estimators --problem k3 --draws 1000 -q --json -", "text grammar arithmetic",
    "text grammar arithmetic --check", "text grammar arithmetic --json -",
    "learn --epochs 1 --rounds 2 -q", "learn --epochs 1 --rounds 2 -q --json -",
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("3.5\n4.25\n3.75\n5.5\n4.5\n6.25\n", to: "levels.txt")
    return folder
  }

  @Test(arguments: writers) func aFullDiskIsSaid(_ arguments: String) throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let folder = try Self.folder()
    let outcome = try Shell.run("gumbel \(arguments) >/dev/full", in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasSuffix(
        "gumbel: cannot write to standard output: No space left on device\n"))
    #expect(outcome.errors.components(separatedBy: "gumbel:").count == 2)
  }

  @Test(arguments: writers) func aClosedOutputIsSaid(_ arguments: String) throws {
    let folder = try Self.folder()
    let outcome = try Shell.run("gumbel \(arguments) >&-", in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasSuffix("gumbel: cannot write to standard output: Bad file descriptor\n"))
  }

  @Test(arguments: writers) func aReaderThatHasGoneIsNoMistake(_ arguments: String) throws {
    let folder = try Self.folder()
    // The reader goes before anything is written.
    let outcome = try Shell.run(
      "mkfifo p; (exec <p) & exec 9>p; wait; gumbel \(arguments) >&9", in: folder.folder)
    #expect(outcome.status == 141)
    #expect(!outcome.errors.contains("gumbel:"))
  }

  @Test func nothingIsLostOnAPipeThatDoesNotBlock() throws {
    let folder = try Self.folder()
    // Perl's parent and child share the description, which is set not to block.
    let outcome = try Shell.run(
      """
      command -v perl >/dev/null || { echo none; exit; }
      gumbel() { perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_NONBLOCK|fcntl(STDOUT, F_GETFL, 0)); \
      exec @ARGV' "$0" "$@"; }
      gumbel sample --probabilities 1,2,3 --count 200000 | { sleep 0.5; wc -l; }
      gumbel text grammar arithmetic --count 100000 | { sleep 0.5; wc -l; }
      """, in: folder.folder)
    #expect(["none\n", "200000\n100000\n"].contains(outcome.output.replacing(" ", with: "")))
  }

  @Test func aBrokenStandardErrorStopsNoTraining() throws {
    let folder = try Self.folder()
    let outcome = try Shell.run(
      """
      mkfifo p; (exec <p) & exec 9>p; wait
      gumbel learn --epochs 3 --rounds 2 --json a.json 2>&9 >/dev/null
      gumbel text train --grammar arithmetic --count 50 --hidden 4 --epochs 1 --samples 20 \
        --json b.json 2>&9 >/dev/null
      gumbel learn --epochs 3 --rounds 2 --json c.json 2>&- >/dev/null
      """, in: folder.folder)
    #expect(outcome.status == 0)
    for name in ["a.json", "b.json", "c.json"] { #expect(try folder.read(name).hasSuffix("}\n")) }
  }

  /// A file that is opened does not become standard output or standard error.
  @Test func closedDescriptorsAreNotTakenByFiles() throws {
    let folder = try Self.folder()
    let outcome = try Shell.run(
      """
      gumbel text train --grammar arithmetic --count 50 --hidden 4 --epochs 1 --samples 20 \
        --checkpoint run <&- >&- 2>&-
      grep -vc '^{' run/metrics.jsonl
      """, in: folder.folder)
    #expect(outcome.output == "0\n")
  }

  @Test func aDashIsStandardOutput() throws {
    let folder = try Self.folder()
    let starts = [
      ("fit levels.txt --json -", "{"), ("fit levels.txt --plot -", "<svg"),
      ("fit levels.txt --report -", "<!DOCTYPE html>"), ("sample --logits 0,1 -o -", ""),
      ("explore --lesson maxima -o -", "<!DOCTYPE html>"),
      ("explore --lesson maxima --plot -", "<svg"), ("data --json -", "{"), ("info --json", "{"),
    ]
    for (arguments, start) in starts {
      let outcome = try Shell.run("gumbel \(arguments)", in: folder.folder)
      #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
      #expect(outcome.output.hasPrefix(start), "\(arguments)")
      // Nothing else is mixed in.
      if start == "{" { #expect(outcome.output.split(separator: "\n").count == 1) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.folder.path).count == 1)
    let both = try Shell.run("gumbel fit levels.txt --json - --plot -", in: folder.folder)
    #expect(both.status == 64)
    #expect(
      both.errors.contains("--json - and --plot -: expected one of them to go to standard output"))
  }

  /// What a file says is shown, and no terminal obeys it.
  @Test func controlCharactersOfFilesAreShown() throws {
    let folder = try Self.folder()
    // An escape that clears the screen, a C1 one, a bell and an override of direction.
    let evil = "\u{1B}[2J\u{9B}31m\u{7}\u{202E}x"
    try folder.write("\(evil),other\n1,2\n2,3\n4,3\n5,6\n", to: "evil.csv")
    try folder.write("\(evil)\nb\n\(evil)\nb\n", to: "evil.txt")
    try folder.write("S -> '\(evil)' | 'a'\n", to: "evil.grammar")
    let lines = [
      "fit evil.csv --column 1 --no-header", "fit evil.csv --column 1 --header",
      "fit evil.csv --column 1 --header --json -", "fit evil.csv --column z --header",
      "fit '\(evil)'", "learn evil.txt --epochs 1 --rounds 2 -q",
      "learn evil.txt --epochs 1 --rounds 2 -q --json -", "learn evil.csv --column z",
      "text grammar evil.grammar --check", "text grammar evil.grammar --json -", "fit --\(evil)",
      "'\(evil)'", "sample --logits '1,\(evil)'", "data '\(evil)'",
      "text train evil.txt --hidden 4 --epochs 1 --samples 4 --batch-size 1 -q",
    ]
    for line in lines {
      let outcome = try Shell.run("gumbel \(line)", in: folder.folder)
      for text in [outcome.output, outcome.errors] {
        let found = text.unicodeScalars.filter {
          $0 != "\n" && [.control, .format].contains($0.properties.generalCategory)
        }
        #expect(found.isEmpty, "\(line): \(text.debugDescription)")
      }
    }
  }

  /// As nobody, whom permissions bind, where the tests run as root and the command can be reached.
  @Test func aWritableFileInAFolderThatIsNot() throws {
    let folder = try Self.folder()
    let outcome = try Shell.run(
      """
      cp "$0" gumbel-here; chmod 755 . gumbel-here
      mkdir locked; printf 'what was there, which is longer' >locked/file
      chmod 666 locked/file; chmod 555 locked
      as=; [ "$(id -u)" != 0 ] || as='setpriv --reuid=65534 --regid=65534 --clear-groups'
      $as ./gumbel-here --version >/dev/null 2>&1 && ! $as touch locked/new 2>/dev/null ||
        { echo none; exit; }
      $as ./gumbel-here sample --probabilities 1,0 --count 3 -o locked/file
      echo $?; cat locked/file; ls -A locked
      $as ./gumbel-here sample --probabilities 1,0 --count 3 -o locked/other; echo $?
      chmod 755 locked
      """, in: folder.folder)
    if outcome.output == "none\n" { return }
    #expect(outcome.output == "0\n0\n0\n0\nfile\n1\n")
    #expect(outcome.errorLines.count == 2, "\(outcome.errors)")
    #expect(
      outcome.errorLines.first
        == "gumbel: locked/file: cannot be replaced, so it is written in place")
  }

  /// Where the system lets a test mount.
  @Test func aFileThatIsMountedByItself() throws {
    let folder = try Self.folder()
    let outcome = try Shell.run(
      """
      printf old >outside; printf old >inside
      unshare -m true 2>/dev/null || { echo none; exit; }
      unshare -m sh -c 'mount --bind outside inside || { echo none; exit; }
      "$0" sample --probabilities 1,0 --count 3 -o inside; echo $?' "$0" 2>errors
      cat outside; ls -A; cat errors >&2
      """, in: folder.folder)
    if outcome.output.contains("none") { return }
    #expect(outcome.output == "0\n0\n0\n0\nerrors\ninside\nlevels.txt\noutside\n")
    #expect(outcome.errors == "gumbel: inside: cannot be replaced, so it is written in place\n")
  }
}
