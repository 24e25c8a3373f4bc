import ArgumentParser
import SwiftGumbel

struct ExploreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explore",
    abstract: "Explain the Gumbel-softmax trick in pictures, computed anew.",
    discussion: """
      Writes one page with five lessons: maxima, why largest values follow a Gumbel distribution; \
      noise, why the largest of perturbed logits is an exact draw, and only with Gumbel noise; \
      relaxation, what relaxed samples look like; temperature, what it costs in bias and variance; \
      experiment, a network that learns a distribution by it. \
      --plot draws their pictures alone, and --json gives the numbers behind them.

      In a browser the page is alive: temperatures, logits and noise can be changed by hand, and the \
      network trains in the page. It asks no network for anything, and its draws are those of the \
      other commands: the same seed draws the same classes. Without scripts its pictures stand still.

      EXAMPLES
        gumbel explore                      writes explore.html
        gumbel explore --lesson noise --plot noise.svg
        gumbel explore --json - --seed 7
      """)

  @Option(
    name: .shortAndLong,
    "The page: .html (default: explore.html, where nothing else is asked for).",
    valueName: "path", completion: .page)
  var output: String?
  @OptionGroup var numbers: JSONOption
  @OptionGroup var pictures: PlotOption
  @Option(
    "One lesson alone: \(LessonName.allCases.map(\.rawValue).joined(separator: ", ")).",
    valueName: "name")
  var lesson: LessonName?
  @OptionGroup var seed: SeedOption

  func validate() throws {
    try OptionChecks.page(output, "--output")
    try OptionChecks.apart([
      ("--output", output), ("--json", numbers.json), ("--plot", pictures.plot),
    ])
  }

  func run() throws {
    let (json, plot) = (numbers.json, pictures.plot)
    let page = output ?? (json == nil && plot == nil ? "explore.html" : nil)
    let files = [page, plot, json].compactMap { $0 }
    for path in files { try OutputFile.checkWritable(path) }
    let key = seed.key
    let lessons = (lesson.map { [$0] } ?? LessonName.allCases).map { $0.make(seedKey: key) }
    if let page {
      try OutputFile.write(ExplorePage(lessons: lessons, seed: seed.number).html, to: page)
    }
    if let plot {
      let figure = Figure(grid: lessons.flatMap(\.panels))
      try figure.write(to: plot)
    }
    if let json {
      let text = try JSON.text(of: Numbers(seed: seed.number, lessons: lessons))
      try OutputFile.write(text + "\n", to: json)
    }
    if !files.contains(StandardOutput.argument) {
      for path in files { try StandardOutput.print("wrote \(path)") }
    }
  }

  /// The lessons under their names, beside the seed.
  private struct Numbers: Encodable {
    struct Key: CodingKey {
      let stringValue: String
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
      var intValue: Int? { nil }
    }

    let seed: UInt64
    let lessons: [any Lesson]

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(seed, forKey: Key(stringValue: "seed"))
      for lesson in lessons {
        try container.encode(lesson, forKey: Key(stringValue: type(of: lesson).name))
      }
    }
  }
}

extension LessonName: ExpressibleByArgument {}
