import Gumbel

/// One self-contained page on a run.
struct TextReport {
  let run: TextRun
  let result: TextTrainResult
  let pictures: TextPictures

  var html: String {
    HTMLPage(
      title: "Texts like \(run.texts.name)",
      style: """
        pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; }
        td.text { font-family: ui-monospace, monospace; text-align: left; white-space: pre-wrap; }

        """,
      body: """
        <p>\(xmlEscaped(summary))</p>
        <h2>On the way</h2>
        <p>After every epoch, test strings were predicted and strings generated, at temperature 1.
        Quality (valid, BLEU) and diversity (different; self-BLEU, which is low where strings
        differ) are to be read together: a network that repeats one good string is all quality.</p>
        <figure>
        \(Figure(columns: [pictures.bits, pictures.quality, pictures.lengths]).svg())</figure>
        <h2>Strings as they improve</h2>
        <div class="scroll">
        \(examples(result.history.map { ("\($0.epoch)", $0.examples) }, title: "epoch"))
        </div>
        \(temperatures)
        <h2>Numbers</h2>
        \(measures)
        <div class="scroll">
        \(HTMLPage.table(numbers[0], Array(numbers.dropFirst())))
        </div>
        <h2>Settings</h2>
        \(HTMLPage.table([], run.settingsTable.map { [$0.name, $0.value] }))
        <h2>Again</h2>
        <p>The same command gives the same bits on a machine of the same kind:</p>
        <pre>\(xmlEscaped(run.commandLine))</pre>
        <footer><p>Made by gumbel \(GumbelCommand.version).</p></footer>
        """
    ).html
  }

  private var summary: String {
    let what =
      "\(run.settings.kind.rawValue.uppercased()) of \(result.parameters) parameters, trained on "
      + "\(run.texts.trainCount) strings of at most \(run.texts.maximumLength) symbols"
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
    return "<pre>\(escaped(lines: lines.map(String.init)))</pre>"
  }

  private var temperatures: String {
    guard let found = result.temperatures else { return "" }
    return """
      <h2>Temperatures of sampling</h2>
      <p>Lower temperatures prefer likely symbols: better strings, and fewer different ones.</p>
      <figure>
      \(Figure(columns: [pictures.byTemperature, pictures.tradeOff]).svg())</figure>
      <div class="scroll">
      \(examples(found.map { (NumberText.short($0.temperature), $0.examples) }, title: "temperature"))
      </div>
      """
  }

  /// Escaping makes spaces of line ends inside.
  private func escaped(lines: [String]) -> String {
    lines.map(xmlEscaped).joined(separator: "\n")
  }

  private func examples(_ groups: [(name: String, strings: [String])], title: String) -> String {
    HTMLPage.table(
      head: [title, "generated"],
      body: groups.map { group in
        "<tr><td>\(xmlEscaped(group.name))</td><td class=\"text\">"
          + escaped(lines: group.strings) + "</td></tr>"
      })
  }

  private var numbers: [[String]] {
    func number(_ value: Double) -> String { NumberText.text(value, resolution: 0.1) }
    let hasValidity = result.history.contains { $0.validity != nil }
    return [
      ["epoch", "loss", "test nats", "bits/character"] + (hasValidity ? ["valid"] : [])
        + ["different", "BLEU-4", "self-BLEU-4", "length TV"]
    ]
      + result.history.map { epoch in
        [
          "\(epoch.epoch)", number(epoch.loss), number(epoch.negativeLogLikelihood),
          number(epoch.bitsPerCharacter),
        ] + (hasValidity ? [epoch.validity.map(number) ?? ""] : [])
          + [epoch.unique, epoch.bleu4, epoch.selfBleu4, epoch.lengthTotalVariation].map(number)
      }
  }
}
