import SwiftGumbel

/// Draws lines of a file or a pipe, and writes them as they are.
struct SampleLines {
  let source: SourceOptions
  let table: TableOptions
  let parts: LinePartOptions
  let count: Int
  let seed: UInt64
  let format: SampleFormat
  let output: String?

  /// What is written as JSON.
  private struct Result: Encodable {
    struct Line: Encodable {
      /// Where there may be several.
      let file: String?
      let number: Int
      let text: String
    }
    let method = "reservoir"
    let seed: UInt64
    let lineCount: Int
    let samples: [Line]
  }

  /// Whether a file is by its name of a form that begins with comments.
  private static func hasComments(_ path: String) -> Bool {
    let name = path.lowercased()
    return name.hasSuffix(".rdb") || name.hasSuffix(".rdb.gz")
  }

  /// Reads, and says which option helps where one does.
  private func explaining<Result>(_ areRows: Bool, _ read: () throws -> Result) throws -> Result {
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
    let areRows = source.areRows(table, parts)
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
    let sample = try explaining(areRows) {
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
      try write(part.sample(), seed: part.seed, namesFiles: true, isStopping: false)
    }
  }

  private func sampler(path: String, _ areRows: Bool) -> LineSampler {
    var dialect = table.dialect(forPath: path)
    // What is drawn is written as it stands, so that a line that begins with # is one like others,
    // but where comments are usual, or would have to have a weight.
    if table.comment == nil, source.weights == nil, !parts.hasKeyColumn, !Self.hasComments(path) {
      dialect.comments = .none
    }
    dialect.notation = NumberNotation(
      decimalMark: source.decimal, missing: source.missing.texts)
    var sampler =
      areRows
      ? LineSampler(
        count: count, table: dialect,
        weights: source.weights.map(SymbolFormat.Column.init(argument:)),
        lineLimit: table.maxLine.value)
      : LineSampler(count: count, header: dialect.header, lineLimit: table.maxLine.value)
    sampler.skipsMissing = source.missing.isAllowed
    sampler.lineKey = parts.lineKey
    return sampler
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
    if format == .json {
      let result = Result(
        seed: seed, lineCount: sample.lineCount,
        samples: sample.lines.map {
          .init(
            file: namesFiles ? $0.source : nil, number: $0.number,
            text: String(decoding: $0.bytes, as: UTF8.self))
        })
      try buffer.append(JSON.text(of: result) + "\n")
    } else {
      if table.header == true, let header = sample.header {
        try header.bytes.withUnsafeBytes { try buffer.append($0) }
        try buffer.append(header.hasCarriageReturn ? "\r\n" : "\n")
      }
      try buffer.append(sample.lines)
    }
    try buffer.flush()
    LastWords.lose(nil)
    try file.finish()
  }

  private func warnOfHeader(_ source: InputSource) {
    StandardError.print(
      "gumbel: \(escaped(source.name)): the first row is drawn like the others; "
        + "--header says that it names the columns, --no-header that it does not")
  }
}
