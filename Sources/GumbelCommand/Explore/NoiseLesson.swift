import SwiftGumbel

/// The winner of log-probabilities plus noise, for four kinds of noise.
struct NoiseLesson: Lesson {
  static let name = LessonName.noise.rawValue

  enum Noise: String, CaseIterable, Encodable {
    case gumbel = "Gumbel"
    case normal
    case uniform
    case exponential

    /// Noise of the Gumbel's variance, π²/6, so that only its shape makes a difference; of the
    /// exponential, as it is often drawn by mistake, the one of mean 1.
    func draw(_ shape: Shape, key: RandomKey) -> Tensor {
      let deviation = Float((Double.pi * .pi / 6).squareRoot())
      return switch self {
      case .gumbel: .gumbel(shape, key: key)
      case .normal: .normal(shape, key: key) * deviation
      // A uniform value on (0, 1) has the variance 1/12.
      case .uniform: .uniform(shape, key: key) * (deviation * Float(12).squareRoot())
      case .exponential: .exponential(shape, key: key)
      }
    }

    var color: Drawing.Color {
      switch self {
      case .gumbel: .vermillion
      case .normal: .green
      case .uniform: .orange
      case .exponential: .purple
      }
    }
  }

  struct Result: Encodable {
    let noise: Noise
    let frequencies: [Double]
    /// Half the length of the 95 % confidence interval of each.
    let margins: [Double]
    /// Those among many classes, each half as likely as the one before.
    let rareFrequencies: [Double]
  }

  let probabilities = lessonProbabilities
  let draws = 10_000
  let rareProbabilities: [Double]
  let rareDraws = 1_000_000
  let results: [Result]

  init(key: RandomKey) {
    let halves = (1...14).reversed().map { Double(1 << $0) }
    let total = halves.reduce(0, +)
    let rareProbabilities = halves.map { $0 / total }
    self.rareProbabilities = rareProbabilities
    let (draws, rareDraws, probabilities) = (draws, rareDraws, probabilities)
    results = Noise.allCases.map { noise in
      let key = key.folding(in: noise.rawValue)
      let frequencies = Self.frequencies(probabilities, noise, draws, key: key.folding(in: 0))
      return Result(
        noise: noise, frequencies: frequencies,
        margins: frequencies.map { 1.96 * ($0 * (1 - $0) / Double(draws)).squareRoot() },
        rareFrequencies: Self.frequencies(
          rareProbabilities, noise, rareDraws, key: key.folding(in: 1)))
    }
  }

  /// How often each class has the largest log-probability plus noise.
  private static func frequencies(
    _ probabilities: [Double], _ noise: Noise, _ draws: Int, key: RandomKey
  ) -> [Double] {
    let logits = log(Tensor(probabilities.map(Float.init)))
    var counts = [Int](repeating: 0, count: probabilities.count)
    let chunk = 10_000
    for block in 0..<(draws / chunk) {
      let perturbed =
        logits + noise.draw([chunk, probabilities.count], key: key.folding(in: block))
      for winner in perturbed.argmax().int32Scalars { counts[Int(winner)] += 1 }
    }
    return counts.map { Double($0) / Double(draws) }
  }

  var title: String { "The largest of perturbed logits is an exact draw" }

  var formula: String {
    """
    argmax<sub><i>i</i></sub> (log <i>p<sub>i</sub></i> + <i>G<sub>i</sub></i>) is class \
    <i>i</i> with probability <i>p<sub>i</sub></i>, &emsp; \
    <i>G<sub>i</sub></i> = −log(−log <i>U<sub>i</sub></i>)
    """
  }

  var paragraphs: [String] {
    let gumbel = results[0].frequencies.map { decimals($0, 3) }.joined(separator: ", ")
    let wrong = results[3].frequencies.map { decimals($0, 3) }.joined(separator: ", ")
    return [
      """
      Add independent Gumbel noise to the logarithm of each probability and take the class with \
      the largest sum. Among \(grouped(draws)) such draws from (0.5, 0.2, 0.3) the classes came up \
      with the frequencies \(gumbel): the probabilities, but for chance, of which the whiskers are \
      95 % confidence intervals. This is the Gumbel-max trick. It needs no normalisation: logits \
      that differ by a constant give the same winner.
      """,
      """
      It has to be Gumbel noise. Normal and uniform noise of the same variance give other \
      frequencies, and “Fourteen classes” shows how wrong they become: of fourteen classes, each \
      half as likely as the one before, both draw the rare ones far too seldom, and the rarest \
      never: the tails of such noise are too light. On the dashed line a class is drawn as often as \
      its probability says.
      """,
      """
      <strong>A bug that looks right:</strong> −log <i>U</i> is exponential noise; the second \
      logarithm was forgotten. The draws are still random and the likely class is still first, \
      but the frequencies are \(wrong) instead of 0.5, 0.2, 0.3 (exactly: 0.580, 0.160, 0.259). \
      Only a test of the frequencies finds it.
      """,
    ]
  }

  var panels: [[any Panel]] {
    let bars = BarChart(
      categories: probabilities.map { "p = \($0)" },
      series: [(name: "softmax", values: probabilities)]
        + results.map { (name: $0.noise.rawValue, values: $0.frequencies) },
      errors: [[]] + results.map(\.margins), title: "Frequencies of the winner by noise",
      valueLabel: "frequency", direction: .up, colors: [.gray] + results.map(\.noise.color),
      size: Drawing.Size(width: 440, height: 320))
    let range = 1e-6...1.0
    let rare = ChartPanel(
      [.line(x: [1e-6, 1], y: [1e-6, 1], color: .gray, dash: .dashed)]
        + results.reversed().map {
          .points(
            $0.noise.rawValue, x: rareProbabilities, y: $0.rareFrequencies, color: $0.noise.color,
            size: $0.noise == .gumbel ? 7 : 5)
        }, title: "Fourteen classes, \(grouped(rareDraws)) draws",
      x: ChartPanel.Axis("probability", isLogarithmic: true, range: 2e-5...1),
      y: ChartPanel.Axis("frequency", isLogarithmic: true, range: range),
      size: Drawing.Size(width: 440, height: 320))
    return [[bars, rare]]
  }
}
