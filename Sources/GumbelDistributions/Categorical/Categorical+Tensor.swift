import GumbelTensors

extension Categorical<Tensor>: Distribution, HasEntropy {
  /// Traps unless the logits are float32, `[batch…, k]`, k ≥ 1.
  public init(logits: Tensor) {
    requireLogits(logits, "Categorical")
    self.logits = logits
  }

  /// The distribution over the classes at which the mask is not 0. No gradient passes to the logits
  /// of the others.
  ///
  /// - Parameters:
  ///   - logits: float32, `[batch…, k]`.
  ///   - mask: float32, broadcasts with the logits.
  public init(logits: Tensor, mask: Tensor) {
    self.init(logits: maskedLogits(logits, mask, "Categorical"))
  }

  /// - Parameter probabilities: float32, `[batch…, k]`, not negative; they are divided by their sum.
  public init(probabilities: Tensor) {
    requireLogits(probabilities, "Categorical")
    self.init(logits: probabilities.logOfProbabilities)
  }

  /// k.
  public var classCount: Int { logits.shape[-1] }
  public var batchShape: Shape { logits.rowShape }

  /// The normalised logits, `[batch…, k]`.
  public var logProbabilities: Tensor { logits.normalisedLogits }

  /// Of every class, `[batch…, k]`.
  public var probabilities: Tensor { logits.finiteAtMost.softmax() }

  /// The most probable class, the lowest on ties: int32, of the batch's shape.
  public var mode: Tensor { logits.argmax() }

  /// Exact draws by the Gumbel-max trick: int32.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    let rows = shape + batchShape
    let isShared = logits.rank == 1
    return Tensor.categorical(
      logits: isShared ? logits : logits.broadcast(to: rows + [classCount]),
      shape: rows, key: key)
  }

  /// - Parameter value: int32 classes; one outside 0 ..< k has the logarithm -inf.
  public func logProbability(of value: Tensor) -> Tensor {
    let found = logProbabilities.elementsOfRows(
      at: value.reshaped(to: value.shape + [1]), "Categorical.logProbability")
    return found.reshaped(to: found.rowShape)
  }

  public var entropy: Tensor {
    let log = logProbabilities
    return -(exp(log) * log.replacingImpossible(log.isPossible)).sum(along: -1)
  }

  /// The Kullback-Leibler divergence `Σ p log(p / q)`, in nats; +inf where a class is possible here
  /// and impossible there.
  public func klDivergence(to other: Self) -> Tensor {
    let (p, q) = (logProbabilities, other.logProbabilities)
    let (inP, inQ) = (p.isPossible, q.isPossible)
    let terms = exp(p) * (p.replacingImpossible(inP) - q.replacingImpossible(inQ))
    let isInfinite = inP * (1 - inQ)
    return select(isInfinite, Tensor(.infinity), terms).sum(along: -1)
  }
}
