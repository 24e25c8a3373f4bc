import SwiftGumbel

/// One self-contained page on a run.
struct TextReport {
  let run: TextRun
  let result: TextTrainResult
  let pictures: TextPictures

  var html: String {
    HTMLPage(
      title: "Texts like \(run.dataName)",
      style: """
        td.text { font-family: ui-monospace, monospace; text-align: left; white-space: pre-wrap;
          overflow-wrap: anywhere; }

        """,
      body: """
        <p>\(xmlEscaped(summary))</p>
        <h2>On the way</h2>
        <p>After every epoch, test strings were predicted and strings generated, at temperature 1.
        Quality (valid, BLEU) and diversity (different; self-BLEU, which is low where strings
        differ) are to be read together: a network that repeats one good string is all quality.
        \(epochMeasures)</p>
        \(HTMLPage.figure(
          Figure(grid: [[pictures.bits, pictures.quality], [pictures.lengths]])))
        <h2>Strings as they improve</h2>
        <p>Some of the strings that the network wrote after an epoch.</p>
        \(shownEpochs.note)
        \(examples(
          shownEpochs.rows.map { ("\($0.epoch)", $0.examples) }, title: "epoch",
          label: "Strings as they improve"))
        \(temperatures)
        <h2>Numbers</h2>
        \(measures)
        <h3>Of every epoch</h3>
        <p>\(epochMeasures)</p>
        \(numberedEpochs.note)
        \(HTMLPage.table(
          numberTitles, numberedEpochs.rows.map(result.row), label: "Numbers of every epoch"))
        \(run.settingsSections)
        """,
      footer: "<p>Made by gumbel \(GumbelCommand.version).</p>"
    ).html
  }

  private var summary: String {
    let what =
      "\(run.settings.kind.rawValue.uppercased()) of \(result.parameters) parameters, trained on "
      + "\(run.data.trainCount) strings of at most \(run.texts.maximumLength) symbols"
    guard let test = result.test else {
      return "\(what). The run was stopped after \(result.steps) of \(run.steps) steps."
    }
    let bits = NumberText.text(test.likelihood.bitsPerCharacter, resolution: 0.1)
    let valid = test.measures.validity.map {
      ", \(NumberText.text(100 * $0, resolution: 10)) % of them valid"
    }
    return "\(what): \(bits) bits a character of test strings, and of \(test.measures.samples) "
      + "generated strings \(NumberText.text(100 * test.measures.unique, resolution: 10)) % are "
      + "different\(valid ?? "")."
  }

  private var measures: String {
    guard let test = result.test else { return "" }
    let lines = test.table.split(separator: "\n", omittingEmptySubsequences: false)
    return """
      <h3>At the end</h3>
      <p>Of the trained network, measured once and with all test strings.</p>
      <pre tabindex="0" role="region" aria-label="Measures at the end">\
      \(escaped(lines: lines.map(String.init)))</pre>
      """
  }

  private var temperatures: String {
    guard let found = result.temperatures else { return "" }
    return """
      <h2>Temperatures of sampling</h2>
      <p>Lower temperatures prefer likely symbols: better strings, and fewer different ones.
      \(epochMeasures)</p>
      \(HTMLPage.figure(Figure(columns: [pictures.byTemperature, pictures.tradeOff])))
      \(examples(
        found.map { (NumberText.short($0.temperature), $0.examples) }, title: "temperature",
        label: "Strings by temperature"))
      """
  }

  /// Escaping makes spaces of line ends inside.
  private func escaped(lines: [String]) -> String {
    lines.map(xmlEscaped).joined(separator: "\n")
  }

  private func examples(
    _ groups: [(name: String, strings: [String])], title: String, label: String
  ) -> String {
    HTMLPage.table(
      head: [title, "generated"],
      body: groups.map { group in
        "<tr><td>\(xmlEscaped(group.name))</td><td class=\"text\">"
          + escaped(lines: group.strings.map { shortened($0, to: 300) }) + "</td></tr>"
      }, label: label)
  }

  /// How the measures of epochs and temperatures differ from those at the end.
  private var epochMeasures: String {
    """
    These are quick measures, of \(TextMeasurement.samples) strings against at most \
    \(TextMeasurement.reference) test strings; those at the end are of other strings and all test \
    strings. BLEU and self-BLEU grow with the number of strings, so that the two are not to be \
    compared.
    """
  }

  private var shownEpochs: (rows: [TextEpoch], note: String) {
    HTMLPage.some(of: result.history, upTo: 25, unit: "epochs")
  }

  private var numberedEpochs: (rows: [TextEpoch], note: String) {
    HTMLPage.some(of: result.history, upTo: 500, unit: "epochs")
  }

  private var numberTitles: [String] {
    ["epoch", "loss", "quick test nats", "quick bits/character"]
      + (result.hasValidity ? ["valid"] : [])
      + ["different", "quick BLEU-4", "quick self-BLEU-4", "length TV"]
  }
}
