import Testing

/// What stands for nothing is left out where that is asked for, and counted, in every command that
/// reads tables.
@Suite struct MissingSymbolTests {
  @Test func `symbols that are missing are left out and counted`() throws {
    let table = "name,kind\nx,cat\ny,NA\nz,dog\nu,\nv,cat\nw,?\n"
    let options = ["learn", "-", "--column", "kind", "--epochs", "1", "--quiet"]
    let plain = try Gumbel.run(options, input: table)
    #expect(plain.status == 1)
    #expect(
      plain.errors == "gumbel: standard input, line 5: empty field in column 2, expected a symbol; "
        + "--skip-missing leaves such rows out\n")
    let shown = try Gumbel.run(options + ["--skip-missing"], input: table)
    #expect(shown.status == 0, "\(shown.errors)")
    #expect(shown.output.contains("3 rows without a symbol left out"))
    let coded = try Gumbel.run(
      options + ["--missing", "dog,x", "--json", "-"], input: table + "q,fox\n")
    #expect(coded.output.contains("\"categories\":[\"cat\",\"fox\"]"), "\(coded.errors)")
    #expect(coded.output.contains("\"rowsLeftOut\":4"))
  }

  @Test func `lines that are empty may be left out`() throws {
    let outcome = try Gumbel.run(
      ["learn", "-", "--epochs", "1", "--quiet", "--skip-missing", "--json", "-"],
      input: "a\n\n\nb\nnull\na\n\n")
    #expect(outcome.output.contains("\"categories\":[\"a\",\"b\"]"), "\(outcome.errors)")
    #expect(outcome.output.contains("\"rowsLeftOut\":3"))
  }

  @Test(arguments: [
    ("v;w\na;1,5\nb;0,5\nc;0\n", ["--decimal", ","], ["a;1,5", "b;0,5"]),
    ("v,w\na,\"1,234.5\"\nb,0\n", [], ["a,\"1,234.5\""]),
    ("v,w\na,1\nb,NA\nc,\nd,2\n", ["--skip-missing"], ["a,1", "d,2"]),
    ("v,w\na,-9\nb,x\nd,2\n", ["--missing", "-9,x"], ["d,2"]),
    ("# made by hand\nv,w\na,1\n", [], ["a,1"]),
    ("v,w\na,\"1,5\"\nb,\"1.000,5\"\n", ["--decimal", ","], ["a,\"1,5\"", "b,\"1.000,5\""]),
    ("v  w\n1  2.5\n2  0.5\n", [], ["1  2.5", "2  0.5"]),
  ])
  func `weights are written as other numbers of tables`(
    _ table: String, _ options: [String], _ expected: [String]
  ) throws {
    let outcome = try Gumbel.run(
      ["sample", "--lines", "-", "--weights", "w", "--count", "9"] + options, input: table)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").map(String.init).sorted() == expected)
  }

  @Test(arguments: [
    ("v,w\na,1\nb,NA\n", "line 3: found \"NA\" in column 2, expected a number; --skip-missing"),
    ("v,w\na,1\nb,X\n", "line 3: found \"X\" in column 2, expected a number; --missing X"),
    ("v,w\na,\"1,234\"\n", "expected a number without doubt; --decimal , or --decimal . says"),
    ("v;w\na;1,5\n", "line 2: found \"1,5\" in column 2, expected a number; --decimal , reads it"),
  ])
  func `a weight that is none says what reads it`(_ table: String, _ message: String) throws {
    let outcome = try Gumbel.run(
      ["sample", "--lines", "-", "--weights", "w"], input: table)
    #expect(outcome.status == 1)
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func `a decimal comma in lists of probabilities`() throws {
    let options = ["--count", "20", "--seed", "3"]
    let point = try Gumbel.run(["sample", "--probabilities", "0.5,0.25,0.25"] + options)
    for list in ["0,5;0,25;0,25", "0,5 0,25 0,25"] {
      let comma = try Gumbel.run(
        ["sample", "--probabilities", list, "--decimal", ","] + options)
      #expect(comma.output == point.output, "\(comma.errors)")
    }
    let uncertain = try Gumbel.run(["sample", "--probabilities", "0,5;0,25;0,25"] + options)
    #expect(uncertain.status == 1 && uncertain.output.isEmpty)
    #expect(uncertain.errors.contains("found \"0,5\" in column 1, in which the comma may set"))
    #expect(uncertain.errors.contains("; --decimal , or --decimal . says which"))
    let file = try Gumbel.run(
      ["sample", "--probabilities", "-", "--decimal", ","] + options, input: "0,5\n0,25\n0,25\n")
    #expect(file.output == point.output, "\(file.errors)")
    let long = try Gumbel.run(
      ["sample", "--probabilities", "-", "--max-line", "4"], input: "1,2,3,4\n")
    #expect(long.errors.contains("longer than 4 bytes, the limit; --max-line sets it"))
  }

  @Test func `rows of USGS files are drawn, and nothing else`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "# about\n# more\nsite\tpeak\n5s\t8s\n1\t100\n2\t\n3\t300\n", to: "peaks.rdb")
    let all = try Gumbel.run(["sample", "--lines", "peaks.rdb", "--count", "9"], in: folder.folder)
    #expect(all.output.split(separator: "\n").sorted() == ["1\t100", "2\t", "3\t300"])
    let weighted = try Gumbel.run(
      ["sample", "--lines", "peaks.rdb", "--weights", "peak", "--skip-missing", "--count", "9"],
      in: folder.folder)
    #expect(weighted.output.split(separator: "\n").sorted() == ["1\t100", "3\t300"])
  }

  @Test func `a first row of names over text is said to be drawn`() throws {
    let folder = try TemporaryFolder()
    try folder.write("name,town\nanna,bonn\n", to: "people.csv")
    let options = ["sample", "--lines", "people.csv", "--count", "9"]
    let found = try Gumbel.run(options, in: folder.folder)
    #expect(found.errors.contains("people.csv: the first row is drawn like the others; --header"))
    #expect(try Gumbel.run(options + ["--no-header"], in: folder.folder).errors.isEmpty)
    #expect(try Gumbel.run(options + ["--header"], in: folder.folder).errors.isEmpty)
  }
}
