import SwiftGumbel

/// Draws lines of a file or a pipe, and writes them as they are.
struct SampleLines {
  let source: SourceOptions
  let table: TableOptions
  let parts: LinePartOptions
  let drawing: LineDrawOptions
  let count: Int
  let seed: UInt64
  let format: SampleFormat
  let output: String?

  /// What is written as JSON.
  private struct Result: Encodable {
    let method: String
    let seed: UInt64
    let lineCount: Int
    let samples: [LineResult]
  }

  /// What JSON calls the way of drawing.
  private var method: String {
    if drawing.replacement { return "reservoir-with-replacement" }
    return drawing.groupBy == nil ? "reservoir" : "stratified-reservoir"
  }

  /// Whether a file is by its name of a form that begins with comments.
  private static func hasComments(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".rdb") || name.hasSuffix(".rdb.gz")
  }

  /// Reads, and says which option helps where one does.
  func explaining<Result>(_ areRows: Bool, _ read: () throws -> Result) throws -> Result {
    do {
      return try table.explaining(knowsMissing: source.weights != nil, read)
    } catch let error as InputError {
      switch error.problem as? DataProblem {
      case .unterminatedQuote where areRows && source.weights == nil,
        .textAfterQuote where areRows && source.weights == nil:
        throw CommandFailure("\(error); --no-table draws lines as they stand")
      default: throw error
      }
    }
  }

  func run(paths: [String]) throws {
    if let output { try AtomicFile.checkWritable(output) }
    // An endless pipe need not be read for nothing.
    if count == 0, format == .text, table.header != true, parts.state == nil { return }
    let areRows = source.areRows(table, parts, drawing)
    let sampler = sampler(path: paths[0], areRows)
    let sources = paths.map(InputSource.init(argument:))
    if parts.state != nil {
      LastWords.lose("nothing of the state is written")
      let part = try explaining(areRows) {
        try sampler.partialSample(
          from: sources, key: RandomKey(seed), linesBefore: parts.linesBefore ?? 0,
          isCancelled: { Interruption.isRequested })
      }
      try write(part)
      if part.mayHaveHeader { warnOfHeader(sources[0]) }
      return
    }
    LastWords.lose("nothing of the sample is written")
    let isStopping = Locked(false)
    var sample = try explaining(areRows) {
      try sampler.sample(
        from: sources, key: RandomKey(seed),
        isCancelled: {
          guard Interruption.isRequested else { return false }
          isStopping.withLock { isStopping in
            // Many lines take some time to be put in order and written.
            if !isStopping { Interruption.beginSaving() }
            isStopping = true
          }
          return true
        })
    }
    if drawing.originalOrder { sample.sortByPlace() }
    try write(
      sample, seed: seed, namesFiles: paths.count > 1, isStopping: isStopping.withLock { $0 })
    if sample.mayHaveHeader { warnOfHeader(sources[0]) }
    if !sample.isComplete {
      throw CommandEnd.stop("after \(sample.lineCount) lines")
    }
  }

  /// Draws from the parts whose states these are.
  func merge(_ paths: [String]) throws {
    if let output { try AtomicFile.checkWritable(output) }
    LastWords.lose("nothing of the \(parts.state == nil ? "sample" : "state") is written")
    let part = try PartialLineSample(
      merging: paths.map(InputSource.init(argument:)),
      isCancelled: { Interruption.isRequested })
    if parts.state != nil {
      try write(part)
    } else {
      var sample = try part.sample()
      if drawing.inclusionProbabilities {
        guard part.isEqualDraw else {
          throw CommandFailure(
            "\(paths[0]): a draw by weights or keys, whose states do not tell the probabilities of lines; "
              + "expected no --inclusion-probabilities")
        }
        sample.addEqualProbabilities(count: part.count)
      }
      if drawing.originalOrder { sample.sortByPlace() }
      try write(sample, seed: part.seed, namesFiles: true, isStopping: false)
    }
  }

  private func sampler(path: String, _ areRows: Bool) -> LineSampler {
    var sampler = LineSampler(
      count: count, form: form(path: path, areRows),
      weights: source.weights.map(SymbolFormat.Column.init(argument:)))
    sampler.skipsMissing = source.missing.isAllowed
    sampler.lineKey = parts.lineKey
    sampler.scheme = drawing.scheme
    sampler.givesInclusionProbabilities = drawing.inclusionProbabilities
    return sampler
  }

  /// How the lines of files are read, of which the first is at a path.
  func form(path: String, _ areRows: Bool) -> LineForm {
    var dialect = table.dialect(forPath: path)
    // What is drawn is written as it stands, so that a line that begins with # is one like others,
    // but where comments are usual, or would have to have a weight.
    if table.comment == nil, source.weights == nil, !parts.hasKeyColumn, drawing.groupBy == nil,
      !Self.hasComments(path)
    {
      dialect.comments = .none
    }
    dialect.notation = NumberNotation(
      decimalMark: source.decimal, missing: source.missing.texts)
    return areRows
      ? LineForm(table: dialect, lineLimit: table.maxLine.value)
      : LineForm(
        header: dialect.header, terminator: drawing.zeroTerminated ? .nul : .lineFeed,
        lineLimit: table.maxLine.value)
  }

  private func write(_ part: PartialLineSample) throws {
    let file = try AtomicFileWriter(output ?? "/dev/stdout")
    if file.isInPlace { LastWords.lose(nil) }
    let buffer = OutputBuffer(file)
    try part.writeState { try buffer.append($0) }
    try buffer.flush()
    LastWords.lose(nil)
    try file.finish()
  }

  private func write(
    _ sample: LineSample, seed: UInt64, namesFiles: Bool, isStopping: Bool
  ) throws {
    let file = try AtomicFileWriter(output ?? "/dev/stdout")
    if file.isInPlace {
      LastWords.lose(nil)
      // A reader who does not read is not waited for.
      if isStopping { Interruption.endSaving() }
    }
    let buffer = OutputBuffer(file)
    let numbers = sample.inclusionProbabilities
    if format == .json {
      let result = Result(
        method: method, seed: seed, lineCount: sample.lineCount,
        samples: zip(sample.lines, numbers ?? [Double?](repeating: nil, count: sample.lines.count))
          .map {
            line, number in
            LineResult(
              file: namesFiles ? line.source : nil, number: line.number,
              text: String(decoding: line.bytes, as: UTF8.self),
              inclusionProbability: drawing.replacement ? nil : number,
              expectedCount: drawing.replacement ? number : nil)
          })
      try buffer.append(JSON.text(of: result) + "\n")
    } else {
      let writer = LineRowWriter(
        buffer: buffer, delimiter: sample.delimiter?.text ?? "\t",
        terminator: sample.lines.terminator)
      if table.header == true, let header = sample.header {
        let name = numbers.map { _ in LineRowWriter.name(isExpectation: drawing.replacement) }
        try writer.write(header: header, name: name)
      }
      if let numbers {
        for i in sample.lines.indices {
          try sample.lines.withBytes(at: i) { text in try writer.write(text, numbers[i]) }
        }
      } else {
        try buffer.append(sample.lines)
      }
    }
    try buffer.flush()
    LastWords.lose(nil)
    try file.finish()
  }

  func warnOfHeader(_ source: InputSource) {
    StandardError.print(
      "gumbel: \(escaped(source.name)): the first row is drawn like the others; "
        + "--header says that it names the columns, --no-header that it does not")
  }
}
