extension Grammar {
  /// The grammars that go by a name: ``arithmetic`` and ``expressions``.
  public static let builtIn = [arithmetic, expressions]

  /// A built-in grammar by its name; nil if there is none.
  public static func named(_ name: String) -> Grammar? { builtIn.first { $0.name == name } }

  /// Sums, differences, products and quotients of x, all productions alike, of Kusner &
  /// Hernández-Lobato, "GANs for sequences of discrete elements with the Gumbel-softmax
  /// distribution", 2016 (arXiv 1611.04051).
  ///
  /// Its strings are those of `x([-+*/]x)*`: 4ᵏ of length 2k + 1.
  public static let arithmetic = builtIn(
    "arithmetic",
    """
    S -> 'x' | S '+' S | S '-' S | S '*' S | S '/' S
    """)

  /// The same with parentheses and two variables: the language that generators of text are compared
  /// by in Texygen (Zhu et al. 2018, arXiv 1802.01886) and elsewhere.
  public static let expressions = builtIn(
    "expressions",
    """
    S -> S '+' S | S '-' S | S '*' S | S '/' S | '(' S ')' | 'x' | 'y'
    """)

  private static func builtIn(_ name: String, _ text: String) -> Grammar {
    do {
      return try Grammar(reading: text, name: name)
    } catch {
      fatalError("\(error)")
    }
  }

  /// Reads a built-in grammar by its name, or else a file.
  ///
  /// - Throws: If there is neither, or as ``load(_:shouldStop:)``.
  public static func load(
    _ argument: String, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> Grammar {
    if let grammar = named(argument) { return grammar }
    let source = InputSource(argument: argument)
    do {
      return try load(source, shouldStop: shouldStop)
    } catch  where error.problem as? FileProblem == .missing {
      throw InputError(source: argument, problem: .grammar(.noSuchGrammar(builtIn.map(\.name))))
    }
  }
}
