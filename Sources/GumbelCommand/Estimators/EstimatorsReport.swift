import Gumbel

/// One self-contained page on bias and variance.
struct EstimatorsReport {
  let tables: [EstimatorsTable]
  let draws: Int
  let seed: UInt64

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>gumbel estimators: bias and variance</title>
    <style>
    :root { --ink: #222; --paper: #fff; --line: #e2e4e8; --soft: #f4f5f7; }
    body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
      max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
    h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.6rem; }
    p, dl { max-width: 46rem; } dt { font-weight: 600; } dd { margin: 0 0 .5rem 1.2rem; }
    figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; display: block; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
    th, td { padding: .15rem 1.1rem .15rem 0; text-align: right; white-space: nowrap;
      border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { text-align: left; }
    tr.kind td { background: var(--soft); font-weight: 600; text-align: left; }
    td.best { font-weight: 700; }
    footer { margin-top: 3rem; border-top: 1px solid var(--line); font-size: .9rem; }
    @media (prefers-color-scheme: dark) {
      :root { --ink: #e3e3e3; --paper: #161616; --line: #3a3d42; --soft: #222428; }
      svg { filter: invert(0.914) hue-rotate(180deg); }
    }
    </style>
    </head>
    <body>
    <h1>Bias and variance of gradient estimators</h1>
    \(Self.introduction)
    \(tables.map(section).joined(separator: "\n"))
    <footer><p>\(draws) draws an estimator, seed \(seed); times are of this machine, on
    \(Backend.threadCount) thread\(Backend.threadCount == 1 ? "" : "s"). Made by gumbel
    \(GumbelCommand.version).</p></footer>
    </body>
    </html>

    """
  }

  private static let introduction = """
    <p>A network that makes a discrete choice z has an expected cost E f(z), which is a smooth
    function of its logits. The gradient of that expectation is what training needs, and it is an
    average over all choices, of which there are usually too many to go through. An estimator looks
    at a choice or two and returns a guess of the gradient. The problems below are small enough to
    know the right answer, so each guess can be marked.</p>
    <dl>
    <dt>Bias</dt>
    <dd>How far the guesses are off on average, as a share of the length of the exact gradient.
    Taking more draws does not make it smaller: training that follows a biased gradient comes to
    rest in the wrong place. Chance alone gives the mean of a finite number of draws a distance of
    about the number in the column “± chance”; a bias below three times that is not established.</dd>
    <dt>Variance</dt>
    <dd>How far a single guess is from the average guess: the expected squared distance, or trace
    of the covariance. Averaging n draws divides it by n. A large variance does not lead astray, it
    makes training slow.</dd>
    <dt>Variance × time</dt>
    <dd>An estimator with half the variance and twice the time is no gain when draws can be
    averaged. This product is what a gradient of a given precision takes.</dd>
    </dl>
    <p><strong>How to read the pictures.</strong> Left is less variance and down is less bias, so
    the best place is the lower left corner. Both axes are logarithmic. Unbiased estimators have
    nothing to show upwards: they stand in the band below the axis, by their variance. A point is
    hollow where the bias found is less than three times what chance brings. A line
    follows one estimator through its temperatures, from the coldest to the warmest: for the
    relaxed ones less heat brings less bias and more variance. Colours are families: relaxed
    (orange), straight-through (blue), score function (red), coupled draws (violet), control
    variates (green), multi-sample bound (pink).</p>
    """

  private func section(_ table: EstimatorsTable) -> String {
    let measured = table.measured
    return """
      <section>
      <h2>\(escaped(table.title))</h2>
      <p>\(measured.problem.stateCount) joint states; \(escaped(table.exactText)).</p>
      \(measured.training == nil ? "" : Self.aboutTraining)
      <figure>
      \(EstimatorPictures.figure(of: measured).svg())</figure>
      <div class="scroll">
      \(htmlTable(table))
      </div>
      </section>
      """
  }

  private static let aboutTraining = """
    <p>The curves on the right are the cost while Adam (rate \(ToyTraining.learningRate)) trains the
    logit with each estimator from ½ on, as a mean over \(ToyTraining.runs) runs. The lowest value is
    t², where b is always 0. A biased estimator may settle above it, or climb; an unbiased one whose
    variance hides the small gradient hardly moves.</p>
    """

  private func htmlTable(_ table: EstimatorsTable) -> String {
    func row(_ cells: [String], _ tag: String) -> String {
      "<tr>"
        + cells.map { cell in
          let isBest = cell.hasSuffix("*")
          let text = escaped(isBest ? String(cell.dropLast()) : cell)
          return "<\(tag)\(isBest ? " class=\"best\"" : "")>\(text)</\(tag)>"
        }.joined() + "</tr>"
    }
    let body = table.groups.map { group in
      let heading =
        group.title == "exact"
        ? []
        : ["<tr class=\"kind\"><td colspan=\"\(table.columns.count)\">\(group.title)</td></tr>"]
      return (heading + group.rows.map { row($0, "td") }).joined(separator: "\n")
    }
    return """
      <table>
      <thead>\(row(table.columns, "th"))</thead>
      <tbody>
      \(body.joined(separator: "\n"))
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
