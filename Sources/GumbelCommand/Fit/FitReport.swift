import SwiftGumbel

/// One self-contained page on a fit.
struct FitReport {
  let table: FitTable
  let pictures: FitPictures
  /// The words of the command that made the page.
  let command: [String]

  var html: String {
    HTMLPage(
      title:
        "\(shortened(subject.name, to: 60)) of \(shortened(subject.rawSource, to: 120)): a Gumbel "
        + "distribution of \(isMaximum ? "maxima" : "minima")",
      body: """
        <p>\(xmlEscaped(table.title)).</p>
        <p>\(table.facts.map { xmlEscaped(shortened($0, to: 600)) + "." }.joined(separator: "<br>\n"))
        Values are in the unit that they have there.</p>
        <p><strong>\(xmlEscaped(table.verdict))</strong></p>
        \(HTMLPage.figure(pictures.figure))
        \(aboutPictures)
        <h2>Parameters</h2>
        <p>The density is highest at the location; the scale says how far values spread, with a
        standard deviation of 1.283 scales.</p>
        \(HTMLPage.table(
          ["parameter", "estimate", "standard error", table.intervalTitle], table.parameterRows,
          label: "Parameters"))
        <h2>Return levels</h2>
        <p>A value passes the level once in so many \(table.periodUnit) on average: it is
        \(isMaximum ? "above" : "below") the level with probability 1 / period.</p>
        \(HTMLPage.table(
          ["period (\(table.periodUnit))", "level", table.intervalTitle], table.returnLevelRows,
          label: "Return levels"))
        <h2>Goodness of fit</h2>
        <p>Distances between the data's distribution and the fit; of samples that come from a Gumbel
        distribution, 5 of 100 pass the limit.</p>
        \(HTMLPage.table(
          ["test", "distance", "5 % limit", "p"], table.testRows, label: "Goodness of fit"))
        <p>Log-likelihood \(NumberText.text(table.result.fit.logLikelihood, resolution: 1)).</p>
        """,
      footer: """
        <p>Made by gumbel \(GumbelCommand.version), seed \(subject.seed), with this command:</p>
        \(HTMLPage.command(ShellWords.line(command)))
        """
    ).html
  }

  private var isMaximum: Bool { table.result.fit.extreme == .maximum }

  private var subject: FitSubject { table.result.subject }

  private var aboutPictures: String {
    let passing = isMaximum ? "above" : "below"
    return """
      <p>“Density” has the data as bars whose areas sum to 1, and the fitted density as a line.
      “Quantiles” sets each value against the one that the fit expects in its place: where the fit is
      right, the dots lie along the line, but for chance. “Return levels” has the level that a value
      is \(passing) once in so many \(xmlEscaped(table.periodUnit)) on average, with its interval; the
      axis of periods is that of Gumbel's probability paper, even in −log(−log(1 − 1/period)), so that
      the fit is a straight line.</p>
      <p>The dots stand at the plotting position i / (n + 1), of Weibull: the i-th smallest of n values counts as
      the quantile of that probability, so that the \(isMaximum ? "largest" : "smallest") has the
      return period n + 1. Of weighted values, i is the weight up to the middle of the value's own
      plus ½, and n that of all.</p>
      """
  }
}
