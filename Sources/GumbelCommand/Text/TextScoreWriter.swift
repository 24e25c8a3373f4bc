import GumbelCLibrary
import SwiftGumbel

/// How probable a string is, as JSON has it.
struct TextScore: Encodable {
  let line: Int
  let string: String
  /// nil where it is minus infinity; per character also of the empty string.
  let logProbability, perCharacter, perplexity: Double?

  private enum Key: CodingKey { case line, string, logProbability, perCharacter, perplexity }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(line, forKey: .line)
    try container.encode(string, forKey: .string)
    try container.encode(logProbability, forKey: .logProbability)
    try container.encode(perCharacter, forKey: .perCharacter)
    try container.encode(perplexity, forKey: .perplexity)
  }

  /// exp(-log p / n); nil where there is none, or it is beyond all numbers.
  static func perplexity(_ logProbability: Double, _ symbols: Int) -> Double? {
    let value = exp(-logProbability / Double(symbols))
    return value.isFinite ? value : nil
  }

  /// As lines and tables have it.
  static func text(_ value: Double) -> String { NumberText.fixed(value, decimals: 6) }
}

/// Writes how probable strings are, as they are read.
final class TextScoreWriter {
  private(set) var sum = TextScoreSum()
  private let path: String?
  private let isTotal, isQuiet, endsStrings: Bool
  /// Where JSON goes, and where lines go.
  private let json: (file: AtomicFileWriter, buffer: OutputBuffer)?
  private var isFirst = true

  init(json path: String?, isTotal: Bool, isQuiet: Bool, endsStrings: Bool) throws {
    self.path = path
    (self.isTotal, self.isQuiet, self.endsStrings) = (isTotal, isQuiet, endsStrings)
    if let path, !isTotal {
      let file = try AtomicFileWriter(StandardOutput.resolving(path))
      json = (file, OutputBuffer(file))
      try json!.buffer.append("{\"strings\":[")
    } else {
      json = nil
    }
  }

  private var isPrinted: Bool { !isTotal && path != StandardOutput.argument }

  /// - Parameter values: the log-probabilities of those lines that have tokens.
  func write(_ lines: [TextLineReader.Line], _ values: [Double]) throws {
    var rest = values[...]
    var text = ""
    for line in lines {
      let value = line.tokens == nil ? -Double.infinity : rest.removeFirst()
      let characters = line.tokens?.count ?? 0
      let symbols = characters + (endsStrings ? 1 : 0)
      if line.tokens == nil {
        sum.outside += 1
      } else {
        sum.add(value, characters: characters, symbols: symbols)
      }
      let isKnown = value.isFinite
      let each = isKnown && characters > 0 ? value / Double(characters) : nil
      let perplexity = isKnown && symbols > 0 ? TextScore.perplexity(value, symbols) : nil
      if isPrinted {
        let none = isKnown ? "" : "-inf"
        text += [
          isKnown ? TextScore.text(value) : "-inf", each.map(TextScore.text) ?? none,
          perplexity.map(TextScore.text) ?? (isKnown ? "" : "inf"), line.text,
        ].joined(separator: "\t")
        text += "\n"
      }
      if let json {
        let score = TextScore(
          line: line.number, string: line.text, logProbability: isKnown ? value : nil,
          perCharacter: each, perplexity: perplexity)
        try json.buffer.append((isFirst ? "" : ",") + JSON.text(of: score))
        isFirst = false
      }
    }
    if !text.isEmpty { try StandardOutput.write(text) }
  }

  /// Ends with the sum.
  func finish() throws {
    if let json {
      try json.buffer.append("],\"total\":" + JSON.text(of: sum) + "}\n")
      try json.buffer.flush()
      try json.file.finish()
    }
    if isTotal {
      try JSON.write(sum, to: path, or: sum.table)
    } else if !isQuiet {
      StandardError.print("gumbel: " + sum.line)
    }
  }

  /// Ends where not all was read: with no file.
  func abandon() throws {
    if let json, json.file.isInPlace { try json.buffer.flush() }
  }
}
