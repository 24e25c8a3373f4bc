import GumbelTensors

/// The bytes that each token of a tokenizer stands for.
///
/// A text in UTF-8 is the bytes of its tokens one after the other; a token may begin and end inside a
/// character.
///
/// ```swift
/// let vocabulary = TokenVocabulary(["{", "}", "\"", "a", "1", ""], endOfText: [5])
/// print(vocabulary.count, vocabulary.bytes(of: 3))  // 6 [97]
/// ```
public struct TokenVocabulary: Sendable {
  /// The tokens that end a text, in order; they stand for no bytes.
  public let endOfText: [Int]

  private let bytes: [UInt8]
  /// Where the bytes of each token begin, and where those of the last one end.
  private let starts: [Int]

  /// Creates a vocabulary from the bytes of its tokens, in their order.
  ///
  /// Several tokens may stand for the same bytes. Tokens without bytes, such as a tokenizer's control
  /// tokens, have no part in a text and are never allowed by a ``GrammarMatcher``, but for those that
  /// end it. Traps if one of those is not the number of a token.
  public init(_ tokens: some Collection<[UInt8]>, endOfText: some Sequence<Int> = []) {
    let ends = Set(endOfText)
    var bytes: [UInt8] = []
    var starts = [0]
    for (token, text) in tokens.enumerated() {
      if !ends.contains(token) { bytes += text }
      starts.append(bytes.count)
    }
    require(
      ends.allSatisfy { $0 >= 0 && $0 < tokens.count },
      "TokenVocabulary: the end of a text is one of \(ends.sorted()) of \(tokens.count) tokens")
    self.bytes = bytes
    self.starts = starts
    self.endOfText = ends.sorted()
  }

  /// Creates a vocabulary of texts, which stand for their UTF-8.
  public init(_ tokens: some Collection<String>, endOfText: some Sequence<Int> = []) {
    self.init(tokens.map { Array($0.utf8) }, endOfText: endOfText)
  }

  /// How many tokens there are.
  public var count: Int { starts.count - 1 }

  /// The bytes that a token stands for; none for those that end a text. Traps if there is no such
  /// token.
  public func bytes(of token: Int) -> ArraySlice<UInt8> {
    require(token >= 0 && token < count, "TokenVocabulary: token \(token) of \(count) tokens")
    return bytes[starts[token]..<starts[token + 1]]
  }

  /// Whether a token is one of those that end a text.
  func isEndOfText(_ token: Int) -> Bool { endOfText.contains(token) }

  /// All tokens that have bytes.
  var suffixes: [TokenSuffix] {
    (0..<count).compactMap {
      starts[$0] < starts[$0 + 1] ? TokenSuffix(token: Int32($0), offset: 0) : nil
    }
  }

  /// Calls `body` with the bytes of all tokens and where each one's begin.
  func withBytes<R>(
    _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int>) -> R
  ) -> R {
    bytes.withUnsafeBufferPointer { bytes in starts.withUnsafeBufferPointer { body(bytes, $0) } }
  }
}

/// The bytes of a token from an offset on.
struct TokenSuffix {
  var token, offset: Int32
}
