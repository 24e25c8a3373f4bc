import ArgumentParser
import Gumbel

/// Draws lines of a file or a pipe, and writes them as they are.
struct SampleLines {
  let source: SourceOptions
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

  func run(path: String) throws {
    if let output { try AtomicFile.checkWritable(output) }
    let isTabbed = [".tsv", ".tab"].contains { path.lowercased().hasSuffix($0) }
    let sampler = LineSampler(
      count: count,
      weights: source.weights.map { name in Int(name).map { .number($0) } ?? .name(name) },
      delimiter: try source.delimiter.map(Delimiter.option) ?? (isTabbed ? .tab : .comma),
      header: source.header.map { $0 ? .present : .absent } ?? .automatic)
    let sample = try sampler.sample(
      from: InputSource(argument: path), key: RandomKey(seed),
      isCancelled: { Interruption.isRequested })
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
      let header = source.header == true ? sample.header : nil
      for line in (header.map { [$0] } ?? []) + sample.lines {
        try line.bytes.withUnsafeBytes { try buffer.append($0) }
        try buffer.append(line.hasCarriageReturn ? "\r\n" : "\n")
      }
    }
    try buffer.flush()
    try file.finish()
    if !sample.isComplete {
      StandardError.print("gumbel: stopped after \(sample.lineCount) lines")
      throw ExitCode(Interruption.exitStatus)
    }
  }
}
