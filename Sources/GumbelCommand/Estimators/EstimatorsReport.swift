import SwiftGumbel

/// One self-contained page on bias and variance.
struct EstimatorsReport {
  let tables: [EstimatorsTable]
  let draws: Int
  let seed: UInt64

  var html: String {
    HTMLPage(
      title: "Bias and variance of gradient estimators",
      style: """
        dt { font-weight: 600; } dd { margin: 0 0 .5rem 1.2rem; }
        tr.kind td { background: var(--soft); font-weight: 600; text-align: left; }
        td.best { font-weight: 700; }

        """,
      body: """
        \(Self.introduction)
        \(tables.map(section).joined(separator: "\n"))
        """,
      footer: """
        <p>\(counted(draws, "draw")) an estimator, seed \(seed); times are of this machine, on
        \(counted(Backend.threadCount, "thread")). Made by gumbel \(GumbelCommand.version).</p>
        """
    ).html
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
      <h2>\(xmlEscaped(table.title))</h2>
      <p>\(measured.problem.stateCount) joint states; \(xmlEscaped(table.exactText)).</p>
      \(measured.training == nil ? "" : Self.aboutTraining)
      \(HTMLPage.wideFigure(
        EstimatorPictures.figure(of: measured), label: "Picture: \(table.title)"))
      \(htmlTable(table))
      </section>
      """
  }

  private static let aboutTraining = """
    <p>The curves of “Training at t = …” are the cost while Adam (rate \(ToyTraining.learningRate)) trains the
    logit with each estimator from ½ on, as a mean over \(ToyTraining.runs) runs. The lowest value is
    t², where b is always 0. A biased estimator may settle above it, or climb; an unbiased one whose
    variance hides the small gradient hardly moves.</p>
    """

  private func htmlTable(_ table: EstimatorsTable) -> String {
    func row(_ cells: [String]) -> String {
      "<tr>"
        + cells.map { cell in
          let isBest = cell.hasSuffix("*")
          let text = xmlEscaped(isBest ? String(cell.dropLast()) : cell)
          return "<td\(isBest ? " class=\"best\"" : "")>\(text)</td>"
        }.joined() + "</tr>"
    }
    let body = table.groups.flatMap { group in
      let heading =
        group.title == "exact"
        ? []
        : ["<tr class=\"kind\"><td colspan=\"\(table.columns.count)\">\(group.title)</td></tr>"]
      return heading + group.rows.map(row)
    }
    return HTMLPage.table(head: table.columns, body: body, label: "Table: \(table.title)")
  }
}
