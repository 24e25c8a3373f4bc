import GumbelCLibrary
import SwiftGumbel

/// What the temperature does to the mean of relaxed samples and to gradients through them.
struct TemperatureLesson: Lesson {
  static let name = LessonName.temperature.rawValue

  /// A gradient estimator's error over temperatures.
  struct Estimator: Encodable {
    let name: String
    /// The distance of its mean from the exact gradient, relative to that gradient's length.
    var bias: [Double] = []
    /// The trace of the covariance of one draw.
    var variance: [Double] = []
  }

  let draws = 200_000
  let temperatures: [Double]
  let probabilities: [Double]
  /// The mean of the relaxed sample, by temperature and class.
  private(set) var means: [[Double]] = []
  private(set) var estimators = [Estimator(name: "relaxed"), Estimator(name: "straight-through")]
  let exactGradient: [Double]
  /// The variance of the score-function estimator, which has no temperature.
  let scoreFunctionVariance: Double

  private static let logits: [Double] = [0.5, -0.3, 0.1]
  private static let weights: [Double] = [1, -0.7, 0.4]

  init(key: RandomKey) {
    temperatures = (0...24).map { 0.05 * pow(10, Double($0) / 10) }
    let sums = Self.logits.map { exp($0) }
    let total = sums.reduce(0, +)
    let p = sums.map { $0 / total }
    probabilities = p
    let atCorners = Self.weights.map { exp(0.8 * $0) + 0.3 }
    let expectation = zip(p, atCorners).reduce(0) { $0 + $1.0 * $1.1 }
    let exact = zip(p, atCorners).map { $0 * ($1 - expectation) }
    exactGradient = exact
    // One draw of class d gives f(d) (e_d - p).
    var square = 0.0
    for drawn in 0..<3 {
      for i in 0..<3 {
        let term = atCorners[drawn] * ((i == drawn ? 1 : 0) - p[i])
        square += p[drawn] * term * term
      }
    }
    scoreFunctionVariance = square - exact.reduce(0) { $0 + $1 * $1 }
    // One key: the same noise at every temperature, so that the curves are smooth.
    for temperature in temperatures { measure(Float(temperature), key: key) }
  }

  private mutating func measure(_ temperature: Float, key: RandomKey) {
    let rows = Tensor(Self.logits.map(Float.init)).broadcast(to: [draws, 3])
    let weights = Tensor(Self.weights.map(Float.init))
    let t = Tensor(temperature)
    let relaxed = Tensor.gumbelSoftmax(logits: rows, temperature: t, key: key)
    means.append(relaxed.mean(along: 0).scalars.map(Double.init))
    for index in estimators.indices {
      // Each row has logits of its own, and so a gradient of its own.
      let gradients = gradient(at: rows) { rows in
        let y =
          index == 0
          ? Tensor.gumbelSoftmax(logits: rows, temperature: t, key: key)
          : Tensor.straightThroughGumbelSoftmax(logits: rows, temperature: t, key: key)
        return (exp((y * weights).sum(along: -1) * 0.8) + square(y).sum(along: -1) * 0.3).sum()
      }.scalars
      var (sum, squares) = ([0.0, 0, 0], 0.0)
      for (i, g) in gradients.enumerated() {
        sum[i % 3] += Double(g)
        squares += Double(g) * Double(g)
      }
      let mean = sum.map { $0 / Double(draws) }
      func length(_ vector: [Double]) -> Double { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }
      let error = zip(mean, exactGradient).map { $0 - $1 }
      estimators[index].bias.append(length(error) / length(exactGradient))
      estimators[index].variance.append(
        squares / Double(draws) - length(mean) * length(mean))
    }
  }

  var title: String { "The price of a temperature" }

  var formula: String {
    """
    gradient of E[<i>f</i>(<i>y</i>)] in the logits, &emsp; \
    <i>f</i>(<i>y</i>) = exp(0.8 <i>w</i>·<i>y</i>) + 0.3 |<i>y</i>|², &ensp; \
    <i>w</i> = (1, −0.7, 0.4)
    """
  }

  var paragraphs: [String] {
    let (coldest, straight) = (estimators[0], estimators[1])
    let nearOne = temperatures.indices.min {
      abs(temperatures[$0] - 1) < abs(temperatures[$1] - 1)
    }!
    return [
      """
      A relaxed sample is not a draw, and its mean is not the distribution. In “Mean of the relaxed \
      sample” the classes have the probabilities \
      \(probabilities.map { decimals($0, 3) }.joined(separator: ", ")), shown dashed, of the logits \
      (0.5, −0.3, 0.1): only as the temperature goes to 0 does the mean of each component become \
      its class's probability. As it grows, every component goes to one third.
      """,
      """
      So the gradient through a relaxed sample is that of another problem: it is <em>biased</em>. \
      “Bias of the gradient” compares \(grouped(draws)) gradients for each temperature with the exact \
      one, which three classes allow to be summed up. At <i>t</i> = \
      \(decimals(temperatures[nearOne], 2)) the mean gradient is off by \
      \(decimals(100 * coldest.bias[nearOne], 0)) % of the exact one's length, at <i>t</i> = \
      \(decimals(temperatures[0], 2)) by \(decimals(100 * coldest.bias[0], 0)) %; this bias \
      vanishes with the temperature. That of straight-through samples does not: \
      \(decimals(100 * straight.bias[0], 0)) % is left, since the slope of <em>f</em> is taken at \
      the corners alone.
      """,
      """
      The variance moves the other way, as “Variance of one draw's gradient” has it: the slope of the softmax grows as 1/<i>t</i>, so \
      that a cold sample has a large gradient on rare occasions and none in between; it goes from \
      \(decimals(coldest.variance[nearOne], 3)) to \(decimals(coldest.variance[0], 2)). The dashed \
      line is the score-function estimator, which has no bias and, without a baseline, the \
      variance \(decimals(scoreFunctionVariance, 2)). “Variance against bias” shows both at once: \
      each point of a line is a temperature, and none of them has little of both.
      """,
      """
      <strong>What to do with it:</strong> begin warm, where gradients are calm, and cool down \
      while training. Much below 0.1 there is little to gain: the variance is beyond that of the \
      score function, which has no bias at all. Where the network must see real choices, use \
      straight-through samples and accept the bias that stays.
      """,
    ]
  }

  var panels: [[any Panel]] {
    let t = ChartPanel.Axis("temperature", isLogarithmic: true)
    func size(_ width: Double) -> Drawing.Size { Drawing.Size(width: width, height: 290) }
    let expectation = ChartPanel(
      (0..<3).flatMap { i -> [ChartPanel.Mark] in
        [
          .rule(y: probabilities[i], color: classColors[i].opacity(0.7)),
          .line("class \(i)", x: temperatures, y: means.map { $0[i] }, color: classColors[i]),
        ]
      }, title: "Mean of the relaxed sample", x: t, y: "mean component", size: size(440))
    func lines(_ values: (Estimator) -> [Double]) -> [ChartPanel.Mark] {
      zip(estimators, [Drawing.Color.blue, .vermillion]).map {
        .line($0.name, x: temperatures, y: values($0), color: $1)
      }
    }
    let bias = ChartPanel(
      lines(\.bias), title: "Bias of the gradient", x: t, y: "relative to the exact gradient",
      size: size(440))
    let variance = ChartPanel(
      lines(\.variance) + [.rule("score function", y: scoreFunctionVariance)],
      title: "Variance of one draw's gradient", x: t,
      y: ChartPanel.Axis("trace of the covariance", isLogarithmic: true), size: size(440))
    // The trade: each temperature is a point, from cold at the top to warm.
    let trade = ChartPanel(
      zip(estimators, [Drawing.Color.blue, .vermillion]).flatMap { estimator, color in
        let marked = [0.1, 0.5, 1, 5].map { wanted in
          temperatures.indices.min {
            abs(temperatures[$0] / wanted - 1) < abs(temperatures[$1] / wanted - 1)
          }!
        }
        return [
          ChartPanel.Mark.line(
            estimator.name, x: estimator.bias, y: estimator.variance, color: color),
          .points(
            x: marked.map { estimator.bias[$0] }, y: marked.map { estimator.variance[$0] },
            labels: marked.map { "t = \(decimals(temperatures[$0], 1))" }, color: color),
        ]
      }, title: "Variance against bias", x: "relative bias",
      y: ChartPanel.Axis("trace of the covariance", isLogarithmic: true), size: size(440))
    return [[expectation, bias], [variance, trade]]
  }
}
