import Testing

/// The names of pictures and pages: endings in any case, `-` for standard output, and nothing else.
@Suite struct OutputNameTests {
  private static let table = "level\n3.1\n4.2\n3.3\n5.9\n4.4\n3.7\n4.8\n"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "a.csv")
    return folder
  }

  @Test func endingsInCapitals() throws {
    let folder = try folder()
    for name in ["a.SVG", "b.svg", "c.Svg"] {
      let outcome = try Gumbel.run(["fit", "a.csv", "--plot", name], in: folder.folder)
      #expect(outcome.status == 0)
      #expect(try folder.read(name).hasPrefix("<svg"))
    }
    let outcome = try Gumbel.run(
      ["fit", "a.csv", "--plot", "a.PNG", "--report", "a.HTM"], in: folder.folder)
    #expect(outcome.status == 0)
    let bytes = try Array(folder.bytes("a.PNG").prefix(4))
    #expect(bytes == [0x89, 0x50, 0x4E, 0x47])
    #expect(try folder.read("a.HTM").hasPrefix("<!DOCTYPE html>"))
  }

  @Test(arguments: [
    (["fit", "a.csv", "--report", "a.txt"], "--report a.txt: expected a name that ends in .html"),
    (["fit", "a.csv", "--report", "html"], "--report html: expected a name that ends in .html"),
    (
      ["fit", "a.csv", "--plot", "a.jpg"], "--plot a.jpg: expected a name that ends in .svg or .png"
    ),
    (
      ["fit", "a.csv", "--plot", "a.csv"], "--plot a.csv: expected a name that ends in .svg or .png"
    ),
    (["learn", "--report", "a.csv"], "--report a.csv: expected a name that ends in .html"),
    (["explore", "--output", "a.csv"], "--output a.csv: expected a name that ends in .html"),
    (["fit", "a.csv", "--plot", "-", "--report", "-"], "--plot - and --report -: expected one"),
    (["fit", "a.csv", "--json", "-", "--plot", "-"], "--json - and --plot -: expected one"),
    (["explore", "--output", "-", "--json", "-"], "--output - and --json -: expected one"),
  ])
  func otherNamesAreUsageMistakes(arguments: [String], message: String) throws {
    let folder = try folder()
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    #expect(try folder.read("a.csv") == Self.table)
  }

  /// What goes to standard output is alone there.
  @Test func standardOutput() throws {
    let folder = try folder()
    let picture = try Gumbel.run(
      ["fit", "a.csv", "--plot", "-", "--json", "a.json"], in: folder.folder)
    #expect(picture.status == 0)
    #expect(picture.output.hasPrefix("<svg") && picture.output.hasSuffix("</svg>\n"))
    #expect(try folder.read("a.json").hasPrefix("{"))
    let page = try Gumbel.run(["fit", "a.csv", "--report", "-"], in: folder.folder)
    #expect(page.output.hasPrefix("<!DOCTYPE html>") && page.output.hasSuffix("</html>\n"))
    let lesson = try Gumbel.run(
      ["explore", "--lesson", "relaxation", "--plot", "-"], in: folder.folder)
    #expect(lesson.output.hasPrefix("<svg") && lesson.output.hasSuffix("</svg>\n"))
    #expect(try folder.names() == ["a.csv", "a.json"])
  }
}
