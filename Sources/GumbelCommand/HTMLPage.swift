import Gumbel

/// A page in one file, light or dark as its reader prefers. Pictures in it are inline SVG.
struct HTMLPage {
  /// In plain text.
  let title: String
  /// Rules beside those that all pages have.
  var style = ""
  /// What stands below the title's heading, as HTML.
  let body: String

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(xmlEscaped(title))</title>
    <style>
    :root { --ink: #222; --paper: #fff; --soft: #f4f5f7; --line: #e2e4e8; --link: #0072b2; }
    body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
      max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.6rem; }
    p, dl { max-width: 46rem; } a { color: var(--link); }
    figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; display: block; }
    table { border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .15rem 1.1rem .15rem 0; text-align: right; white-space: nowrap;
      border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { text-align: left; }
    .scroll { max-height: 32rem; overflow: auto; }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .9rem; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e3e3e3; --paper: #161616; --soft: #222428; --line: #3a3d42; --link: #6db6e8; }
      svg { filter: invert(0.914) hue-rotate(180deg); }
    }
    @media print { h2 { break-after: avoid; } figure { break-inside: avoid; } }
    \(style)</style>
    </head>
    <body>
    <h1>\(xmlEscaped(title))</h1>
    \(body)
    </body>
    </html>

    """
  }

  /// A table of plain text.
  static func table(_ titles: [String], _ rows: [[String]]) -> String {
    table(head: titles, body: rows.map { row($0) })
  }

  /// A table of rows that are HTML already.
  static func table(head titles: [String], body rows: [String]) -> String {
    let head = titles.isEmpty ? "" : "<thead>\(row(titles, "th"))</thead>\n"
    return "<table>\n\(head)<tbody>\n\(rows.joined(separator: "\n"))\n</tbody>\n</table>"
  }

  static func row(_ cells: [String], _ tag: String = "td") -> String {
    "<tr>" + cells.map { "<\(tag)>\(xmlEscaped($0))</\(tag)>" }.joined() + "</tr>"
  }
}
