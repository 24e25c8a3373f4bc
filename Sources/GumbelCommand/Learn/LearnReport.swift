import Gumbel

/// One self-contained page on a run.
struct LearnReport {
  let result: LearnResult
  let pictures: LearnPictures
  let settings: [(name: String, value: String)]

  var html: String {
    HTMLPage(
      title: "A distribution over \(result.categories.count) categories",
      body: """
        <p>Total variation from the
        \(result.referenceKind == .true ? "true" : "empirical") distribution:
        <strong>\(fixed(result.totalVariation))</strong> after \(result.epochs) epochs
        (\(result.discriminatorSteps) steps of the discriminator, \(result.generatorSteps) of the
        generator) in \(hundredths(result.trainingSeconds)) seconds.</p>
        <figure>
        \(pictures.figure.svg())</figure>
        <h2>On the way</h2>
        <figure>
        \(Figure(columns: [pictures.lossCurves, pictures.distance]).svg())</figure>
        <h2>Numbers</h2>
        <div class="scroll">
        \(HTMLPage.table(["category", "learned", "reference", "error"], rows))
        </div>
        <h2>Settings</h2>
        \(HTMLPage.table([], settings.map { [$0.name, $0.value] }))
        <footer><p>Made by gumbel \(GumbelCommand.version).</p></footer>
        """
    ).html
  }

  private var rows: [[String]] {
    result.categories.indices.map { i in
      [result.categories[i]]
        + [result.learned[i], result.reference[i], result.learned[i] - result.reference[i]]
        .map(fixed)
    }
  }
}
