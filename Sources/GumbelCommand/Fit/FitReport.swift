import Gumbel

/// One self-contained page on a fit.
struct FitReport {
  let table: FitTable
  let pictures: FitPictures

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>gumbel fit: \(escaped(table.title))</title>
    <style>
    :root { color-scheme: light dark; --ink: #222; --page: #fff; --rule: #e4e4e4; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #ddd; --page: #1b1b1d; --rule: #3a3a3e; }
    }
    body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
      max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
    svg { max-width: 100%; height: auto; border-radius: 6px; }
    table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
    th, td { padding: 0.15rem 1.4rem 0.15rem 0; text-align: right;
      border-bottom: 1px solid var(--rule); }
    th:first-child, td:first-child { text-align: left; }
    </style>
    </head>
    <body>
    <h1>\(escaped(table.title))</h1>
    <p><strong>\(escaped(table.verdict))</strong></p>
    \(pictures.figure.svg())
    <h2>Parameters</h2>
    \(htmlTable(
      ["parameter", "estimate", "standard error", table.intervalTitle], table.parameterRows))
    <h2>Return levels</h2>
    <p>A value passes the level once in so many \(table.periodUnit) on average.</p>
    \(htmlTable(["period", "level", table.intervalTitle], table.returnLevelRows))
    <h2>Goodness of fit</h2>
    <p>Distances between the data's distribution and the fit; of samples that come from a Gumbel
    distribution, 5 of 100 pass the limit.</p>
    \(htmlTable(["test", "distance", "5 % limit", "p"], table.testRows))
    <p>Log-likelihood \(NumberText.text(table.result.fit.logLikelihood, resolution: 1)).
    \(table.omissions.map { escaped($0) + ". " } ?? "")Made by gumbel \(GumbelCommand.version).</p>
    </body>
    </html>

    """
  }

  private func htmlTable(_ titles: [String], _ rows: [[String]]) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
    }
    return """
      <table>
      <thead>\(row(titles, "th"))</thead>
      <tbody>
      \(rows.map { row($0, "td") }.joined(separator: "\n"))
      </tbody>
      </table>
      """
  }

  private func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
