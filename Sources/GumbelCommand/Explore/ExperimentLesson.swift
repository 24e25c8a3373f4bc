import SwiftGumbel

/// The article's experiment: a network that discovers the distribution of a stream of numbers.
struct ExperimentLesson: Lesson {
  static let name = LessonName.experiment.rawValue

  let probabilities = SyntheticSource.articleProbabilities
  /// The learned distribution at the beginning and after each epoch.
  let history: [[Double]]
  /// Half the sum of the absolute errors, likewise.
  let totalVariation: [Double]
  let epochs: Int
  let discriminatorSteps, generatorSteps: Int

  /// The draws are those of `gumbel learn` with the seed whose key this is.
  init(seedKey: RandomKey) {
    let parameters = StreamGAN.Hyperparameters.article()
    var training = Training<Adversarial<StreamGAN, Adam>>(
      parameters, key: seedKey.folding(in: "training"))
    var source = SyntheticSource(
      probabilities: probabilities, key: seedKey.folding(in: "stream"))
    var history = [training.learnedProbabilities]
    do {
      _ = try training.run(on: &source) { history.append($0.learnedProbabilities) }
    } catch {
      // The stream is endless, and nothing here grows beyond all bounds.
      fatalError("the article's experiment: \(error)")
    }
    self.history = history.map { $0.map(Double.init) }
    let truth = probabilities
    totalVariation = self.history.map { learned in
      zip(learned, truth).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    }
    epochs = parameters.epochs
    discriminatorSteps = parameters.rounds * parameters.discriminatorSteps
    generatorSteps = parameters.rounds * parameters.generatorSteps
  }

  var title: String { "A network that discovers a distribution" }

  var formula: String {
    """
    discriminator: E softplus(−<i>d</i>(real)) + E softplus(<i>d</i>(drawn)), &emsp; \
    generator: E softplus(−<i>d</i>(drawn))
    """
  }

  var paragraphs: [String] {
    let learned = history.last!.map { decimals($0, 3) }.joined(separator: ", ")
    return [
      """
      An endless stream has the numbers 0 to 4 with the probabilities 0, 0, 0.1, 0.3 and 0.6, and \
      nobody tells the network. Its generator is nothing but five logits, whose relaxed samples a \
      discriminator has to tell from the stream's numbers. What the discriminator thinks reaches \
      the logits as a gradient, through the samples.
      """,
      """
      In \(epochs) epochs the discriminator takes \(grouped(discriminatorSteps)) steps and the \
      generator \(grouped(generatorSteps)), at the temperature 0.001. Red is drawn too often and \
      blue too seldom; as the rows fade, the distribution is found. At the end it is \(learned), \
      with a total variation of \(decimals(totalVariation.last!, 3)) from the true one.
      """,
      """
      <strong>Two warnings,</strong> for discriminators that are smarter than a logistic \
      regression. Temperatures have to be annealed with care: a warm sample is never one-hot, and \
      a very cold one has no gradient. And real rows, which are one-hot, give themselves away: a \
      discriminator learns that smooth means fake, and the generator, to look hard, becomes sure \
      of one number. Smoothing the real rows takes that away: each is relaxed as the generator \
      would have drawn it.
      """,
    ]
  }

  var panels: [[any Panel]] {
    let rows = probabilities.indices.map { number in
      history.dropFirst().map { $0[number] - probabilities[number] }
    }
    return [
      [
        HeatMap(
          rows, columnRange: 1...Double(epochs), title: "Learned − true", xLabel: "epoch",
          yLabel: "number", range: -0.5...0.5, size: Drawing.Size(width: 440, height: 290)),
        ChartPanel(
          [.line(x: totalVariation.indices.map(Double.init), y: totalVariation, color: .blue)],
          title: "Distance from the true distribution", x: "epoch", y: "total variation",
          size: Drawing.Size(width: 440, height: 290)),
      ]
    ]
  }
}
