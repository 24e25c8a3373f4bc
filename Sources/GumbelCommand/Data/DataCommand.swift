import ArgumentParser
import SwiftGumbel

struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "List the data sets that go by a name, or show what is in one.",
    discussion: """
      Without an argument: which sets there are, where they were found, and how to get the others. \
      They are looked for in the folder in GUMBEL_DATA, in ~/.local/share/gumbel, and where the \
      system's and Python's packages put them.

      DATA is such a name, or a file of images: IDX, .npy, .npz or text, gzipped or not, or a folder \
      of PNG files. FILE.npz:NAME is one of several arrays.

      EXAMPLES
        gumbel data
        gumbel data fashion-mnist --picture clothes.png
        gumbel data digits.csv --labels last
      """)

  @Argument(help: "A named set, a file or a folder.", completion: .anyData) var data: String?
  @OptionGroup(title: "Reading") var options: ImageDataOptions
  @Option(
    "Draw examples of each class: an .svg or .png file, or - for SVG.",
    valueName: "path", completion: .picture)
  var picture: String?
  @OptionGroup var output: JSONOutputOption

  func validate() throws {
    try OptionChecks.picture(picture, "--picture")
    try OptionChecks.apart([("--picture", picture), ("--json", output.json)])
    if data == nil, picture != nil {
      throw ValidationError("--picture: expected a data set to draw")
    }
    for option in (picture == nil ? [] : ["--picture"]) + options.given {
      guard let data else {
        throw ValidationError("\(option): describes images, and none were given")
      }
      if TextCatalog.set(named: data) != nil {
        throw ValidationError("\(option): \(data) holds texts, expected images")
      }
    }
  }

  func run() throws {
    try output.checkWritable()
    guard let data else {
      let list = DataList()
      try output.write(list, or: list.text)
      return
    }
    if let set = TextCatalog.set(named: data) {
      let summary = try TextDataSummary(set)
      try output.write(summary, or: summary.text)
      return
    }
    if let picture { try OutputFile.checkWritable(picture) }
    let split = try options.load(data, shouldStop: { Interruption.isRequested })
    let summary = DataSummary(split)
    if let picture { try DataPicture(split.train).figure.write(to: picture) }
    try output.write(summary, or: summary.text, beside: picture)
  }
}
