/// Latin letters with an accent, as a base letter and the accent.
///
/// The standard library offers no decomposition, so the letters of the languages written most
/// are listed here.
enum Diacritics {
  enum Mark: CaseIterable {
    case acute, grave, circumflex, diaeresis, tilde, caron, ring, macron, cedilla, slash
  }

  /// The base letter and accent of, for example, "é"; nothing for letters without one.
  static func split(_ character: Character) -> (base: Character, mark: Mark)? {
    table[character]
  }

  private static let table: [Character: (base: Character, mark: Mark)] = {
    let rows: [(Mark, String, String)] = [
      (.acute, "áéíóúýćńśźÁÉÍÓÚÝĆŃŚŹ", "aeiouycnszAEIOUYCNSZ"),
      (.grave, "àèìòùÀÈÌÒÙ", "aeiouAEIOU"),
      (.circumflex, "âêîôûÂÊÎÔÛ", "aeiouAEIOU"),
      (.diaeresis, "äëïöüÿÄËÏÖÜ", "aeiouyAEIOU"),
      (.tilde, "ãñõÃÑÕ", "anoANO"),
      (.caron, "čďěňřšťžČĎĚŇŘŠŤŽ", "cdenrstzCDENRSTZ"),
      (.ring, "åůÅŮ", "auAU"),
      (.macron, "āēīōūĀĒĪŌŪ", "aeiouAEIOU"),
      (.cedilla, "çşţÇŞŢ", "cstCST"),
      (.slash, "øłØŁ", "olOL"),
    ]
    var table: [Character: (base: Character, mark: Mark)] = [:]
    for (mark, letters, bases) in rows {
      for (letter, base) in zip(letters, bases) { table[letter] = (base, mark) }
    }
    return table
  }()
}
