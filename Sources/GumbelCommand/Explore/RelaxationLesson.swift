import SwiftGumbel

/// Relaxed samples in the triangle of three classes.
struct RelaxationLesson: Lesson {
  static let name = LessonName.relaxation.rawValue

  struct Sample: Encodable {
    let temperature: Double
    let points: [[Double]]
    /// How often each component is the largest.
    let largest: [Double]
    /// The mean of a sample's largest component.
    let meanMaximum: Double
  }

  let probabilities = lessonProbabilities
  let draws = 1000
  let samples: [Sample]

  init(key: RandomKey) {
    let logits = log(Tensor(probabilities.map(Float.init)))
    let (draws, classes) = (draws, probabilities.count)
    samples = [10, 1, 0.5, 0.1].map { temperature in
      // One key: the same noise at every temperature.
      let values = Tensor.gumbelSoftmax(
        logits: logits, temperature: Tensor(Float(temperature)), shape: [draws], key: key
      ).scalars
      let points = (0..<draws).map { row in
        values[(row * classes)..<((row + 1) * classes)].map(Double.init)
      }
      var largest = [Double](repeating: 0, count: classes)
      for point in points {
        largest[point.indices.max { point[$0] < point[$1] }!] += 1 / Double(draws)
      }
      return Sample(
        temperature: temperature, points: points, largest: largest,
        meanMaximum: points.reduce(0) { $0 + $1.max()! } / Double(draws))
    }
  }

  var title: String { "Relaxed samples: from the middle to the corners" }

  var formula: String {
    """
    <i>y</i> = softmax((log <i>p</i> + <i>G</i>) / <i>t</i>), &emsp; <i>t</i> the temperature
    """
  }

  var paragraphs: [String] {
    let shares = samples[0].largest.map { decimals($0, 3) }.joined(separator: ", ")
    let ends = (samples[0].meanMaximum, samples.last!.meanMaximum)
    return [
      """
      The winner is a step function of the logits: its slope is 0 wherever it has one. Gumbel-softmax \
      puts a softmax at a temperature <i>t</i> in its place. A sample is then a point of the \
      triangle whose corners are the classes, and it moves smoothly with the logits, so that a \
      gradient can pass through it.
      """,
      """
      The distribution is (0.5, 0.2, 0.3), and all four triangles use the same \(grouped(draws)) \
      draws of noise. At <i>t</i> = 10 the points \
      crowd around the middle, a third of each class; as the temperature falls they move to the \
      corners, where they are as good as discrete. The mean of the largest component goes from \
      \(decimals(ends.0, 2)) at <i>t</i> = 10 to \(decimals(ends.1, 2)) at <i>t</i> = 0.1.
      """,
      """
      <strong>What does not change:</strong> the colour of a point. Its largest component is the \
      winner of the perturbed logits at every temperature, and so in all four pictures the shares \
      of the colours, which stand at the corners, are \(shares): the probabilities, but for \
      chance. A <em>straight-through</em> sample makes use of it: the network \
      sees the corner, and the gradient is that of the point.
      """,
    ]
  }

  var panels: [[any Panel]] {
    let plots = samples.map { sample in
      TernaryPlot(
        points: sample.points, pointName: "relaxed samples",
        cornerLabels: sample.largest.enumerated().map {
          "class \($0.offset): \(decimals(100 * $0.element, 1)) %"
        },
        title: "Samples at t = \(decimals(sample.temperature, sample.temperature < 1 ? 1 : 0))",
        colors: classColors)
    }
    return [Array(plots[..<2]), Array(plots[2...])]
  }
}
