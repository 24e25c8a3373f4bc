import SwiftGumbel

// What is written while lines are read.
extension SampleLines {
  /// Draws each line with a probability.
  func draw(fraction: Double, paths: [String]) throws {
    if let output { try AtomicFile.checkWritable(output) }
    if fraction == 0, format == .text, table.header != true { return }
    let areRows = source.areRows(table, parts, drawing)
    var sampler = BernoulliLineSampler(fraction: fraction, form: form(path: paths[0], areRows))
    sampler.lineKey = parts.lineKey
    let sources = paths.map(InputSource.init(argument:))

    LastWords.lose("nothing of the sample is written")
    let file = try AtomicFileWriter(output ?? "/dev/stdout")
    if file.isInPlace { LastWords.lose(nil) }
    let buffer = OutputBuffer(file)
    var writer = LineRowWriter(buffer: buffer, terminator: sampler.form.terminator)
    let number = drawing.inclusionProbabilities ? fraction : nil
    if format == .json {
      try buffer.append("{\"fraction\":\(fraction),\"method\":\"bernoulli\",\"samples\":[")
    }
    var isFirst = true
    let end = try explaining(areRows) {
      try sampler.forEachLine(
        from: sources, key: RandomKey(seed), linesBefore: parts.linesBefore ?? 0,
        isCancelled: { Interruption.isRequested },
        onStart: { header, delimiter in
          if let delimiter { writer.delimiter = delimiter.text }
          if format != .json, table.header == true, let header {
            let name = number.map { _ in LineRowWriter.name(isExpectation: false) }
            try writer.write(header: header, name: name)
          }
        }
      ) { line in
        guard format == .json else { return try writer.write(line.text, number) }
        let isReturned =
          sampler.form.terminator == .lineFeed && line.text.last == UInt8(ascii: "\r")
        let text = isReturned ? line.text.dropLast() : line.text[...]
        let result = LineResult(
          file: paths.count > 1 ? line.source : nil, number: line.number,
          text: String(decoding: text, as: UTF8.self), inclusionProbability: number)
        try buffer.append((isFirst ? "" : ",") + JSON.text(of: result))
        isFirst = false
      }
    }
    if format == .json { try buffer.append("],\"seed\":\(seed),\"lineCount\":\(end.lineCount)}\n") }
    try buffer.flush()
    LastWords.lose(nil)
    try file.finish()
    if end.mayHaveHeader { warnOfHeader(sources[0]) }
    if !end.isComplete { throw CommandEnd.stop("after \(end.lineCount) lines") }
  }

  /// What is said of a split as JSON.
  private struct SplitResult: Encodable {
    struct File: Encodable {
      let path: String
      let fraction: Double
      let lineCount: Int
    }
    let files: [File]
    let lineCount: Int
    let seed: UInt64
  }

  /// Divides lines among files, each of which is written beside itself and renamed once all is read.
  func split(_ sides: [LineSplitSide], paths: [String]) throws {
    for side in sides { try OutputFile.checkWritable(side.path) }
    let areRows = source.areRows(table, parts, drawing)
    var splitter = LineSplitter(
      fractions: sides.map(\.fraction), form: form(path: paths[0], areRows))
    if parts.hasKeyColumn { splitter.lineKey = parts.lineKey }
    let sources = paths.map(InputSource.init(argument:))

    LastWords.lose("nothing of the lines is written")
    let files = try sides.map { try AtomicFileWriter($0.path) }
    let writers = files.map {
      LineRowWriter(buffer: OutputBuffer($0), terminator: splitter.form.terminator)
    }
    let end = try explaining(areRows) {
      try splitter.forEachLine(
        from: sources, key: RandomKey(seed), isCancelled: { Interruption.isRequested },
        onHead: { line in
          for writer in writers { try writer.write(header: line, name: nil) }
        }
      ) { line in
        try writers[line.side].write(line.text, nil)
      }
    }
    func check() throws {
      if !end.isComplete || Interruption.isRequested {
        throw CommandEnd.stop("after \(end.lineCount) lines, of which nothing is written")
      }
    }
    try check()
    for writer in writers { try writer.buffer.flush() }
    try AtomicFileWriter.finish(files, check: check)
    LastWords.lose(nil)

    let result = SplitResult(
      files: zip(sides, end.counts).map {
        SplitResult.File(path: $0.path, fraction: $0.fraction, lineCount: $1)
      }, lineCount: end.lineCount, seed: seed)
    let unit = areRows ? "row" : "line"
    let rows = result.files.map {
      [$0.path, "\($0.lineCount) \(unit)\($0.lineCount == 1 ? "" : "s")"]
    }
    try JSON.write(
      result, to: format == .json ? StandardOutput.argument : nil,
      or: AlignedTable(rows, areNumbers: true).text)
    if end.mayHaveHeader { warnOfHeader(sources[0]) }
  }
}
