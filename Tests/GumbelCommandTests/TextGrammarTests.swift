import Foundation
import Testing

@Suite struct TextGrammarTests {
  @Test func balancedStrings() throws {
    let arguments = ["text", "grammar", "arithmetic", "--count", "60", "--balanced", "--seed", "3"]
    let outcome = try Gumbel.run(arguments)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 60)
    var counts = [Int](repeating: 0, count: 13)
    for line in lines { counts[line.utf8.count] += 1 }
    #expect(counts == [0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0])
    // What a built-in grammar is meant to be is no warning.
    #expect(outcome.errors == "")
    let again = try Gumbel.run(arguments)
    #expect(again.output == outcome.output)
  }

  @Test func warnings() throws {
    let outcome = try Gumbel.run(
      ["text", "grammar", "-", "--count", "1", "--max-length", "1"], input: "S -> 'x' | S '+' S [3]"
    )
    #expect(outcome.output == "x\n")
    #expect(
      outcome.errors.hasSuffix(
        "line 1: rewriting at random ends with probability 0.333333; "
          + "strings are drawn given that it does\n"))
  }

  @Test func controlCharactersAreShown() throws {
    let outcome = try Gumbel.run(
      ["text", "grammar", "-", "--check"], input: "S -> 'a' | '\\u{1b}' | '\\u{202e}'")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("3 characters: \\u{1b}a\\u{202e}\n"))
  }

  @Test func aCheck() throws {
    let outcome = try Gumbel.run(
      ["text", "grammar", "-", "--check", "--max-length", "4"],
      input: """
        S -> '(' S ')' | 'x' [3]
        A -> 'a'
        """)
    #expect(outcome.status == 0)
    #expect(
      outcome.output == """
        grammar    standard input
        size       2 symbols, 3 productions
        alphabet   3 characters: ()x
        rewriting  ends with probability 1
        strings    2 of at most 4 characters
        warnings   line 2: A is never reached from the start

        length  strings  part
        1             1  80 %
        3             1  20 %

        """)
  }

  @Test func json() throws {
    let outcome = try Gumbel.run(
      ["text", "grammar", "expressions", "--count", "3", "--max-length", "5", "--json", "-"])
    #expect(outcome.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect((object?["samples"] as? [String])?.count == 3)
    #expect(object?["strings"] as? Int == 2 + 18 + 178)
    #expect((object?["lengths"] as? [[String: Any]])?.count == 3)
  }

  @Test func mistakes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("S -> S '+' S\n  | X\n", to: "mine.grammar")
    let mistakes: [([String], String)] = [
      (
        [path],
        "\(path), line 2: column 5: X has no productions; "
          + "expected some, or a character in quotes: 'X'"
      ),
      (
        ["no-such"],
        "no-such: no such file, and no grammar of this name; "
          + "the grammars are \"arithmetic\", \"expressions\""
      ),
      (
        ["arithmetic", "--max-length", "0"],
        "arithmetic: no string of at most 0 characters"
      ),
      (
        ["arithmetic", "--max-length", "1001"],
        "--max-length 1001: expected a whole number from 0 to 1000"
      ),
      (["arithmetic", "--count", "-1"], "--count -1: expected a whole number from 0 to 100000000"),
      (
        ["arithmetic", "--balanced", "--sampling", "balanced-lengths"],
        "--balanced: not with --sampling balanced-lengths, expected one of both"
      ),
    ]
    for (arguments, message) in mistakes {
      let outcome = try Gumbel.run(["text", "grammar"] + arguments)
      #expect(outcome.status != 0)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.hasPrefix("gumbel: \(message)"), "\(outcome.errors)")
      #expect(outcome.output == "")
    }
  }
}
