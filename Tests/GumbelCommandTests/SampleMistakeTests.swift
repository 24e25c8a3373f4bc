import Foundation
import Testing

/// Mistakes in the use of `gumbel sample` and `gumbel explore`: one line, and nothing is written.
@Suite struct SampleMistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    let message: String
    var status: Int32 = 1
    var testDescription: String { arguments.joined(separator: " ") }

    /// A mistake in usage.
    static func usage(_ arguments: [String], _ message: String) -> Mistake {
      Mistake(arguments: ["sample"] + arguments, message: message, status: 64)
    }

    /// A mistake in what is read or written.
    static func data(_ arguments: [String], _ message: String) -> Mistake {
      Mistake(arguments: ["sample"] + arguments, message: message)
    }
  }

  static let files = [
    "empty.txt": "", "bad.txt": "1\nx\n", "ragged.csv": "1,2\n3\n", "zero.csv": "1,1\n0,0\n",
    "names.txt": "a\nb\n", "negative.csv": "1,1\n1,-1\n", "cut.npy": "\u{01}NUMPY",
    "lines.csv": "x,w\na,1\nb,-1\n",
    "quote.csv": "a,b\n\"x,1\n",
  ]

  static let mistakes: [Mistake] = [
    .usage(
      [], "nothing to draw from: expected one of --logits, --probabilities, --lines and --merge"),
    .usage(
      ["--logits", "1", "--probabilities", "1"], "--logits and --probabilities: expected one"),
    .usage(["--logits", "1", "--lines", "x"], "--logits and --lines: expected one of"),
    .usage(["--logits", "1,2", "--count", "-1"], "--count -1: expected a whole number from 0"),
    .usage(["--logits", "1,2", "--seed", "-1"], "from 0 to 18446744073709551615"),
    .usage(["--lines", "-", "-"], "-: standard input is given more than once"),
    .usage(["--logits", "1,2", "names.txt"], "names.txt: there may be several files of --lines"),
    .usage(["--lines", "names.txt", "--merge", "a.state"], "--lines and --merge: expected one of"),
    .usage(["--logits", "1,2", "--key", "1"], "--key: describes a part of the lines"),
    .usage(["--logits", "1,2", "--state", "s"], "--state: describes a part of the lines"),
    .usage(["--lines", "names.txt", "--lines-before", "3"], "it with --state or --fraction"),
    .usage(
      ["--lines", "names.txt", "--lines-before", "3", "--key", "0", "--state", "s"],
      "--key and --lines-before: expected only one of them"),
    .usage(
      ["--lines", "names.txt", "--lines-before", "-3", "--state", "s"],
      "--lines-before -3: expected a whole number from 0"),
    .usage(
      ["--lines", "lines.csv", "--weights", "w", "--skip-missing", "--state", "s"],
      "--skip-missing and --state: rows that are left out have no place"),
    .usage(
      ["--lines", "names.txt", "--state", "s", "--output", "o"], "--state and --output: expected"),
    .usage(["--lines", "names.txt", "--no-table", "--key", "1"], "--no-table and --key"),
    .usage(["--lines", "names.txt", "--no-table", "--group-by", "1"], "--no-table and --group-by"),
    .usage(
      ["--lines", "names.txt", "--replacement", "--fraction", "0.1"],
      "--replacement and --fraction: expected only one of them"),
    .usage(
      ["--lines", "names.txt", "--group-by", "1", "--split", "a=1"],
      "--group-by and --split: expected"),
    .usage(["--lines", "names.txt", "--group-by", ""], "--group-by: expected a column's name"),
    .usage(
      ["--lines", "names.txt", "--fraction", "1.5"], "--fraction 1.5: expected a number from 0"),
    .usage(
      ["--lines", "names.txt", "--fraction", "nan"], "--fraction nan: expected a number from 0"),
    .usage(["--lines", "names.txt", "--fraction", "0.1", "-c", "3"], "--fraction and --count"),
    .usage(
      ["--lines", "names.txt", "--fraction", "0.1", "--weights", "1"], "--fraction and --weights"),
    .usage(
      ["--lines", "names.txt", "--fraction", "0.1", "--state", "s"],
      "--fraction and --state: what is drawn of parts is put together as it is"),
    .usage(["--lines", "names.txt", "--replacement", "--state", "s"], "--replacement and --state"),
    .usage(["--lines", "names.txt", "--group-by", "1", "--state", "s"], "--group-by and --state"),
    .usage(
      ["--lines", "names.txt", "--original-order", "--state", "s"],
      "--original-order and --state: expected it where states are merged"),
    .usage(["--lines", "names.txt", "--replacement", "--key", "1"], "--replacement and --key"),
    .usage(
      ["--lines", "names.txt", "--replacement", "--count", "2147483647"],
      "--count 2147483647: expected a whole number from 0 to 2147483646"),
    .usage(
      ["--lines", "names.txt", "--key", "0", "--inclusion-probabilities"],
      "--inclusion-probabilities and --key"),
    .usage(["--lines", "names.txt", "--split", "a"], "--split: found \"a\", expected a path, ="),
    .usage(["--lines", "names.txt", "--split", "=1"], "--split: found \"=1\", expected a path"),
    .usage(["--lines", "names.txt", "--split", "a=1,b=x"], "--split: found \"b=x\""),
    .usage(["--lines", "names.txt", "--split", "a=1,"], "--split: found \"\""),
    .usage(["--lines", "names.txt", "--split", "a=0.5,-=0.5"], "--split -: expected a path"),
    .usage(
      ["--lines", "names.txt", "--split", "a=0.5,b=0.4"],
      "--split: the parts add up to 0.9, expected"),
    .usage(
      ["--lines", "names.txt", "--split", "a=0.5,a.txt=0.5"], "--split: a.txt comes twice"),
    .usage(
      ["--lines", "names.txt", "--split", "a=0.5,names=0.5"], "--split: names.txt is read as well"),
    .usage(["--lines", "names.txt", "--split", "a=1"], "--split and --output: expected only one"),
    .usage(
      ["--lines", "names.txt", "--split", "a=1", "--inclusion-probabilities"],
      "--split and --inclusion-probabilities"),
    .usage(["--lines", "names.txt", "-z", "--weights", "1"], "--zero-terminated and --weights"),
    .usage(["--lines", "names.txt", "-z", "--key", "1"], "--zero-terminated and --key"),
    .usage(["--lines", "names.txt", "-z", "--table"], "--zero-terminated and --table"),
    .usage(
      ["--lines", "names.txt", "-z", "--skip-rows", "2"], "--zero-terminated and --skip-rows"),
    .usage(["--logits", "1,2", "--fraction", "0.5"], "--fraction: says how lines are drawn"),
    .usage(["--logits", "1,2", "--original-order"], "--original-order: says how lines are drawn"),
    .usage(["--merge", "a.state", "--replacement"], "--replacement: says how lines are drawn"),
    .usage(["--merge", "a.state", "-z"], "--zero-terminated: the states say what ends lines"),
    .data(
      ["--lines", "empty.txt", "--replacement"],
      "empty.txt: no lines to draw from, expected at least one of a weight above 0"),
    .data(["--lines", "lines.csv", "--group-by", "z"], "no column \"z\", expected one of"),
    .data(
      ["--lines", "ragged.csv", "--no-header", "--fraction", "0.5", "--key", "2"],
      "ragged.csv, line 2"),
    .usage(["--merge", "a.state", "--count", "3"], "--count: the states say how they are drawn"),
    .usage(["--merge", "a.state", "--seed", "3"], "--seed: the states say how they are drawn"),
    .usage(["--merge", "a.state", "--key", "3"], "--key: describes a part of the lines"),
    .usage(["--merge", "a.state", "--weights", "w"], "--weights: describes a table of lines"),
    .usage(["--merge", "a.state", "--relaxed"], "--relaxed: lines are drawn as they are"),
    .data(["--merge", "names.txt"], "names.txt: is not the state of a sample"),
    .data(["--merge", "empty.txt"], "empty.txt: holds nothing, expected the state of a sample"),
    .data(["--merge", "missing.txt"], "missing.txt: no such file"),
    .data(["--lines", "names.txt", "missing.txt"], "missing.txt: no such file"),
    .usage(["--lines", "names.txt", "--no-table", "--weights", "1"], "--no-table and --weights"),
    .data(
      ["--lines", "quote.csv"],
      "quote.csv, line 2: the quote opened at byte 1 is not closed; --no-table"),
    .usage(["--logits", "1,2", "--count", "x"], "'x' is invalid for '--count"),
    .usage(["--logits", "1,2", "--method", "best"], "'best' is invalid for '--method"),
    .usage(["--logits", "1,2", "--format", "xml"], "'xml' is invalid for '--format"),
    .usage(["--logits", "1,2", "--temperature", "0"], "its limit is --greedy"),
    .usage(
      ["--logits", "1,2", "--temperature", "-1"], "--temperature -1.0: expected a number above"),
    .usage(
      ["--logits", "1,2", "--relaxed", "--temperature", "nan"], "--temperature nan: expected"),
    .usage(
      ["--logits", "1,2", "--relaxed", "--temperature", "-1"], "expected a number of at least 0"),
    .usage(["--logits", "1,2", "--top-k", "0"], "--top-k 0: expected a whole number above 0"),
    .usage(
      ["--logits", "1,2", "--top-p", "0"], "--top-p 0.0: expected a number above 0 and up to 1"),
    .usage(["--logits", "1,2", "--top-p", "1.5"], "--top-p 1.5: expected"),
    .usage(["--logits", "1,2", "--min-p", "-0.1"], "--min-p -0.1: expected a number from 0 to 1"),
    .usage(
      ["--logits", "1,2", "--typical-p", "0"],
      "--typical-p 0.0: expected a number above 0 and up to 1"),
    .usage(
      ["--logits", "1,2", "--top-n-sigma", "-1"], "--top-n-sigma -1.0: expected a number above 0"),
    .usage(["--logits", "1,2", "--greedy", "--typical-p", "1"], "--greedy and --typical-p"),
    .usage(["--logits", "1,2", "--without-replacement", "0"], "--without-replacement 0: expected"),
    .usage(
      ["--logits", "1,2", "--relaxed", "--straight-through"], "--relaxed and --straight-through"),
    .usage(
      ["--logits", "1,2", "--relaxed", "--method", "alias"], "--relaxed and --method: expected"),
    .usage(["--logits", "1,2", "--relaxed", "--top-k", "1"], "--relaxed and --top-k: expected"),
    .usage(["--logits", "1,2", "--greedy", "--temperature", "1"], "--greedy and --temperature"),
    .usage(
      ["--logits", "1,2", "--without-replacement", "1", "--method", "alias"],
      "--without-replacement and --method"),
    .usage(["--logits", "1,2", "--weights", "w"], "--weights: describes a table of lines"),
    .usage(["--logits", "1,2", "--delimiter", "tab"], "--delimiter: describes a table of lines"),
    .usage(["--lines", "names.txt", "--relaxed"], "--relaxed: lines are drawn as they are"),
    .usage(["--lines", "names.txt", "--names", "a,b"], "--names: names classes"),
    .usage(["--lines", "names.txt", "--format", "npy"], "expected text or json"),
    .usage(["--logits", "1,2", "--names", "a,b", "--format", "npy"], "holds numbers alone"),
    .usage(["--logits", "1,2", "--bogus"], "Unknown option '--bogus'"),

    .data(["--logits", "missing.txt"], "missing.txt: no such file"),
    .data(["--logits", "."], ".: is a directory, expected a file"),
    .data(["--logits", "empty.txt"], "empty.txt: no numbers found"),
    .data(["--logits", "bad.txt"], "bad.txt, line 2: entry 1 is \"x\", expected a number"),
    .data(["--logits", "1,x"], "--logits: entry 2 is \"x\", expected a number"),
    .data(["--logits", "1,,2"], "--logits: entry 2 is empty, expected a number"),
    .data(["--logits", "ragged.csv"], "ragged.csv, line 2: found 1 field, expected 2"),
    .data(["--logits", "1,nan"], "--logits: logit at index 1 is nan, expected"),
    .data(["--logits", "-inf,-inf"], "--logits: all 2 logits are -inf, expected one above"),
    .data(["--probabilities", "0.5,-0.5"], "--probabilities: weight at index 1 is -0.5, expected"),
    .data(["--probabilities", "1,inf"], "--probabilities: weight at index 1 is inf, expected"),
    .data(["--probabilities", "nan,1"], "--probabilities: weight at index 0 is nan, expected"),
    .data(
      ["--probabilities", "0,0"], "--probabilities: all 2 weights are 0, expected one above 0"),
    .data(
      ["--relaxed", "--probabilities", "negative.csv"],
      "negative.csv, row 1: weight at index 1 is -1.0"),
    .data(
      ["--without-replacement", "2", "--logits", "0,-inf"],
      "--logits: 1 of 2 classes can be drawn, expected at least the 2"),
    .data(["--logits", "1,2", "--names", "a,b,c"], "--names a,b,c: found 3, expected 2"),
    .data(["--logits", "1,2,3", "--names", "names.txt"], "names.txt: found 2, expected 3"),
    .data(["--logits", "1,2", "--output", "no/such/file"], "no/such"),
    .data(["--logits", "1,2", "--output", "."], "it is a directory"),
    .data(["--lines", "missing.txt"], "missing.txt: no such file"),
    .data(["--lines", "lines.csv", "--weights", "w"], "lines.csv, line 3: "),
    .data(["--lines", "lines.csv", "--weights", "z"], "no column \"z\", expected one of"),
    .usage(
      ["--lines", "lines.csv", "--weights", "w", "--delimiter", "ab"], "expected one character"),

    Mistake(
      arguments: ["explore", "--output", "page.pdf"], message: "expected a name that ends in .html",
      status: 64),
    Mistake(
      arguments: ["explore", "--plot", "a.gif"],
      message: "--plot a.gif: expected a name that ends in .svg or .png", status: 64),
    Mistake(
      arguments: ["explore", "--lesson", "life"], message: "'life' is invalid for '--lesson",
      status: 64),
    Mistake(arguments: ["explore", "--json", "no/such/place.json"], message: "no/such"),
    Mistake(arguments: ["explore", "--output", "no/such/page.html"], message: "no/such"),
  ]

  @Test(arguments: mistakes) func mistake(_ mistake: Mistake) throws {
    let folder = try TemporaryFolder()
    for (name, text) in Self.files { try folder.write(text, to: name) }
    try folder.write("what was there", to: "old")
    var arguments = mistake.arguments
    if arguments[0] == "sample", !arguments.contains("--output") {
      arguments += ["--output", "old"]
    }
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    #expect(outcome.status == mistake.status)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.hasPrefix("gumbel: "))
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
    #expect(try folder.read("old") == "what was there")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.folder.path)
    #expect(Set(names) == Set(Self.files.keys).union(["old"]))
  }

  @Test func aLaterRowsMistakeLeavesTheOldFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("1,1\n0,0\n", to: "zero.csv")
    try folder.write("what was there", to: "old")
    let outcome = try Gumbel.run(
      ["sample", "--probabilities", "zero.csv", "--output", "old"], in: folder.folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.errors == "gumbel: zero.csv, row 1: all 2 weights are 0, expected one above 0\n")
    #expect(try folder.read("old") == "what was there")
  }
}
