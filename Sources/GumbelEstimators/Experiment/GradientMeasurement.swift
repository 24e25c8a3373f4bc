/// What was found of an estimator: the mean and the spread of its gradients, and its cost.
public struct GradientMeasurement: Sendable, Equatable {
  /// The estimator's ``GradientEstimator/name``.
  public let name: String
  /// What the estimator says of itself.
  public let isUnbiased: Bool
  /// How many gradients were drawn.
  public let draws: Int
  /// How often f is evaluated for one of them.
  public let evaluations: Int
  /// The gradient to compare with, row-major in the shape of the logits.
  public let exactGradient: [Double]
  /// The mean gradient.
  public let mean: [Double]
  /// The standard error of each of its components.
  public let standardErrors: [Double]
  /// The trace of the covariance of one gradient: its expected squared distance from the mean.
  public let variance: Double
  /// The mean of the estimates of E[f], and its standard error.
  public let value, valueStandardError: Double
  /// Wall-clock time of one draw's estimate and gradient, when many are drawn at once on all
  /// threads.
  public let nanosecondsPerDraw: Double

  /// The mean gradient less the exact one.
  public var bias: [Double] { zip(mean, exactGradient).map { $0 - $1 } }

  /// `|mean - exact| / |exact|`; of an unbiased estimator about ``biasStandardError``. Not finite
  /// where the exact gradient is 0.
  public var relativeBias: Double { norm(bias) / norm(exactGradient) }

  /// `√(variance / draws) / |exact|`: how long the relative bias is by chance alone.
  public var biasStandardError: Double {
    (variance / Double(draws)).squareRoot() / norm(exactGradient)
  }

  /// The cosine of the angle between the mean gradient and the exact one: 1 where they point the
  /// same way. NaN where either is 0.
  public var cosine: Double {
    let product = zip(mean, exactGradient).reduce(0) { $0 + $1.0 * $1.1 }
    return max(-1, min(1, product / (norm(mean) * norm(exactGradient))))
  }

  /// Variance times nanoseconds a draw: what one gradient of a given precision takes.
  public var varianceTimesTime: Double { variance * nanosecondsPerDraw }
}

private func norm(_ vector: [Double]) -> Double {
  vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
