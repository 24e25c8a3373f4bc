import Foundation
import Testing

@Suite struct DataTests {
  /// Twelve images of 2x2 pixels of two classes.
  private static let digits = (0..<12).map { "\($0),0,255,\($0 * 9),\($0 % 2)" }
    .joined(separator: "\n")

  @Test func theListNamesAllSets() throws {
    let outcome = try Gumbel.run(["data"])
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0].hasPrefix("NAME           KIND    TRAIN + TEST"))
    #expect(lines[1].hasPrefix("fashion-mnist  images  60000 + 10000"))
    #expect(lines[2].hasPrefix("mnist-5k       images  4000 + 1000"))
    let json = try Gumbel.run(["data", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8))
    let sets = (object as? [String: Any])?["sets"] as? [[String: Any]]
    #expect(
      sets?.compactMap { $0["name"] as? String }
        == ["fashion-mnist", "mnist-5k", "words", "names", "molsets"])
  }

  @Test func aFileIsDescribedAndDrawn() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.digits, to: "digits.csv")
    let picture = folder.url("grid.svg").path
    let outcome = try Gumbel.run(
      ["data", path, "--labels", "last", "--test-fraction", "0.25", "--picture", picture])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(
      outcome.output.contains(
        "images  9 for training, 3 for testing (3 images drawn with a fixed key)"))
    #expect(outcome.output.contains("size    2x2, grey, "))
    #expect(outcome.output.contains("class  name  train  test"))
    #expect(try folder.read("grid.svg").hasPrefix("<svg"))
    let json = try Gumbel.run(["data", path, "--labels", "last", "--json"])
    let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
    #expect(object?["train"] as? Int == 11)
    #expect(object?["channels"] as? Int == 1)
    #expect((object?["classes"] as? [Any])?.count == 2)
  }

  @Test func mistakes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Self.digits, to: "digits.csv")
    let mistakes: [([String], String)] = [
      (
        ["data", "no-such"],
        "gumbel: no-such: no such file or folder, and no set of this name; the sets are "
          + "\"fashion-mnist\", \"mnist-5k\""
      ),
      (
        ["data", path],
        "gumbel: \(path), line 1: found 5 fields, one more than the pixels of an image; "
          + "expected to be told which column has the labels, the first or the last"
      ),
      (
        ["data", path, "--labels", "last", "--height", "0"],
        "gumbel: --height 0: expected a whole number from 1 to 65536"
      ),
      (
        ["data", path, "--labels", "last", "--height", "3"],
        "gumbel: \(path), line 1: found extents [1, 4], expected images of height 3"
      ),
      (
        ["data", path, "--test-fraction", "1"],
        "gumbel: --test-fraction 1.0: expected a number between 0 and 1"
      ),
      (
        ["data", path, "--picture", "grid.gif"],
        "gumbel: --picture grid.gif: expected a name that ends in .svg or .png, or - for SVG on "
          + "standard output"
      ),
      (["data", "--picture", "grid.png"], "gumbel: --picture: expected a data set to draw"),
      (
        ["data", path, "--json", "a.svg", "--picture", "a.svg"],
        "gumbel: --picture and --json: both are a.svg, expected one file each"
      ),
      (
        ["data", path, "--json", "--picture", "-"],
        "gumbel: --picture - and --json -: expected one of them to go to standard output"
      ),
    ]
    for (arguments, message) in mistakes {
      let outcome = try Gumbel.run(arguments)
      #expect(outcome.status != 0)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errors.hasPrefix(message), "\(outcome.errors)")
      #expect(outcome.output == "")
    }
  }
}
