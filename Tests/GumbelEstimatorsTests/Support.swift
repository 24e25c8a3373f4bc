import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import _GumbelTestSupport

typealias OneHot = OneHotCategorical<Tensor>
typealias Binary = Bernoulli<Tensor>

/// The case of three classes that the literature's estimators are compared on here.
enum ThreeClasses {
  static let logits = Tensor([0.5, -0.3, 0.1])
  static let weights = Tensor([1, -0.7, 0.4])
  static let exactGradient = [0.292026, -0.219474, -0.072552]

  static func cost(_ z: Tensor) -> Tensor {
    exp(0.8 * (z * weights).sum(along: -1)) + 0.3 * square(z).sum(along: -1)
  }
}

/// What many independent estimates of one gradient look like.
struct GradientSample {
  let count: Int
  private(set) var mean: [Double]
  /// Of each component's mean.
  private(set) var errors: [Double]
  /// The trace of the covariance of one estimate.
  private(set) var variance: Double
  /// The mean of the values, and its standard error.
  private(set) var value: (mean: Double, error: Double)

  /// Estimates for rows of equal logits: each row of a batch is an estimate of its own.
  init<E: GradientEstimator>(
    _ estimator: E, _ logits: Tensor, rows: Int, chunks: Int = 1, key: RandomKey,
    cost: (Tensor) -> Tensor
  ) where E.Choice: RelaxableChoice {
    let width = logits.count
    count = rows * chunks
    var sums = [Double](repeating: 0, count: width)
    var squares = sums
    var values: [Double] = []
    let batch = logits.broadcast(to: [rows] + logits.shape)
    for chunk in 0..<chunks {
      let (_, costs, gradients) = valueOutputAndGradient(at: batch) { logits in
        let costs = estimator.expectation(
          of: cost, under: E.Choice(logits: logits), key: key.folding(in: chunk))
        return (costs.sum(), costs)
      }
      values += costs.scalars.map(Double.init)
      let scalars = gradients.scalars
      for row in 0..<rows {
        for i in 0..<width {
          let g = Double(scalars[row * width + i])
          sums[i] += g
          squares[i] += g * g
        }
      }
    }
    let n = Double(count)
    mean = sums.map { $0 / n }
    let variances = zip(squares, mean).map { max($0 / n - $1 * $1, 0) }
    errors = variances.map { ($0 / n).squareRoot() }
    variance = variances.reduce(0, +)
    value = meanAndError(values)
  }

  /// How many standard errors the mean is off, in the component where that is most; `slack` is
  /// what the expected numbers themselves may be off.
  func deviation(from expected: [Double], slack: Double = 0) -> Double {
    zip(zip(mean, errors), expected).map { sample, expected in
      max(abs(sample.0 - expected) - slack, 0) / max(sample.1, 1e-7)
    }.max() ?? 0
  }
}

/// Four variables of eight classes, decoded by a small random network: 4,096 joint states.
struct JointProblem {
  let logits: Tensor
  private let first, second: Tensor

  init(key: RandomKey) {
    logits = Tensor.normal([4, 8], key: key.folding(in: 0))
    first = Tensor.normal([32, 12], key: key.folding(in: 1)) * 0.5
    second = Tensor.normal([12, 1], key: key.folding(in: 2))
  }

  /// `[…, 4, 8]` to `[…]`.
  func cost(_ z: Tensor) -> Tensor {
    let outer = z.shape.prefix(z.rank - 2)
    let hidden = tanh(matmul(z.reshaped(to: [outer.count, 32]), first))
    return matmul(hidden, second).reshaped(to: outer)
  }
}
