import SwiftGumbel

/// The table of a comparison: on a terminal, and in a page.
struct CompareTable {
  let result: CompareResult
  let latent: VAE.Latent

  private var samples: Int { result.settings.samples }

  var columns: [String] {
    [
      "estimator", "-bound", "± 95 %", samples == 1 ? "1 sample" : "\(samples) samples", "± 95 %",
      "ms a step", "rate", "runs", "Jang et al.",
    ]
  }

  var rows: [[String]] {
    let rows = result.rows
    let best = rows.map(\.negatedBound.mean).min()
    let bestSampled = rows.map(\.negatedSampledBound.mean).min()
    return rows.map { row in
      let (bound, sampled) = (row.negatedBound, row.negatedSampledBound)
      func text(_ value: Double, isBest: Bool) -> String {
        NumberText.text(value, resolution: 1) + (isBest && rows.count > 1 ? "*" : "")
      }
      func error(_ value: Double?) -> String {
        value.map { NumberText.text($0, resolution: 1) } ?? ""
      }
      return [
        row.name, text(bound.mean, isBest: bound.mean == best), error(bound.halfWidth),
        text(sampled.mean, isBest: sampled.mean == bestSampled), error(sampled.halfWidth),
        NumberText.short(1000 * row.secondsPerStep), NumberText.short(row.learningRate),
        "\(row.runs.count)",
        ComparePublished.value(row.name, result.settings.task, latent).map { "\($0)" } ?? "",
      ]
    }
  }

  var title: String {
    let settings = result.settings
    let task =
      settings.task == .vae
      ? "Autoencoders with \(settings.latent)"
      : "From the upper half of images to the lower one, through two layers of \(settings.latent)"
    return "\(task), \(settings.data): \(settings.epochs) epochs of "
      + "\(settings.trainingImages / settings.batchSize) steps, negated bounds of log p in nats on "
      + "\(settings.testImages) test images"
  }

  var notes: [String] {
    [
      "-bound: of one exact draw an image, without relaxation (the mean over \(samples)); "
        + "\(samples) samples: -log of the mean weight of so many; ± 95 %: half of the interval of the "
        + "mean over the seeds, by Student's t; * the least.",
      ComparePublished.note(result.settings.task, latent),
    ]
  }

  var text: String {
    // Numbers end below each other, and their marks hang.
    let marked = ([columns] + rows).map { [$0[0]] + AlignedTable.hanging($0.dropFirst()) }
    let table = AlignedTable(marked, areNumbers: true)
    return ([title, "", table.text, ""] + notes).joined(separator: "\n")
  }
}
