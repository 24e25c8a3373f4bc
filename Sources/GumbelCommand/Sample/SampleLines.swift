import ArgumentParser
import Gumbel

/// Draws lines of a file or a pipe, and writes them as they are.
struct SampleLines {
  let source: SourceOptions
  let table: TableOptions
  let count: Int
  let seed: UInt64
  let format: SampleFormat
  let output: String?

  /// What is written as JSON.
  private struct Result: Encodable {
    struct Line: Encodable {
      let number: Int
      let text: String
    }
    let method = "reservoir"
    let seed: UInt64
    let lineCount: Int
    let samples: [Line]
  }

  /// Reads, and says which option helps where one does.
  private func explaining<Result>(_ areRows: Bool, _ read: () throws -> Result) throws -> Result {
    do {
      return try table.explaining(read)
    } catch let error as InputError {
      switch error.problem {
      case .unterminatedQuote where areRows && source.weights == nil,
        .textAfterQuote where areRows && source.weights == nil:
        throw CommandFailure("\(error); --no-table draws lines as they stand")
      default: throw error
      }
    }
  }

  func run(path: String) throws {
    if let output { try AtomicFile.checkWritable(output) }
    // An endless pipe need not be read for nothing.
    if count == 0, format == .text, table.header != true { return }
    let areRows = source.areRows(table)
    var dialect = table.dialect(forPath: path)
    // What is drawn is written as it stands, so that a line that begins with # is one like others.
    if table.comment == nil { dialect.comments = .none }
    let sampler =
      areRows
      ? LineSampler(
        count: count, table: dialect,
        weights: source.weights.map(SymbolFormat.Column.init(argument:)),
        lineLimit: table.maxLine.value)
      : LineSampler(count: count, header: dialect.header, lineLimit: table.maxLine.value)
    let sample = try explaining(areRows) {
      try sampler.sample(
        from: InputSource(argument: path), key: RandomKey(seed),
        isCancelled: { Interruption.isRequested })
    }
    let file = try AtomicFileWriter(output ?? "/dev/stdout")
    let buffer = OutputBuffer(file)
    if format == .json {
      let result = Result(
        seed: seed, lineCount: sample.lineCount,
        samples: sample.lines.map {
          .init(number: $0.number, text: String(decoding: $0.bytes, as: UTF8.self))
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
    try file.finish()
    if !sample.isComplete {
      StandardError.print("gumbel: stopped after \(sample.lineCount) lines")
      throw ExitCode(Interruption.exitStatus)
    }
  }
}
