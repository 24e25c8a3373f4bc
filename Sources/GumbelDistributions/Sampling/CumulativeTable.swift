import GumbelKernels
import GumbelTensors

/// Draws by inversion: the first class at which the cumulative weight exceeds a uniform share of
/// all weight.
///
/// The draw rises with the uniform word, so that distributions that differ little give draws that
/// differ little. Up to 2²² classes each cumulative weight is kept (8 bytes a class). Beyond, it is
/// kept for every 64 classes, and the search ends with a walk over the weights of 64, which are
/// computed from the logits again: an eighth of a byte a class.
///
/// Sums are in double precision, with what their rounding loses carried along. A class of weight 0
/// is never drawn.
public struct CumulativeTable: Sendable {
  private let weights: ClassWeights
  private let block: Int
  /// The cumulative weight up to the end of each block.
  private let ends: [Double]
  /// The blocks up to the last one of any weight.
  private let blockCount: Int

  static let longestInFull = 1 << 22

  /// A table for weights, which may have any sum above 0.
  ///
  /// - Throws: If there are none, one is negative, infinite or NaN, or all are 0.
  public init(weights: [Double]) throws(SamplingError) {
    self.init(try ClassWeights(.weights(weights)))
  }

  /// A table for logits. Beside logits of +inf, which are equally likely, no others are drawn.
  ///
  /// - Throws: If there are none, one is NaN, or all are -inf.
  public init(logits: [Double]) throws(SamplingError) {
    self.init(try ClassWeights(.logits(logits)))
  }

  init(_ weights: ClassWeights) {
    self.init(weights, block: Self.block(classCount: weights.count))
  }

  package init(weights: [Double], block: Int) throws(SamplingError) {
    self.init(try ClassWeights(.weights(weights)), block: block)
  }

  private init(_ weights: ClassWeights, block: Int) {
    self.weights = weights
    self.block = block
    let count = (weights.count + block - 1) / block
    var used = 0
    ends = [Double](unsafeUninitializedCapacity: count) { ends, initialized in
      used = weights.withKernelWeights { gk_cumulate($0, block, ends.baseAddress) }
      initialized = count
    }
    blockCount = used
  }

  static func block(classCount: Int) -> Int { classCount <= longestInFull ? 1 : 64 }

  /// K.
  public var classCount: Int { weights.count }

  /// The draws number `first` ..< `first + count`; draw i depends on the key and on i alone.
  public func sample(_ count: Int, first: UInt64 = 0, key: RandomKey) -> [Int32] {
    newDraws(count) { sample(into: $0, first: first, key: key) }
  }

  /// Fills a buffer with the draws number `first` and following.
  public func sample(
    into draws: UnsafeMutableBufferPointer<Int32>, first: UInt64 = 0, key: RandomKey
  ) {
    weights.withKernelWeights {
      gk_inverse_draws(
        $0, block, ends, blockCount, key.kernelWords, first, draws.baseAddress, draws.count)
    }
  }
}
