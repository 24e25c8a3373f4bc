/// A grammar in the notation of llama.cpp (GBNF), in which characters stand in classes and parts
/// repeat: for masks of tokens alone, since its strings are not counted and have no probabilities.
///
/// ```swift
/// let dates = try GBNFGrammar(
///   reading: """
///     root  ::= year "-" two "-" two
///     year  ::= digit{4}
///     two   ::= digit digit
///     digit ::= [0-9]
///     """)
/// print(dates.ruleNames)  // ["root", "year", "two", "digit"]
/// ```
///
/// A rule is a name, `::=` and alternatives with `|` between; the start is `root`. What they are made
/// of are names of rules, `"characters"`, classes of characters such as `[a-z_]` and `[^"\\]`, `.` for any
/// character, and parts in parentheses, each of which `*`, `+`, `?`, `{3}`, `{2,}` or `{2,5}` may repeat.
/// `#` begins a comment. A character is a Unicode scalar; the escapes are `\n`, `\r`, `\t`, `\\`, `\"`,
/// `\[`, `\]`, `\-`, `\^`, `\x1f`, `\u00e9` and `\U0001f600`.
public struct GBNFGrammar: Sendable {
  /// What messages call the grammar.
  public let name: String
  /// The text that it was read from.
  public let text: String
  /// The rules in their order.
  public let ruleNames: [String]

  let bytes: ByteGrammar

  /// How many symbols stand in the rules with all repetitions written out.
  package var symbolCount: Int { bytes.symbolCount }

  /// Reads a grammar from text.
  ///
  /// - Throws: An ``/GumbelFiles/InputError`` with line and column if the text is not a grammar, has no rule
  ///   `root` or one without alternatives, uses a rule that is not there, has no strings, or passes a
  ///   limit: 1 MiB, or 100,000 symbols with all repetitions written out.
  public init(reading text: String, name: String = "grammar") throws(InputError) {
    var reader = try GBNFReader(text, source: name)
    try reader.read()
    self.name = name
    self.text = text
    ruleNames = reader.ruleNames
    bytes = ByteGrammar(productions: reader.productions)
    if bytes.isEmpty {
      throw InputError(source: name, problem: .grammar(.noStrings(start: "root")))
    }
  }

  /// Reads a grammar from a file in UTF-8.
  ///
  /// - Throws: As ``init(reading:name:)``, and if the source cannot be read or is not text.
  public static func load(
    _ source: InputSource, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> GBNFGrammar {
    try GBNFGrammar(reading: grammarText(source, shouldStop: shouldStop), name: source.name)
  }

  /// JSON as RFC 8259 has it, with white space wherever that allows it.
  public static let json = builtIn(
    "json",
    #"""
    root   ::= ws value ws
    value  ::= object | array | string | number | "true" | "false" | "null"
    object ::= "{" ws (member ("," ws member)*)? "}"
    member ::= string ws ":" ws value ws
    array  ::= "[" ws (value ws ("," ws value ws)*)? "]"
    string ::= "\"" char* "\""
    char   ::= [^"\\\x00-\x1f] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4})
    number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
    ws     ::= [ \t\n\r]*
    """#)

  private static func builtIn(_ name: String, _ text: String) -> GBNFGrammar {
    do {
      return try GBNFGrammar(reading: text, name: name)
    } catch {
      fatalError("\(error)")
    }
  }
}
