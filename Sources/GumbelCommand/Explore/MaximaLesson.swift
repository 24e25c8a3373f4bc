import SwiftGumbel

/// Largest values of many draws, beside the Gumbel distribution.
struct MaximaLesson: Lesson {
  static let name = LessonName.maxima.rawValue

  /// Maxima of draws from one distribution, and the Gumbel distribution of their mean and variance.
  struct Experiment: Encodable {
    let parent: String
    let location, scale: Double
    /// What the location and the scale tend to.
    let theoreticalLocation, theoreticalScale: Double
    /// The largest distance between the two distribution functions.
    let distance: Double
    let edges, densities: [Double]

    init(
      _ parent: String, _ maxima: [Double], theoreticalLocation: Double, theoreticalScale: Double
    ) {
      let count = Double(maxima.count)
      let mean = maxima.reduce(0, +) / count
      let variance = maxima.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
      // Of the standard Gumbel distribution, the mean is γ and the variance π²/6.
      let standard = Gumbel(location: 0, scale: 1)
      let scale = (variance / standard.variance).squareRoot()
      let fitted = Gumbel(location: mean - standard.mean * scale, scale: scale)
      self.parent = parent
      location = fitted.location
      self.scale = scale
      self.theoreticalLocation = theoreticalLocation
      self.theoreticalScale = theoreticalScale
      distance = maxima.sorted().enumerated().reduce(0) { largest, maximum in
        let share = fitted.cdf(at: maximum.element)
        let below = Double(maximum.offset) / count
        return max(largest, share - below, below + 1 / count - share)
      }
      let (low, high) = (maxima.min()!, fitted.inverseSurvival(at: 5e-4))
      let bins = 60
      let width = (high - low) / Double(bins)
      var counts = [Double](repeating: 0, count: bins)
      for maximum in maxima where maximum < high {
        counts[min(Int((maximum - low) / width), bins - 1)] += 1
      }
      edges = (0...bins).map { low + Double($0) * width }
      densities = counts.map { $0 / count / width }
    }

    var panel: ChartPanel {
      let fitted = Gumbel(location: location, scale: scale)
      let (low, high) = (edges[0], edges.last!)
      let xs = (0...200).map { low + (high - low) * Double($0) / 200 }
      return ChartPanel(
        [
          .histogram("maxima", edges: edges, heights: densities, color: .skyBlue),
          .line(
            "Gumbel density", x: xs, y: xs.map(fitted.probability(of:)), color: .vermillion,
            width: 2),
        ],
        title: "Largest of \(grouped(MaximaLesson.sampleSize)) \(parent) values",
        x: "largest value", y: "density", size: Drawing.Size(width: 440, height: 290))
    }
  }

  static let sampleSize = 1000
  let sampleSize = Self.sampleSize
  let maxima = 20_000
  let experiments: [Experiment]

  init(key: RandomKey) {
    let rows = 1000
    func maxima(_ draw: (Shape, RandomKey) -> Tensor, _ name: String) -> [Double] {
      (0..<20).flatMap { block in
        draw([rows, Self.sampleSize], key.folding(in: name).folding(in: block)).max(along: -1)
          .scalars.map(Double.init)
      }
    }
    experiments = [
      // The quantile at 1 - 1/n, and 1 / (n times the density there).
      Experiment(
        "normal", maxima(Tensor.normal, "normal"), theoreticalLocation: 3.090_232,
        theoreticalScale: 0.297_000),
      Experiment(
        "exponential", maxima(Tensor.exponential, "exponential"), theoreticalLocation: 6.907_755,
        theoreticalScale: 1),
    ]
  }

  var title: String { "Largest values follow a Gumbel distribution" }

  var formula: String {
    """
    P(<i>X</i> ≤ <i>x</i>) = exp(−exp(−<i>z</i>)), &emsp; \
    <i>z</i> = (<i>x</i> − location) / scale
    """
  }

  var paragraphs: [String] {
    let (normal, exponential) = (experiments[0], experiments[1])
    return [
      """
      Draw \(grouped(sampleSize)) numbers, keep the largest, and do so \(grouped(maxima)) times. \
      The bars are the largest numbers; the curve is the Gumbel density with their mean and \
      variance. Whether the numbers were normal or exponential, the shape is the same: a steep \
      side on the left and a long tail to the right. It is the limit for all the usual \
      distributions with light tails, the gamma and the logistic among them.
      """,
      """
      For exponential numbers theory gives the location ln \(grouped(sampleSize)) = \
      \(decimals(exponential.theoreticalLocation, 3)) and the scale 1; the bars give \
      \(decimals(exponential.location, 3)) and \(decimals(exponential.scale, 3)). Normal numbers \
      come close more slowly: the theory of the limit says \
      \(decimals(normal.theoreticalLocation, 3)) and \(decimals(normal.theoreticalScale, 3)), the \
      bars \(decimals(normal.location, 3)) and \(decimals(normal.scale, 3)). The two distribution \
      functions are nowhere further apart than \(decimals(normal.distance, 3)) for normal numbers \
      and \(decimals(exponential.distance, 3)) for exponential ones.
      """,
      """
      <strong>Why it matters here:</strong> the largest of several Gumbel values is a Gumbel value \
      again, shifted, of the same scale. No other noise keeps its shape and width like this, and the \
      next picture lives on it.
      """,
    ]
  }

  var panels: [[any Panel]] { [experiments.map(\.panel)] }
}
