import Foundation
import Testing

/// What bash proposes, asked as it asks: by the script that the command generates, which calls the
/// command itself for names. Those for zsh and fish make the same calls.
@Suite struct CompletionTests {
  /// A line with the cursor at its end, and what is proposed for its last word.
  static let lines: [(line: String, proposals: [String])] = [
    ("gumbel f", ["fit"]),
    ("gumbel vae t", ["train"]),
    ("gumbel fit --meth", ["--method"]),
    ("gumbel fit x.csv --method m", ["mle", "moments"]),
    ("gumbel fit x.csv --interval ", ["bootstrap", "profile", "wald"]),
    ("gumbel fit x.csv --block-unit w", ["water-year"]),
    ("gumbel sample --method in", ["inverse"]),
    ("gumbel sample --format j", ["json"]),
    ("gumbel learn --preset r", ["robust"]),
    ("gumbel vae train mnist-5", ["mnist-5k"]),
    ("gumbel vae train x --estimator rein", ["reinmax"]),
    ("gumbel vae compare x --task s", ["structured"]),
    ("gumbel vae evaluate fash", ["fashion-mnist"]),
    ("gumbel text train wor", ["words"]),
    ("gumbel text train --grammar ex", ["expressions"]),
    ("gumbel text train --model l", ["lstm"]),
    ("gumbel text train --objective g", ["gan"]),
    ("gumbel text train --penalty s", ["spectral"]),
    ("gumbel text grammar ari", ["arithmetic"]),
    ("gumbel text grammar x --sampling balanced-", ["balanced-lengths"]),
    ("gumbel estimators --problem k", ["k3"]),
    ("gumbel explore --lesson n", ["noise"]),
    ("gumbel data lev", ["levels.csv"]),
    ("gumbel data nested/", ["nested/deep.csv"]),
    ("gumbel fit lev", ["levels.csv"]),
    ("gumbel text grammar lev", ["levels.csv"]),
  ]

  private static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("1\n", to: "levels.csv")
    try FileManager.default.createDirectory(
      at: folder.url("nested"), withIntermediateDirectories: true)
    try folder.write("1\n", to: "nested/deep.csv")
    return folder
  }

  private static func proposals(_ script: String, in folder: TemporaryFolder) throws -> [String] {
    let outcome = try Shell.run(script, in: folder.folder)
    #expect(outcome.errors.isEmpty, "\(outcome.errors)")
    return outcome.output.split(separator: "\n").map(String.init).sorted()
  }

  @Test(arguments: lines) func bash(_ line: String, _ expected: [String]) throws {
    // As readline does with a line: its words, the one with the cursor, and the function's call.
    let script = """
      PATH="${0%/*}:$PATH"; unset -f gumbel
      eval "$(gumbel --generate-completion-script bash)"
      COMP_LINE='\(line)'; COMP_POINT=${#COMP_LINE}
      read -ra COMP_WORDS <<<"$COMP_LINE"
      [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      COMPREPLY=()
      _gumbel gumbel "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
      ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
      """
    #expect(try Self.proposals(script, in: Self.folder()) == expected, "\(line)")
  }
}
