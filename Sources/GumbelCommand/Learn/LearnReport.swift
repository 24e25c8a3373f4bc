import Gumbel

/// One self-contained page on a run.
struct LearnReport {
  let result: LearnResult
  let pictures: LearnPictures
  let settings: [(name: String, value: String)]

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>gumbel learn: \(escaped(title))</title>
    <style>
    body { font: 15px/1.5 system-ui, sans-serif; color: #222; max-width: 62rem; margin: 2rem auto;
      padding: 0 1rem; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
    svg { max-width: 100%; height: auto; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.15rem 0.9rem 0.15rem 0; text-align: right; border-bottom: 1px solid #e4e4e4; }
    th:first-child, td:first-child { text-align: left; }
    .scroll { max-height: 32rem; overflow: auto; }
    </style>
    </head>
    <body>
    <h1>\(escaped(title))</h1>
    <p>Total variation from the \(result.referenceKind == .true ? "true" : "empirical") distribution:
    <strong>\(fixed(result.totalVariation))</strong> after \(result.epochs) epochs
    (\(result.discriminatorSteps) steps of the discriminator, \(result.generatorSteps) of the
    generator) in \(hundredths(result.trainingSeconds)) seconds.</p>
    \(pictures.figure.svg())
    <h2>On the way</h2>
    \(Figure(columns: [pictures.lossCurves, pictures.distance]).svg())
    <h2>Numbers</h2>
    <div class="scroll">
    <table>
    <thead><tr><th>category</th><th>learned</th><th>reference</th><th>error</th></tr></thead>
    <tbody>
    \(rows)
    </tbody>
    </table>
    </div>
    <h2>Settings</h2>
    <table>
    <tbody>
    \(settings.map { "<tr><td>\(escaped($0.name))</td><td>\(escaped($0.value))</td></tr>" }
      .joined(separator: "\n"))
    </tbody>
    </table>
    <p>Made by gumbel \(GumbelCommand.version).</p>
    </body>
    </html>

    """
  }

  private var title: String { "A distribution over \(result.categories.count) categories" }

  private var rows: String {
    result.categories.indices.map { i in
      let cells = [result.learned[i], result.reference[i], result.learned[i] - result.reference[i]]
      return "<tr><td>\(escaped(result.categories[i]))</td>"
        + cells.map { "<td>\(fixed($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar.value < 0x20 && scalar != "\n" ? "�" : scalar)
      }
    }
    return result
  }
}
