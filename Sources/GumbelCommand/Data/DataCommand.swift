import ArgumentParser
import Gumbel

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List the data sets that go by a name, or show what is in one.",
    discussion: """
      Without an argument: which sets there are, where they were found, and how to get the others. \
      They are looked for in the folder in GUMBEL_DATA, in ~/.local/share/gumbel, and where the \
      system's and Python's packages put them.

      DATA is such a name, or a file of images: IDX, .npy or text, gzipped or not, or a folder of \
      PNG files.

      EXAMPLES
        gumbel data
        gumbel data fashion-mnist --picture clothes.png
        gumbel data digits.csv --labels last
      """)

  @Argument(help: "A named set, a file or a folder.") var data: String?
  @OptionGroup(title: "Reading") var options: ImageDataOptions
  @Option(
    help: ArgumentHelp(
      "Draw examples of each class: an .svg or .png file, or - for SVG.", valueName: "path"))
  var picture: String?
  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    guard let data else {
      if picture != nil { throw CommandFailure("--picture: expected a data set to draw") }
      let list = DataList()
      try StandardOutput.print(json ? try JSON.text(of: list) : list.text)
      return
    }
    if let set = TextCatalog.set(named: data) {
      if picture != nil { throw CommandFailure("--picture: \(data) holds texts, expected images") }
      let summary = try TextDataSummary(set)
      try StandardOutput.print(json ? try JSON.text(of: summary) : summary.text)
      return
    }
    if let picture {
      try OptionChecks.picture(picture, "--picture")
      if picture != StandardOutput.argument { try AtomicFile.checkWritable(picture) }
    }
    let split = try options.load(data)
    let summary = DataSummary(split)
    if let picture { try DataPicture(split.train).figure.write(to: picture) }
    if picture == StandardOutput.argument { return }
    try StandardOutput.print(json ? try JSON.text(of: summary) : summary.text)
  }
}
