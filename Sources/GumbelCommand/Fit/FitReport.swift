import Gumbel

/// One self-contained page on a fit.
struct FitReport {
  let table: FitTable
  let pictures: FitPictures
  /// The words of the command that made the page.
  let command: [String]

  var html: String {
    HTMLPage(
      title: table.title,
      body: """
        <p>\(table.facts.map { xmlEscaped($0) + "." }.joined(separator: "<br>\n"))</p>
        <p><strong>\(xmlEscaped(table.verdict))</strong></p>
        <figure>
        \(pictures.figure.svg())</figure>
        <p>Points of the data stand at the plotting positions i / (n + 1) of Weibull.</p>
        <h2>Parameters</h2>
        \(HTMLPage.table(
          ["parameter", "estimate", "standard error", table.intervalTitle], table.parameterRows))
        <h2>Return levels</h2>
        <p>A value passes the level once in so many \(table.periodUnit) on average.</p>
        \(HTMLPage.table(["period", "level", table.intervalTitle], table.returnLevelRows))
        <h2>Goodness of fit</h2>
        <p>Distances between the data's distribution and the fit; of samples that come from a Gumbel
        distribution, 5 of 100 pass the limit.</p>
        \(HTMLPage.table(["test", "distance", "5 % limit", "p"], table.testRows))
        <footer><p>Log-likelihood
        \(NumberText.text(table.result.fit.logLikelihood, resolution: 1)).
        Seed \(table.result.subject.seed).
        Made by gumbel \(GumbelCommand.version):
        <code>\(xmlEscaped(ShellWords.line(command)))</code></p></footer>
        """
    ).html
  }
}
