import ArgumentParser
import SwiftGumbel

struct SampleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Draw from discrete distributions, exactly or relaxed; or lines from a file.",
    discussion: """
      Logits or probabilities are a list such as 0.2,0.3,0.5, or a file, or - for standard input: \
      text with numbers between commas, blanks or line ends, or a NumPy array (.npy). Of a matrix \
      each row is a distribution of its own. Probabilities need not add up to 1; a logit of -inf \
      is a class that is never drawn. Classes are numbered from 0.

      Top-p keeps the fewest classes that reach it, min-p all that reach it. Probabilities are \
      compared as they are given; logits are float32, so that what falls short by their rounding, \
      a 4-millionth of it, reaches it too.

      Lines of .csv, .tsv, .tab and .rdb files, and where an option such as --weights describes a table, \
      are rows: quotes may enclose line ends, and a row that names the columns is not drawn; with \
      --header it is written first. All other lines are lines, whatever quotes they hold. Comments \
      are passed over in .rdb files and with --weights, --key or --comment.

      Of lines, --count are drawn, in the order of the draw: from all of them, or with --group-by from \
      each group of rows. --fraction draws each line with the same probability instead, and --split \
      divides all lines among files, so that a line stays where it is when others are added or taken \
      away. What other programs read, such as Parquet files, comes through a pipe.

      The lines of several files are drawn from as if they were in one. Where that is done a part at a \
      time, perhaps on several machines, each part writes its state, and what is drawn when all \
      states are merged, in any order, is what one pass over all lines draws. A part says by \
      --lines-before where it stands, or all of them say by --key what to draw by instead. A state \
      is a line of text, and a file may hold several.

      One sample a line; from a matrix one line a row of it, or with several values a sample, a \
      line a sample and the rows one after the other.

      EXAMPLES
        gumbel sample --probabilities 0.5,0.2,0.3 --count 10
        gumbel sample --logits logits.npy --count 1000000 --output draws.npy
        gumbel sample --probabilities 1,2,3 --names a,b,c --without-replacement 2
        gumbel sample --logits 0,1,2 --relaxed --temperature 0.5 --format csv
        gumbel sample --logits logits.txt --temperature 0.8 --top-k 50 --top-p 0.95
        seq 1000000 | gumbel sample --lines - --count 5
        gumbel sample --lines clicks.csv --weights value --count 100
        gumbel sample --lines monday.csv tuesday.csv --count 100
        gumbel sample --lines clicks.csv --fraction 0.01 --header --output some.csv
        gumbel sample --lines clicks.csv --group-by country --count 10
        gumbel sample --lines clicks.csv --split train=0.8,test=0.2 --key user
        duckdb -csv -c "FROM 'clicks.parquet'" | gumbel sample --lines - --table
        find . -print0 | gumbel sample --lines - -z --count 5 --original-order
        gumbel sample --lines monday.csv --key id --count 100 --state monday.state
        gumbel sample --lines tuesday.csv --key id --count 100 --state tuesday.state
        gumbel sample --merge monday.state tuesday.state
      """)

  @Argument(
    help: ArgumentHelp("More files of --lines, or more states of --merge.", valueName: "paths"),
    completion: .file())
  var paths: [String] = []
  @OptionGroup(title: "What to draw from (one of the first three, or --merge)")
  var source: SourceOptions
  @OptionGroup(title: "How a table of lines is written") var table: TableOptions
  @OptionGroup(title: "How lines are drawn") var lineDrawing: LineDrawOptions
  @OptionGroup(title: "Lines a part at a time") var parts: LinePartOptions
  @OptionGroup(title: "How to draw") var drawing: DrawingOptions

  @Option(
    name: .shortAndLong, "How many samples, of a matrix from each row. (default: 1)",
    valueName: "n")
  var count: Int?
  @OptionGroup var seed: OptionalSeedOption
  @Option("How to write (default: by the output's ending, or text).", valueName: "name")
  var format: SampleFormat?
  @Option(
    name: .shortAndLong,
    "Write to a file instead of standard output.", valueName: "path", completion: .file())
  var output: String?
  @Option(
    "What the classes are called in text and CSV: a list, or a file with one a line.",
    valueName: "a,b,c|path", completion: .file())
  var names: String?

  func validate() throws {
    try source.checkUse(table, parts, lineDrawing, paths)
    try lineDrawing.checkUse(source, table, parts)
    if let split = lineDrawing.split {
      _ = try LineSplitSide.sides(split, reading: source.lines + paths)
    }
    try OptionChecks.count(count, "--count", from: 0, upTo: 1_000_000_000_000)
    if !parts.merge.isEmpty,
      let option = [("--count", count != nil), ("--seed", seed.given != nil)].first(where: \.1)
    {
      throw ValidationError(
        "\(option.0): the states say how they are drawn; expected --merge without it")
    }
    if parts.state != nil {
      if let option = [("--output", output != nil), ("--format", format != nil)].first(where: \.1) {
        throw ValidationError("--state and \(option.0): expected only one of them")
      }
    }
    if drawsLines {
      if let option = drawing.given.first {
        throw ValidationError("\(option): lines are drawn as they are; expected no such option")
      }
      if names != nil {
        throw ValidationError(
          "--names: names classes, and --lines draws lines; expected one of both")
      }
      if let format, ![.text, .json].contains(format) {
        throw ValidationError(
          "--format \(format.rawValue): lines are written as they are; expected text or json")
      }
    }
    try lineDrawing.checkUse(count: count, output: output)
    if names != nil, chosenFormat == .npy {
      throw ValidationError("--names: an .npy file holds numbers alone; expected text, csv or json")
    }
  }

  private var sampleCount: Int { count ?? 1 }
  private var drawsLines: Bool { !source.lines.isEmpty || !parts.merge.isEmpty }

  /// Lines of a table are a table whatever the file is called.
  private var chosenFormat: SampleFormat {
    let suggested = output.flatMap(SampleFormat.init(forPath:)) ?? .text
    return format ?? (drawsLines && suggested != .json ? .text : suggested)
  }

  func run() throws {
    if drawsLines {
      let lines = SampleLines(
        source: source, table: table, parts: parts, drawing: lineDrawing, count: sampleCount,
        seed: seed.number,
        format: chosenFormat, output: (parts.state ?? output).map(StandardOutput.resolving))
      let inputs = source.lines + paths
      if source.lines.isEmpty {
        try lines.merge(parts.merge + paths)
      } else if let split = lineDrawing.split {
        try lines.split(LineSplitSide.sides(split, reading: inputs), paths: inputs)
      } else if let fraction = lineDrawing.fraction {
        try lines.draw(fraction: fraction, paths: inputs)
      } else {
        try lines.run(paths: inputs)
      }
    } else {
      try sampleClasses()
    }
  }

  private func sampleClasses() throws {
    let output = output.map(StandardOutput.resolving)
    if let output { try AtomicFile.checkWritable(output) }
    let (argument, kind) = source.distribution!
    let input = try table.explaining(knowsMissing: false) {
      try SampleInput(
        argument, kind: kind, decimalMark: source.decimal,
        lineLimit: table.maxLine.value)
    }
    let names = try names.map { try classNames($0, count: input.classCount) }
    let sampleKind = try drawing.kind()
    let key = seed.key
    func drawer(_ row: Int) throws -> SampleDrawer {
      try SampleDrawer(sampleKind, from: input, row: row, key: key.folding(in: row))
    }
    // The first row's mistakes come out before anything is written.
    let first = input.rowCount > 0 ? try drawer(0) : nil
    let shape = SampleShape(
      rows: input.rowCount, isBatch: input.isBatch, count: sampleCount,
      width: drawing.width(classCount: input.classCount), classCount: input.classCount,
      areClasses: !drawing.relaxed && !drawing.straightThrough)
    var writer = try SampleWriter(
      path: output ?? "/dev/stdout", format: chosenFormat, shape: shape, names: names,
      method: first?.method ?? "none", seed: seed.number)
    var drawn = 0
    for row in 0..<input.rowCount {
      let current = try (row == 0 ? first : nil) ?? drawer(row)
      // Nothing is no empty line either.
      if sampleCount == 0, [.text, .csv].contains(chosenFormat) { continue }
      try writer.beginRow()
      for first in stride(from: 0, to: sampleCount, by: current.chunk) {
        if Interruption.isRequested { return try explainStop(&writer, drawn, input) }
        let part = min(current.chunk, sampleCount - first)
        try writer.write(current.draw(first, part))
        drawn += part
      }
      try writer.endRow()
    }
    try writer.finish()
  }

  private func explainStop(
    _ writer: inout SampleWriter, _ drawn: Int, _ input: SampleInput
  ) throws {
    // Of many samples a large part may have yet to come to the disk.
    if !writer.isInPlace { Interruption.beginSaving() }
    let isReadable = try writer.finishEarly()
    let total = sampleCount.multipliedReportingOverflow(by: input.rowCount).partialValue
    throw CommandEnd.stop(
      "after \(drawn) of \(total) samples"
        + (isReadable ? "" : "; the array's header says that there are more"))
  }

  private func classNames(_ argument: String, count: Int) throws -> [String] {
    var names: [String]
    if argument.contains(",") {
      names = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    } else {
      names = try table.explaining(knowsMissing: false) {
        let reader = try SymbolReader(
          InputSource(argument: argument), lineLimit: table.maxLine.value)
        var names: [String] = []
        while let name = try reader.next() { names.append(name) }
        return names
      }
    }
    guard names.count == count else {
      throw CommandFailure(
        "--names \(argument): found \(names.count), expected \(count), one for each class")
    }
    return names
  }
}
