import SwiftGumbel

/// What a run of `gumbel text train` found; printed as JSON with these names.
struct TextTrainResult: Encodable {
  let epochs, steps: Int
  let trainingSeconds: Double
  let parameters: Int
  let seed: UInt64
  /// By the names of the options.
  let settings: [String: String]
  let trainingStrings: Int
  /// Strings that were too long.
  let leftOut: Int
  /// What came of choosing by what is held out; nil where nothing is.
  let validation: ValidationResult?
  /// After all that is to be trained; nil where the run was stopped before.
  let test: TextEvaluation?
  let history: [TextEpoch]
  /// Of a report; else nil.
  let temperatures: [TextTemperature]?

  /// What stands below the table, so that no number of another kind has the same name.
  private static let quickMeasures = """
    * quick measures, of \(TextMeasurement.samples) strings against at most \
    \(TextMeasurement.reference) test strings:
      nats a string, bits a character, total variation of lengths
    """

  /// Whether strings can be valid.
  var hasValidity: Bool { history.contains { $0.validity != nil } }

  /// The measures of an epoch, as tables show them.
  func row(_ epoch: TextEpoch) -> [String] {
    func number(_ value: Double) -> String { NumberText.text(value, resolution: 0.1) }
    var cells = ["\(epoch.epoch)"]
    cells += [epoch.loss, epoch.negativeLogLikelihood, epoch.bitsPerCharacter].map(number)
    if hasValidity { cells.append((epoch.validity?.wrappedValue).map(number) ?? "") }
    return cells
      + [epoch.unique, epoch.bleu4, epoch.selfBleu4, epoch.lengthTotalVariation].map(number)
  }

  /// A row an epoch, where there are many some of them, and the measures.
  var table: String {
    let titles =
      ["epoch", "loss", "nats*", "bits*"] + (hasValidity ? ["valid*"] : [])
      + ["different*", "BLEU-4*", "self-BLEU-4*", "lengths*"]
    let rows = [titles] + AlignedTable.some(of: history).map(row)
    var text = AlignedTable(rows, areNumbers: true).text
    if !history.isEmpty { text += "\n\n" + Self.quickMeasures }
    if let last = history.last {
      text += "\n\ngenerated\n" + last.examples.map { "  " + $0 }.joined(separator: "\n")
    }
    if let validation {
      text += "\n\n" + validation.line(of: epochs, "strings", "-log p")
    }
    if let test { text += "\n\n" + test.table }
    let out = leftOut == 0 ? "" : " (\(leftOut) too long)"
    return text
      + "\n\n\(trainingStrings) training strings\(out), \(parameters) parameters, \(steps) steps in "
      + "\(NumberText.short(trainingSeconds)) s"
  }
}
