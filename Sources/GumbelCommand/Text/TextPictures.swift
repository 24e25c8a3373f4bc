import SwiftGumbel

/// Curves of a run.
struct TextPictures {
  let epochs: [TextEpoch]
  /// Of a report, by the run: this one first.
  var temperatures: [(name: String, found: [TextTemperature])] = []

  private var x: [Double] { epochs.map { Double($0.epoch) } }
  private static let size = Drawing.Size(width: 440, height: 280)

  var bits: ChartPanel {
    ChartPanel(
      [.line(x: x, y: epochs.map(\.bitsPerCharacter))], title: "Test strings", x: "epoch",
      y: "bits a character", size: Self.size)
  }

  var quality: ChartPanel {
    curves(
      "Quality and diversity", "epoch", x,
      [
        ("valid", epochs.compactMap(\.validity?.wrappedValue)), ("different", epochs.map(\.unique)),
        ("quick BLEU-4", epochs.map(\.bleu4)), ("quick self-BLEU-4", epochs.map(\.selfBleu4)),
      ])
  }

  var lengths: ChartPanel {
    ChartPanel(
      [.line(x: x, y: epochs.map(\.lengthTotalVariation))],
      title: "Lengths against test strings", x: "epoch", y: "total variation",
      size: Self.size)
  }

  /// Over the temperatures of sampling.
  var byTemperature: ChartPanel {
    let temperatures = temperatures.first?.found ?? []
    return curves(
      "Quality and diversity by temperature", "temperature", temperatures.map(\.temperature),
      [
        ("valid", temperatures.compactMap(\.validity)),
        ("different", temperatures.map(\.unique)), ("quick BLEU-4", temperatures.map(\.bleu4)),
        ("quick self-BLEU-4", temperatures.map(\.selfBleu4)),
      ])
  }

  /// The way that the temperature goes from quality to diversity.
  var tradeOff: ChartPanel {
    let isGrammar = temperatures.contains { $0.found.contains { $0.validity != nil } }
    let marks = temperatures.flatMap { run in
      let x = run.found.map(\.unique)
      let y = run.found.map { isGrammar ? $0.validity ?? 0 : $0.bleu4 }
      return temperatures.count > 1
        ? [ChartPanel.Mark.line(run.name, x: x, y: y)] : [.line(x: x, y: y), .points(x: x, y: y)]
    }
    return ChartPanel(
      marks, title: "The same as a trade", x: "different", y: isGrammar ? "valid" : "quick BLEU-4",
      size: Self.size)
  }

  private func curves(
    _ title: String, _ label: String, _ x: [Double], _ lines: [(name: String, y: [Double])]
  ) -> ChartPanel {
    ChartPanel(
      lines.filter { $0.y.count == x.count }.map { .line($0.name, x: x, y: $0.y) }, title: title,
      x: ChartPanel.Axis(label), y: ChartPanel.Axis("part, or score", range: 0...1), size: Self.size
    )
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [bits, quality, lengths]) }
}
