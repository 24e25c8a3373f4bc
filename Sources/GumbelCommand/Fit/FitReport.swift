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
        "\(shortened(subject.name, to: 60)) of \(shortened(subject.rawSource, to: 120)): \(fit.kind) of "
        + (isMaximum ? "maxima" : "minima"),
      body: """
        \(conclusions)<p>\(xmlEscaped(table.title)).</p>
        <p>\(table.facts.map { xmlEscaped(shortened($0, to: 600)) + "." }.joined(separator: "<br>\n"))
        Values are in the unit that they have there.</p>
        <p><strong>\(xmlEscaped(table.verdict))</strong></p>
        \(HTMLPage.figure(pictures.figure))
        \(aboutPictures)
        <h2>Parameters</h2>
        <p>\(xmlEscaped(parameterNote))</p>
        \(HTMLPage.table(
          ["parameter", "estimate", "standard error", table.intervalTitle], table.parameterRows,
          label: "Parameters"))
        <h2>Return levels</h2>
        <p>A value passes the level once in so many \(table.periodUnit) on average: it is
        \(isMaximum ? "above" : "below") the level with \(probability). “Not passed” is the probability
        that in one of the \(xmlEscaped(table.periodUnit)) none does.</p>
        \(HTMLPage.table(
          ["period (\(table.periodUnit))"] + table.returnLevelTitles.dropFirst(),
          table.returnLevelRows,
          label: "Return levels"))
        \(levels)<h2>Goodness of fit</h2>
        <p>Distances between the data's distribution and the fit; of samples that come from \(fit.kind),
        5 of 100 pass the limit.</p>
        \(HTMLPage.table(
          ["test", "distance", "5 % limit", "p"], table.testRows, label: "Goodness of fit"))
        <p>Log-likelihood \(NumberText.text(fit.logLikelihood, resolution: 1)).</p>
        \(comparison)
        """,
      footer: """
        <p>Made by gumbel \(GumbelCommand.version), seed \(subject.seed), with this command:</p>
        \(HTMLPage.command(ShellWords.line(command)))
        """
    ).html
  }

  private var fit: any FittedExtremeValueModel { table.result.fit }

  /// What is said of the parameters, and of a location that follows something.
  private var parameterNote: String {
    let note = table.result.model.family.parameterNote(fit)
    guard let reference = fit.reference else { return note }
    return note
      + " The location follows the \(table.result.subject.covariateName) and is given where that "
      + "is \(NumberText.short(reference)); the trend is its change for one unit of it."
  }

  private var probability: String {
    if case .exceedances = fit.data { return "a rate of 1 / period" }
    return "probability 1 / period"
  }
  private var isMaximum: Bool { fit.extreme == .maximum }

  private var conclusions: String {
    table.result.model.conclusions.map { "<p><strong>\(xmlEscaped($0)).</strong></p>\n" }.joined()
  }

  /// How often the levels asked for are passed.
  private var levels: String {
    if table.levelRows.isEmpty { return "" }
    return """
      <h2>Periods of levels</h2>
      <p>A level is passed once in so many \(xmlEscaped(table.periodUnit)) on average, and in one of
      them not with the probability in the last column.</p>
      \(HTMLPage.table(table.levelTitles, table.levelRows, label: "Periods of levels"))

      """
  }

  /// The fits of all families.
  private var comparison: String {
    if table.comparisonRows.count < 2 { return "" }
    return """
      <h2>Families compared</h2>
      <p>Of two fits the one with less AIC, 2 parameters − 2 log-likelihood, is expected to describe
      new data better.</p>
      \(HTMLPage.table(
        FitTable.comparisonTitles, table.comparisonRows, label: "Families compared"))
      """
  }

  private var subject: FitSubject { table.result.subject }

  private var aboutPictures: String {
    let passing = isMaximum ? "above" : "below"
    let position = table.result.position
    let isStraight = fit.familyName == "Gumbel distribution"
    let line =
      isStraight
      ? "so that\n      the fit is a straight line"
      : "where a Gumbel distribution is a straight line"
    let largest =
      position == .weibull && fit.periodsPerValue == 1
      ? ", so that the \(isMaximum ? "largest" : "smallest") has the\n      return period n + 1"
      : ""
    return """
      <p>“Density” has the data as bars whose areas sum to 1, and the fitted density as a line.
      “Quantiles” sets each value against the one that the fit expects in its place: where the fit is
      right, the dots lie along the line, but for chance. “Return levels” has the level that a value
      is \(passing) once in so many \(xmlEscaped(table.periodUnit)) on average, with its interval; the
      axis of periods is that of Gumbel's probability paper, even in −log(−log(1 − 1/period)), \(line).\(time)</p>
      <p>The dots stand at the plotting position \(position.formula), of \(position.title): the i-th smallest of n values counts as
      the quantile of that probability\(largest). Of weighted values, i is the weight up to the middle of the value's own
      plus ½, and n that of all.</p>\(threshold)
      """
  }

  /// What the picture over time shows.
  private var time: String {
    guard pictures.time != nil else { return "" }
    let isOfBlocks = table.result.subject.blocks != nil && table.result.model.exceedances == nil
    let blocks = isOfBlocks ? " Each block has a level line at the value that it gave." : ""
    return " “Values in time” has the data where they were measured.\(blocks)"
  }

  private var threshold: String {
    if table.result.model.exceedances?.diagnostics == nil { return "" }
    return """

      <p>The three pictures of thresholds help to choose a threshold: from a good one on, the mean excess follows a
      straight line, and the shape and the modified scale stay the same, but for chance.</p>
      """
  }
}
