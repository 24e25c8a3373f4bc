import Foundation
import Testing

/// Every mistake is one line that says what, where and what was expected; nothing is overwritten.
@Suite struct MistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    var status: Int32 = 1
    var testDescription: String { arguments.joined(separator: " ") }
  }

  static let files = [
    "empty.txt": "", "one.txt": "a\na\n", "ragged.csv": "x,y\n1,2\n3\n", "good.txt": "a\nb\n",
    "gap.txt": "a\n\nb\n", "quote.csv": "x\n\"a\n",
  ]

  static let mistakes = [
    Mistake(arguments: ["missing.txt"], message: "missing.txt: no such file"),
    Mistake(arguments: ["."], message: ".: is a directory, expected a file"),
    Mistake(arguments: ["empty.txt"], message: "empty.txt: no symbols found"),
    Mistake(arguments: ["one.txt"], message: "needs at least two categories, found only \"a\""),
    Mistake(
      arguments: ["ragged.csv", "--column", "x"],
      message: "ragged.csv, line 3: found 1 field, expected 2"),
    Mistake(
      arguments: ["ragged.csv", "--column", "z"],
      message: "no column \"z\", expected one of \"x\", \"y\""),
    Mistake(
      arguments: ["ragged.csv", "--column", "9"],
      message: "no column \"9\", expected one of \"x\", \"y\""),
    Mistake(arguments: ["quote.csv", "--column", "x"], message: "quote.csv, line 2"),
    Mistake(arguments: ["gap.txt"], message: "gap.txt, line 2"),
    Mistake(
      arguments: ["good.txt", "--categories", "a,c"], message: "good.txt, line 2: found \"b\""),
    Mistake(arguments: ["good.txt", "--delimiter", "ab"], message: "expected one character"),
    Mistake(arguments: ["--column", "x"], message: "--column: describes a stream"),
    Mistake(arguments: ["--epochs", "0"], message: "--epochs 0: expected a whole number from 1"),
    Mistake(arguments: ["--batch-size", "-3"], message: "--batch-size -3: expected"),
    Mistake(arguments: ["--temperature", "0"], message: "--temperature 0: expected"),
    Mistake(arguments: ["--temperature", "nan"], message: "--temperature nan: expected"),
    Mistake(arguments: ["--generator-rate", "inf"], message: "--generator-rate inf: expected"),
    Mistake(arguments: ["--average", "1"], message: "--average 1.0: expected"),
    Mistake(arguments: ["--hidden", "3,x"], message: "--hidden 3,x: expected widths"),
    Mistake(
      arguments: ["--plot", "a.gif"], message: "--plot a.gif: expected a name that ends in",
      status: 64),
    Mistake(arguments: ["--plot-range", "0"], message: "--plot-range 0.0: expected"),
    Mistake(arguments: ["--json", "no/such/place.json"], message: "no/such/place.json"),
    Mistake(arguments: ["--report", "no/such/page.html"], message: "no/such/page.html"),
    Mistake(
      arguments: ["--report", "."], message: "--report .: expected a name that ends in .html",
      status: 64),
    Mistake(arguments: ["--resume"], message: "--resume: expected --checkpoint"),
    Mistake(
      arguments: ["--resume", "--checkpoint", "none"],
      message: "none: does not exist; expected the directory of a run"),
    Mistake(
      arguments: ["--resume", "--checkpoint", "good.txt"],
      message: "good.txt: is a file, in which earlier versions"),
    Mistake(arguments: ["--epochs", "x"], message: "'x' is invalid for '--epochs", status: 64),
    Mistake(arguments: ["--bogus"], message: "Unknown option '--bogus'", status: 64),
  ]

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    let folder = try TemporaryFolder()
    for (name, text) in Self.files { try folder.write(text, to: name) }
    let outputs = ["old.json": "--json", "old.svg": "--plot", "old.html": "--report"]
    var arguments = ["learn", "--quiet"] + mistake.arguments
    for (name, option) in outputs where !mistake.arguments.contains(option) {
      try folder.write("what was there", to: name)
      arguments += [option, name]
    }
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    // What the options alone show is a mistake of usage.
    let isOfUsage =
      mistake.message.hasPrefix("--") || mistake.message == "expected one character"
    #expect(outcome.status == (isOfUsage ? 64 : mistake.status))
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
    for (name, option) in outputs where !mistake.arguments.contains(option) {
      #expect(try folder.read(name) == "what was there")
    }
  }

  @Test func invalidUTF8IsFoundWithItsPlace() throws {
    let folder = try TemporaryFolder()
    try Data([0x61, 0x0A, 0x62, 0xFF, 0x0A]).write(to: folder.url("bytes.txt"))
    let outcome = try Gumbel.run(["learn", "bytes.txt"], in: folder.folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors == "gumbel: bytes.txt, line 2: byte 2 is not valid UTF-8\n")
  }

  @Test func helpAndVersionSucceed() throws {
    for arguments in [
      ["--help"], ["learn", "--help"], ["info", "--help"], ["--version"], ["info"],
    ] {
      let outcome = try Gumbel.run(arguments)
      #expect(outcome.status == 0)
      #expect(outcome.errors == "")
      #expect(!outcome.output.isEmpty)
    }
  }
}
