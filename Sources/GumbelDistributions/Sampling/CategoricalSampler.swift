import GumbelKernels
import GumbelTensors

/// Exact draws from one distribution over classes, by the way that suits their number.
///
/// ```swift
/// let sampler = try CategoricalSampler(probabilities: [0.5, 0.2, 0.3], draws: 1_000_000)
/// let classes = sampler.sample(1_000_000, key: RandomKey(42))
/// ```
///
/// Draw i depends on the distribution, the method, the key and i alone: not on how many draws are
/// made at a time, nor on threads. The methods give different draws for a key, of the same
/// distribution. A class of probability 0 is never drawn.
public struct CategoricalSampler: Sendable {
  private enum Way: Sendable {
    case gumbelMax(logits: Tensor)
    case inverse(CumulativeTable)
    case alias(AliasTable)
  }
  private let way: Way

  /// K.
  public let classCount: Int

  /// How draws are made.
  public let method: SamplingMethod

  /// A sampler by logits: class i has the probability exp(logits[i]) / sum exp(logits).
  ///
  /// Beside logits of +inf, which are equally likely, no others are drawn.
  ///
  /// - Parameters:
  ///   - logits: One a class.
  ///   - method: How to draw, or nil to choose by the next two and the number of classes.
  ///   - draws: About how many draws will be made; nil stands for very many.
  ///   - memory: The most bytes to hold beside the logits where the method is chosen.
  /// - Throws: If there are none, one is NaN, or all are -inf.
  public init(
    logits: [Double], method: SamplingMethod? = nil, draws: Int? = nil, memory: Int = 1 << 28
  ) throws(SamplingError) {
    self.init(try ClassWeights(.logits(logits)), method, draws, memory)
  }

  /// A sampler by float32 logits of rank 1. Traps on another rank or element type.
  public init(
    logits: Tensor, method: SamplingMethod? = nil, draws: Int? = nil, memory: Int = 1 << 28
  ) throws(SamplingError) {
    require(
      logits.rank == 1 && logits.elementType == .float32,
      "CategoricalSampler: logits \(logits.type), expected float32 of rank 1")
    self.init(try ClassWeights(.tensor(logits.untraced)), method, draws, memory)
  }

  /// A sampler by probabilities, or by weights of any sum.
  ///
  /// - Throws: If there are none, one is negative, infinite or NaN, or all are 0.
  public init(
    probabilities: [Double], method: SamplingMethod? = nil, draws: Int? = nil,
    memory: Int = 1 << 28
  ) throws(SamplingError) {
    self.init(try ClassWeights(.weights(probabilities)), method, draws, memory)
  }

  private init(_ weights: ClassWeights, _ method: SamplingMethod?, _ draws: Int?, _ memory: Int) {
    classCount = weights.count
    self.method =
      method ?? .chosen(classCount: weights.count, draws: draws, memory: memory)
    way =
      switch self.method {
      case .gumbelMax: .gumbelMax(logits: weights.floatLogits)
      case .inverse: .inverse(CumulativeTable(weights))
      case .alias: .alias(AliasTable(weights))
      }
  }

  /// The draws number `first` ..< `first + count`.
  public func sample(_ count: Int, first: UInt64 = 0, key: RandomKey) -> [Int32] {
    newDraws(count) { sample(into: $0, first: first, key: key) }
  }

  /// Fills a buffer with the draws number `first` and following.
  public func sample(
    into draws: UnsafeMutableBufferPointer<Int32>, first: UInt64 = 0, key: RandomKey
  ) {
    switch way {
    case .gumbelMax(let logits):
      logits.withFloats {
        gk_gumbel_max(
          $0.baseAddress, 0, key.kernelWords, first &* UInt64(classCount), draws.baseAddress,
          draws.count, classCount)
      }
    case .inverse(let table): table.sample(into: draws, first: first, key: key)
    case .alias(let table): table.sample(into: draws, first: first, key: key)
    }
  }
}
