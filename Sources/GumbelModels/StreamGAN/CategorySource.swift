import GumbelDatasets
import GumbelTensors

/// Where a stream's categories come from, a batch at a time.
public protocol CategorySource {
  /// The next categories, as indices; nil when there is nothing to learn from any more.
  ///
  /// - Parameters:
  ///   - count: the number of categories in a batch.
  ///   - round: counts the batches from 0. A source that can be read again gives the same batch
  ///     for the same round, so that a resumed run sees what an unbroken one sees.
  mutating func batch(_ count: Int, round: Int) throws -> [Int32]?
}

/// An endless stream of independent draws from known probabilities.
public struct SyntheticSource: CategorySource {
  /// The probability of each category.
  public let probabilities: [Double]
  private let logits: Tensor
  private let key: RandomKey
  /// Drawn ahead, since a draw of many costs little more than one of a few.
  private var blocks = StreamBlocks(size: 4096)

  /// The article's stream: the numbers 0 to 4 with probabilities 0, 0, 0.1, 0.3 and 0.6.
  public static let articleProbabilities = [0, 0, 0.1, 0.3, 0.6]

  /// Creates a stream whose batches are drawn with keys derived from this one.
  public init(probabilities: [Double], key: RandomKey) {
    self.probabilities = probabilities
    logits = log(Tensor(probabilities.map(Float.init)))
    self.key = key
  }

  public mutating func batch(_ count: Int, round: Int) -> [Int32]? {
    blocks.batch(count, round: round) { [logits, key, size = blocks.size] block in
      Tensor.categorical(logits: logits, shape: [size], key: key.folding(in: block)).int32Scalars
    }
  }
}

/// Categories that are all there, gone through again and again, each time in another order.
public struct ShuffledSource: CategorySource {
  private let categories: [Int32]
  private let key: RandomKey
  private var blocks: StreamBlocks

  /// Creates a source; traps where there are no categories.
  public init(_ categories: [Int32], key: RandomKey) {
    require(!categories.isEmpty, "ShuffledSource: no categories")
    self.categories = categories
    self.key = key
    blocks = StreamBlocks(size: categories.count)
  }

  public mutating func batch(_ count: Int, round: Int) -> [Int32]? {
    blocks.batch(count, round: round) { [categories, key] pass in
      Tensor.permutation(categories.count, key: key.folding(in: pass)).int32Scalars
        .map { categories[Int($0)] }
    }
  }
}

/// An endless stream made block by block, of which the last one is kept.
private struct StreamBlocks {
  let size: Int
  private var block: [Int32] = []
  private var number = -1

  init(size: Int) { self.size = size }

  /// The batch of a round: `make` gives the block of a number.
  mutating func batch(_ count: Int, round: Int, _ make: (_ number: Int) -> [Int32]) -> [Int32] {
    var batch: [Int32] = []
    batch.reserveCapacity(count)
    var position = round * count
    while batch.count < count {
      if position / size != number {
        number = position / size
        block = make(number)
      }
      let start = position % size
      let taken = min(count - batch.count, size - start)
      batch += block[start..<(start + taken)]
      position += taken
    }
    return batch
  }
}

/// Categories taken from a pipe as they come. Once it has ended, those that are still held are
/// gone through again; memory is bounded, since the oldest give way.
public struct PipedSource: CategorySource {
  private let stream: SymbolStream
  private let key: RandomKey
  private let capacity: Int
  private var held: [Int32] = []
  private var oldest = 0
  private var replay: ShuffledSource?
  private var firstReplayRound = 0

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - stream: the pipe.
  ///   - capacity: how many categories are held at most.
  ///   - key: of the orders in which they are gone through again.
  public init(_ stream: SymbolStream, capacity: Int = 1 << 20, key: RandomKey) {
    self.stream = stream
    self.capacity = capacity
    self.key = key
  }

  public mutating func batch(_ count: Int, round: Int) throws -> [Int32]? {
    if replay == nil {
      let fresh = try stream.next(count)
      hold(fresh)
      if fresh.count == count { return fresh }
      if stream.isStopped || held.isEmpty { return nil }
      replay = ShuffledSource(held, key: key)
      firstReplayRound = round
      held = []
    }
    return replay!.batch(count, round: round - firstReplayRound)
  }

  private mutating func hold(_ categories: [Int32]) {
    for category in categories {
      if held.count < capacity {
        held.append(category)
      } else {
        held[oldest] = category
        oldest = (oldest + 1) % capacity
      }
    }
  }
}
