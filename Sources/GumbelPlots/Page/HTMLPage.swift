// Snippet:
// let figure = Figure(columns: [BarChart(categories: ["cat"], series: [("counted", [3])])])
/// A report in one file that asks no network for anything, light or dark as its reader prefers. Pictures
/// in it are inline SVG, and without scripts all of it can be read.
///
/// ```swift
/// let page = HTMLPage(
///   title: "Pets", body: "<p>How often each comes.</p>" + HTMLPage.figure(figure),
///   footer: "<p>Counted on Monday.</p>")
/// let text: String = page.html
/// ```
public struct HTMLPage: Sendable {
  /// In plain text.
  public let title: String
  /// Rules beside those that all pages have.
  public let style: String
  /// What stands below the title's heading, as HTML.
  public let body: String
  /// What stands at the end, as HTML: how the page was made.
  public let footer: String
  /// What brings the page to life, in JavaScript; it runs once all else is there. Pages with lines and
  /// points have a script of their own before it, which says the values of the one that is pointed at.
  public let script: String

  /// Creates a page of its parts, of which the title alone is plain text and the others are HTML, but
  /// for the style and the script. Traps where the script would end its own element.
  public init(
    title: String, style: String = "", body: String, footer: String, script: String = ""
  ) {
    require(
      !script.contains("</script") && !script.contains("<!--"),
      "HTMLPage: the script has \"</script\" or \"<!--\" in it, which HTML takes for its own")
    self.title = title
    self.style = style
    self.body = body
    self.footer = footer
    self.script = script
  }

  /// The whole document.
  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(xmlEscaped(title))</title>
    <style>
    \(Self.style)\(style)\(DarkColors.style(for: body))</style>
    </head>
    <body>
    <main>
    <h1>\(xmlEscaped(title))</h1>
    \(body)
    </main>
    <footer>
    \(footer)
    </footer>
    \(scriptElement)</body>
    </html>

    """
  }

  private var scriptElement: String {
    let hasReadings = (body + script).contains("data-name=")
    let scripts = (hasReadings ? Self.pointing : "") + script
    return scripts.isEmpty ? "" : "<script>\n\"use strict\";\n\(scripts)</script>\n"
  }

  private static let pointing = String(
    decoding: PackageResources.pointing_js, as: UTF8.self)

  /// From this width of the window on, the panels of a picture stand side by side.
  private static let wide = "62rem"

  private static let style = """
    :root { --ink: #222; --paper: #fff; --soft: #f4f5f7; --line: #e2e4e8; --link: #0068a3; }
    body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
      max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.2rem; margin-top: 2.6rem; }
    h1, h2, p, dd, li { overflow-wrap: anywhere; }
    p, dl { max-width: 46rem; } a { color: var(--link); }
    figure { margin: 1rem 0; } svg, img { max-width: 100%; height: auto; display: block; }
    .beside { display: none; }
    .stacked { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
      gap: .5rem; }
    .stacked svg { width: 100%; max-width: 30rem; }
    @media (min-width: \(wide)) { .beside { display: block; } .stacked { display: none; } }
    table { border-collapse: collapse; font-size: .95rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .15rem 1.1rem .15rem 0; text-align: right; white-space: nowrap;
      border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { text-align: left; } tbody th { font-weight: normal; }
    .settings td { text-align: left; }
    .scroll { max-height: 32rem; overflow: auto; } .scroll svg { max-width: none; }
    @media (max-width: \(wide)) { .scroll svg { zoom: 1.3; } }
    pre { background: var(--soft); padding: .6rem .8rem; overflow-x: auto; }
    .pointed, .pointed-ring { position: fixed; left: 0; top: 0; pointer-events: none; z-index: 2; }
    .pointed { background: var(--ink); color: var(--paper); font-size: .85rem; padding: .1rem .5rem;
      border-radius: 4px; max-width: 90vw; }
    .pointed-ring { width: 12px; height: 12px; margin: -8px; border: 2px solid var(--ink);
      border-radius: 50%; }
    [hidden] { display: none; } svg:focus-visible { outline: 2px solid var(--link); }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .9rem; }
    @media screen and (prefers-color-scheme: dark) {
      :root { --ink: #e3e3e3; --paper: #161616; --soft: #222428; --line: #3a3d42; --link: #6db6e8; }
    }
    @media print {
      h2 { break-after: avoid; } figure { break-inside: avoid; } .scroll { max-height: none; }
    }

    """
}

// MARK: - Parts of a body

extension HTMLPage {
  /// Panels side by side where there is room, and one below the other, as wide as a telephone's
  /// screen, where there is none.
  public static func figure(_ figure: Figure) -> String {
    let panels = figure.separated(width: 340).map { $0.svg() }.joined()
    return """
      <figure>
      <div class="beside">\(figure.svg())</div>
      <div class="stacked">\(panels)</div>
      </figure>
      """
  }

  /// A picture too fine to be made narrower: in a box to scroll in where it does not fit.
  public static func wideFigure(_ figure: Figure, label: String) -> String {
    """
    <figure>
    \(scroll(figure.svg(), label: label))
    </figure>
    """
  }

  /// A box that scrolls by itself, with the keyboard too.
  public static func scroll(_ html: String, label: String) -> String {
    """
    <div class="scroll" tabindex="0" role="region" aria-label="\(xmlEscaped(label))">
    \(html)
    </div>
    """
  }

  /// A picture of pixels, shown `width` points wide, and what it shows in words for those who cannot
  /// see it.
  public static func image(_ bitmap: Bitmap, width: Int, description: String) -> String {
    """
    <figure><img class="sheet" alt="\(xmlEscaped(description))"
    width="\(width)" src="data:image/png;base64,\(base64(bitmap.png()))">
    </figure>
    """
  }

  /// What was typed in a shell, to copy.
  public static func command(_ line: String) -> String {
    "<pre tabindex=\"0\" role=\"region\" aria-label=\"Command\">\(xmlEscaped(line))</pre>"
  }

  /// A table of plain text in a box that scrolls.
  public static func table(_ titles: [String], _ rows: [[String]], label: String) -> String {
    table(head: titles, body: rows.map { row($0) }, label: label)
  }

  /// A table of rows that are HTML already.
  public static func table(head titles: [String], body rows: [String], label: String) -> String {
    let head =
      "<tr>" + titles.map { "<th scope=\"col\">\(xmlEscaped($0))</th>" }.joined() + "</tr>"
    return scroll(
      """
      <table>
      <thead>\(head)</thead>
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """, label: label)
  }

  /// Names and values.
  public static func settings(_ rows: [(name: String, value: String)]) -> String {
    let rows = rows.map {
      "<tr><th scope=\"row\">\(xmlEscaped($0.name))</th><td>\(cell($0.value))</td></tr>"
    }
    return scroll(
      """
      <table class="settings">
      <tbody>
      \(rows.joined(separator: "\n"))
      </tbody>
      </table>
      """, label: "Settings")
  }

  /// A row of a table, of plain text.
  public static func row(_ cells: [String]) -> String {
    "<tr>" + cells.map { "<td>\(cell($0))</td>" }.joined() + "</tr>"
  }

  /// Text for a cell, which data may have made very long.
  public static func cell(_ text: String) -> String { xmlEscaped(shortened(text, to: 400)) }

  /// Rows of many, evenly from the first to the last, and what to say of those left out.
  package static func some<Row>(of rows: [Row], upTo limit: Int, unit: String) -> (
    rows: [Row], note: String
  ) {
    if rows.count <= limit { return (rows, "") }
    let shown = (0..<limit).map { rows[$0 * (rows.count - 1) / (limit - 1)] }
    return (
      shown,
      "<p>Of \(rows.count) \(unit), \(limit) are shown, evenly from the first to the last.</p>"
    )
  }
}

/// The text itself, or its beginning and an ellipsis.
package func shortened(_ text: String, to limit: Int) -> String {
  let scalars = text.unicodeScalars
  guard let end = scalars.index(scalars.startIndex, offsetBy: limit, limitedBy: scalars.endIndex),
    end != scalars.endIndex
  else { return text }
  return String(scalars[..<end]) + "…"
}
