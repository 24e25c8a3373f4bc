import ArgumentParser
import SwiftGumbel

/// `--json` of a command that otherwise prints its result.
struct JSONOption: JSONPath {
  @Option(
    "Write the result as JSON; - for JSON alone on standard output.",
    valueName: "path", completion: .json)
  var json: String?
}

/// `--json` of a command whose result is small enough for a terminal: a path, or none at all.
struct JSONOutputOption: JSONPath {
  @Option(
    defaultAsFlag: StandardOutput.argument, parsing: .next,
    help: ArgumentHelp(
      "Write the result as JSON; - for JSON alone on standard output, as without a path.",
      valueName: "path"), completion: .json)
  var json: String?
}

/// Where JSON is written.
protocol JSONPath: ParsableArguments { var json: String? { get } }

extension JSONPath {
  /// Fails where the file could not be written.
  func checkWritable() throws {
    if let json, Processes.isFirst { try OutputFile.checkWritable(json) }
  }

  /// Writes a result, or prints a table unless something else goes to standard output.
  ///
  /// - Parameter other: the path of what else is written.
  func write(
    _ result: some Encodable, or table: @autoclosure () -> String, beside other: String? = nil
  ) throws {
    try JSON.write(result, to: json, or: table(), beside: [other])
  }
}

/// `--plot`.
struct PlotOption: ParsableArguments {
  @Option(
    "Draw the result: an .svg or .png file, or - for SVG.", valueName: "path", completion: .picture)
  var plot: String?

  func validate() throws { try OptionChecks.picture(plot, "--plot") }
}

/// Where a command writes its result: as numbers, in pictures, and both on a page.
struct ResultOptions: ParsableArguments {
  @OptionGroup private var numbers: JSONOption
  @OptionGroup private var pictures: PlotOption
  @Option(
    "Write a page with pictures and numbers: .html, or -.", valueName: "path", completion: .page)
  var report: String?

  var json: String? { numbers.json }
  var plot: String? { pictures.plot }

  /// Whether pictures are needed.
  var isPictured: Bool { plot != nil || report != nil }

  func validate() throws {
    try OptionChecks.page(report, "--report")
    try OptionChecks.apart([("--json", json), ("--plot", plot), ("--report", report)])
  }

  /// Fails where one of the files could not be written.
  func checkWritable() throws {
    guard Processes.isFirst else { return }
    for path in [json, plot, report] { if let path { try OutputFile.checkWritable(path) } }
  }

  /// Writes all that was asked for, and a table unless something else goes to standard output.
  func write(
    _ result: some Encodable, or table: @autoclosure () -> String,
    figure: @autoclosure () throws -> Figure, page: @autoclosure () throws -> String
  ) throws {
    if let plot { try figure().write(to: plot) }
    if let report { try OutputFile.write(page(), to: report) }
    try JSON.write(result, to: json, or: table(), beside: [plot, report])
  }
}
