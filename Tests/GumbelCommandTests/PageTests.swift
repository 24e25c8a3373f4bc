import Foundation
import Testing

/// What all pages promise their readers.
@Suite struct PageTests {
  private static let sea =
    "year,level\n"
    + (0..<40).map { "\(1980 + $0),\(3.5 + Double(($0 * 7919) % 400) / 400)" }
    .joined(separator: "\n")

  private func page(_ arguments: [String], _ files: [String: String] = [:]) throws -> String {
    let folder = try TemporaryFolder()
    for (name, text) in files { try folder.write(text, to: name) }
    let outcome = try Gumbel.run(arguments, in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return outcome.output
  }

  @Test(arguments: [
    ["fit", "sea.csv", "--column", "level", "--report", "-"],
    ["learn", "--epochs", "3", "--quiet", "--report", "-"],
    ["explore", "--lesson", "relaxation", "--output", "-"],
    ["estimators", "--problem", "k3", "--draws", "50", "--quiet", "--report", "-"],
    [
      "text", "train", "--grammar", "arithmetic", "--count", "200", "--epochs", "1", "--quiet",
      "--max-length", "9", "--samples", "20", "--report", "-",
    ],
  ])
  func pagesAreForAllReaders(arguments: [String]) throws {
    let page = try page(arguments, ["sea.csv": Self.sea])
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    for part in ["<main>", "</main>\n<footer>", "<h1>", "name=\"viewport\""] {
      #expect(page.contains(part), "\(part)")
    }
    // Whatever is wider than a telephone scrolls by itself, and with the keyboard.
    let boxes = page.components(separatedBy: "class=\"scroll\" tabindex=\"0\" role=\"region\"")
    #expect(boxes.count > page.components(separatedBy: "<table").count - 1)
    #expect(
      page.components(separatedBy: "<pre").count == page.components(separatedBy: "<pre tabi").count)
    for box in boxes.dropLast() {
      #expect(!box.hasSuffix("</table>\n"), "a table follows")
    }
    let labels = page.components(separatedBy: "aria-label=\"").dropFirst().map {
      $0.prefix { $0 != "\"" }
    }
    #expect(Set(labels).count == labels.count, "\(labels)")
    try expectDarkColors(page)
  }

  /// On dark paper no grey stays as it is on white, and no picture is turned over as a whole.
  private func expectDarkColors(_ page: String) throws {
    #expect(!page.contains("invert("))
    for property in ["fill", "stroke"] {
      let values = page.components(separatedBy: " \(property)=\"#").dropFirst().map {
        String($0.prefix { $0 != "\"" })
      }
      for value in Set(values) where isGrey(value) {
        #expect(page.contains("svg [\(property)=\"#\(value)\"] { \(property): #"), "\(value)")
      }
    }
    #expect(page.contains("svg [fill=\"#fff\"] { fill: #161616; }"))
  }

  private func isGrey(_ digits: String) -> Bool {
    let characters = Array(digits)
    if characters.count == 3 { return Set(characters).count == 1 }
    return characters[0..<2] == characters[2..<4] && characters[0..<2] == characters[4..<6]
  }

  /// The largest are shown and the rest summed, whatever the names are.
  @Test func pagesOfManyCategories() throws {
    var symbols = (0..<3000).map { "rare \($0)" }
    symbols += (0..<400).map { _ in "of\u{202E}ten<b>\u{1B}" }
    symbols.append(String(repeating: "long", count: 50_000))
    let text = symbols.joined(separator: "\n") + "\n"
    let page = try page(
      ["learn", "many.txt", "--epochs", "2", "--rounds", "2", "--quiet", "--report", "-"],
      ["many.txt": text])
    #expect(page.utf8.count < 1_000_000)
    #expect(page.contains("How often each of 3002 categories comes"))
    #expect(page.contains("Of 3002 categories the 500 most frequent are shown"))
    #expect(page.contains("all 2502 others"))
    #expect(page.contains("<td>of\\u{202e}ten&lt;b&gt;\\u{1b}</td>"))
    #expect(!page.contains("\u{202E}") && !page.contains("\u{1B}"))
  }

  @Test func thePageOfAFitSaysWhatItIsOf() throws {
    let page = try page(
      ["fit", "sea.csv", "--column", "level", "--report", "-"], ["sea.csv": Self.sea])
    for part in [
      "level of sea.csv", "plotting position i / (n + 1)", "gumbel fit sea.csv --column level",
      "return period (values)",
    ] {
      #expect(page.contains(part), "\(part)")
    }
  }

  /// On the axis of return periods the levels of a Gumbel distribution are a straight line.
  @Test(arguments: [[], ["--minimum"], ["--return-periods", "2,1e6"]])
  func levelsAreAStraightLine(options: [String]) throws {
    let picture = try page(
      ["fit", "sea.csv", "--column", "level", "--plot", "-"] + options, ["sea.csv": Self.sea])
    let path = try #require(
      picture.components(separatedBy: "<path d=\"M").dropFirst()
        .last {
          $0.contains("fill=\"none\" stroke=\"#d55e00\"") && $0.contains(" ") && $0.count > 300
        })
    let numbers = path.prefix { $0 != "\"" }.split { $0 == " " || $0 == "L" }.compactMap {
      Double($0)
    }
    let points = stride(from: 0, to: numbers.count - 1, by: 2).map {
      (numbers[$0], numbers[$0 + 1])
    }
    let (first, last) = try (#require(points.first), #require(points.last))
    #expect(points.count > 40)
    for (x, y) in points {
      let expected = first.1 + (last.1 - first.1) * (x - first.0) / (last.0 - first.0)
      #expect(abs(y - expected) < 0.03, "\(x) \(y)")
    }
    for label in options.isEmpty ? [">2<", ">5<", ">10<", ">20<", ">50<", ">100<"] : [">2<"] {
      #expect(picture.contains(label), "\(label)")
    }
  }

  /// Two measures of one thing have two names.
  @Test func measuresOfEpochsAreNamedApart() throws {
    let page = try page([
      "text", "train", "--grammar", "arithmetic", "--count", "200", "--epochs", "1", "--quiet",
      "--max-length", "9", "--samples", "20", "--report", "-",
    ])
    #expect(page.contains("quick self-BLEU-4</th>") && page.contains("quick test nats</th>"))
    #expect(!page.contains("<th scope=\"col\">BLEU-4") && page.contains("At the end"))
  }
}
