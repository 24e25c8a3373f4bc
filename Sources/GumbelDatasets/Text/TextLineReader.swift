import GumbelFiles

/// Reads strings, one a line, one after another: what a ``TextSet`` holds all of, in memory for one.
public final class TextLineReader {
  /// A string as it stands in a line.
  public struct Line: Sendable {
    /// The line's number, from 1.
    public let number: Int
    /// The line without its end. Bytes that are no UTF-8 become U+FFFD.
    public let text: String
    /// The tokens, without an end; nil where the vocabulary lacks a symbol.
    public let tokens: [Int32]?
  }

  private let input: ChunkedInput
  private let vocabulary: TextVocabulary
  private var scanner: RecordScanner
  private var number = 0

  /// Opens a file, gzipped or not, in UTF-8, or in any encoding where bytes are the symbols.
  ///
  /// - Parameters:
  ///   - source: what to read.
  ///   - vocabulary: the symbols and their tokens.
  ///   - lineLimit: bytes of a line at most.
  ///   - shouldStop: asked before every read and ten times a second while one waits; once true, there
  ///     are no more lines.
  /// - Throws: If it cannot be opened or read, or is no text.
  public init(
    _ source: InputSource, vocabulary: TextVocabulary, lineLimit: Int = 1 << 26,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    self.vocabulary = vocabulary
    input = try ChunkedInput(source, chunk: 1 << 16, inflatingGzip: true, shouldStop: shouldStop)
    scanner = RecordScanner(format: .lines, limit: lineLimit)
    if vocabulary.unit == .characters {
      try input.refuseOtherKinds(expected: "text")
      try input.passByteOrderMark()
    }
  }

  /// Whether the reading was stopped before the end.
  public var isStopped: Bool { input.isStopped }

  /// The next line; nil at the end.
  ///
  /// - Throws: If it cannot be read, is too long, or is not UTF-8 where characters are the symbols.
  public func next() throws(InputError) -> Line? {
    guard try scanner.scan(input, line: number + 1) else { return nil }
    number += 1
    let bytes = UnsafeBufferPointer(rebasing: input.unread[..<scanner.fields[0].count])
    defer { input.consume(scanner.length) }
    if vocabulary.unit == .characters,
      let position = firstInvalidUTF8(in: UnsafeRawBufferPointer(bytes))
    {
      throw InputError(
        source: input.source.name, line: number,
        problem: .invalidUTF8(byte: position + 1 + (number == 1 ? input.markLength : 0)))
    }
    let text = String(decoding: bytes, as: UTF8.self)
    var tokens: [Int32]? = []
    tokens!.reserveCapacity(bytes.count)
    switch vocabulary.unit {
    case .bytes: add(bytes.lazy.map(UInt32.init), to: &tokens)
    case .characters: add(text.unicodeScalars.lazy.map(\.value), to: &tokens)
    }
    return Line(number: number, text: text, tokens: tokens)
  }

  /// Adds the tokens of symbols, or finds that one has none.
  private func add(_ symbols: some Sequence<UInt32>, to tokens: inout [Int32]?) {
    for symbol in symbols {
      guard let token = vocabulary.token(symbol) else {
        tokens = nil
        return
      }
      tokens!.append(token)
    }
  }
}
