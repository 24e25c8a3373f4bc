import SwiftGumbel

/// One self-contained page on a run.
struct LearnReport {
  let run: LearnRun
  let result: LearnResult
  let pictures: LearnPictures
  /// Those in the table.
  private let categories: LearnCategories

  init(run: LearnRun, result: LearnResult, pictures: LearnPictures) {
    self.run = run
    self.result = result
    self.pictures = pictures
    categories = LearnCategories(result, upTo: 500)
  }

  var html: String {
    HTMLPage(
      title: title,
      body: """
        \(Self.introduction)
        <p>\(outcome)</p>
        <h2>What was learned</h2>
        <p>In “\(pictures.heatMap.title)” every row is a category and every column an epoch of
        training. <strong>Red</strong>: the generator draws the category too often.
        <strong>Blue</strong>: too seldom. <strong>White</strong>: as often as it comes in the
        stream. A row that goes over to white has been learned. The bars compare the two
        distributions at the end. \(note(of: pictures.categories))</p>
        \(HTMLPage.figure(pictures.figure))
        <h2>The game on the way</h2>
        <p>“Losses” are the two players’ after every epoch. When no drawn symbol can be told from a
        real one, the discriminator can only guess: its loss is then 2 ln 2 = 1.386, and the
        generator’s ln 2 = 0.693. “Total variation” is how far the learned distribution was from the
        \(pictures.referenceName) one.</p>
        \(HTMLPage.figure(Figure(columns: [pictures.lossCurves, pictures.distance])))
        <h2>Numbers</h2>
        <p>Error is learned less \(pictures.referenceName). \(note(of: categories))</p>
        \(HTMLPage.table(
          ["category", "learned", pictures.referenceName, "error"], rows, label: "Numbers"))
        \(run.settingsSections)
        """,
      footer: "<p>Made by gumbel \(GumbelCommand.version).</p>"
    ).html
  }

  private var title: String {
    let stream = run.dataName == "the article's" ? "the article's stream" : run.dataName
    return
      "How often each of \(counted(result.categories.count, "category", plural: "categories")) comes, "
      + "learned from \(shortened(stream, to: 100)) by a GAN"
  }

  private static let introduction = """
    <p>Symbols come in a stream, and two networks find out how often each comes, without counting.
    The <em>generator</em> has a number for every category, its logit, and draws categories with
    the probabilities softmax(logits). The <em>discriminator</em> is shown symbols of the stream and
    symbols that were drawn, and learns to tell which are which. The generator learns to be taken
    for the stream: nothing can tell them apart once it draws every category just as often.</p>
    <p>To learn from the discriminator’s judgement the generator needs its slope, and a draw has
    none: it jumps from one category to another. The <em>Gumbel-softmax trick</em> puts
    softmax((logits + Gumbel noise) / temperature) in its place, which comes as near to the choice
    of one category as the temperature is low, and changes smoothly with the logits.
    <code>gumbel explore</code> shows the trick in pictures.</p>
    """

  private var outcome: String {
    let reference =
      result.referenceKind == .true
      ? "the true distribution, from which the stream was drawn"
      : "the empirical distribution, that of the symbols of the stream as counted"
    return """
      After \(counted(result.epochs, "epoch")) the total variation between the learned distribution and
      \(reference), is <strong>\(fixed(result.totalVariation))</strong>. That is half the sum of all
      errors without their signs: 0 where both are the same, 1 where they have nothing in common.
      Training took \(counted(result.discriminatorSteps, "step")) of the discriminator and
      \(counted(result.generatorSteps, "step")) of the generator, in
      \(hundredths(result.trainingSeconds)) seconds.
      """
  }

  /// What is left out.
  private func note(of categories: LearnCategories) -> String {
    if categories.restCount == 0 { return "" }
    return """
      Of \(result.categories.count) categories the \(categories.shown.count) most frequent are shown;
      the others together have the probability \(fixed(categories.rest(result.learned))) as learned
      and \(fixed(categories.rest(result.reference))) in the stream.
      """
  }

  private var rows: [[String]] {
    let learned = categories.probabilities(result.learned)
    let reference = categories.probabilities(result.reference)
    let rows = categories.names.indices.map { row in
      [categories.names[row]]
        + [learned[row], reference[row], learned[row] - reference[row]].map(fixed)
    }
    if categories.restCount == 0 { return rows }
    let rest = (categories.rest(result.learned), categories.rest(result.reference))
    return rows + [
      ["all \(categories.restCount) others"] + [rest.0, rest.1, rest.0 - rest.1].map(fixed)
    ]
  }
}
